"""Uprobe events of a test's own: defined on entering, removed on leaving, nobody else's touched."""

import atexit
import contextlib
import os
import platform
import shutil
import sys
import tempfile

SKIPPED = 77  # exit status that ctest takes as "could not run here"


def tracefs_mounts():
    """All places where tracefs is mounted: where debugfs was looked into there is a second one. The usual place comes first."""
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as mounts:
        places = [words[1] for words in map(str.split, mounts) if words[2] == "tracefs"]
    return sorted(places, key=lambda place: place != "/sys/kernel/tracing")


TRACEFS = (tracefs_mounts() or ["/sys/kernel/tracing"])[0]
# First and second integer argument of a function, as uprobe_events spells the registers.
ARGUMENT_REGISTERS = {"x86_64": ("%di", "%si"), "aarch64": ("%x0", "%x1")}


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def program(variable, purpose):
    """The program that a variable of the environment names."""
    path = os.environ.get(variable, "")
    if not path or not os.access(path, os.X_OK):
        skip(f"{purpose} is not built (${variable}: {path or 'not set'})")
    return os.path.abspath(path)


def target(variable, purpose):
    """A copy of that program, in a folder that goes with this process: probes belong to a file, so others who run it are not recorded."""
    path = program(variable, purpose)
    folder = tempfile.mkdtemp(prefix="uproar-peers-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return shutil.copy(path, folder)


def require_tracefs():
    if os.geteuid() != 0:
        skip("needs root")
    if not os.access(f"{TRACEFS}/uprobe_events", os.W_OK):
        skip(f"{TRACEFS}/uprobe_events is not there or not writable")
    if platform.machine() not in ARGUMENT_REGISTERS:
        skip(f"no argument registers known for {platform.machine()}")


def _write_line(line):
    # One line per write, and appending: opening for truncation would remove everybody's events.
    descriptor = os.open(f"{TRACEFS}/uprobe_events", os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, (line + "\n").encode())
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def defined(lines_by_name):
    """lines_by_name: {"GROUP/EVENT": the whole uprobe_events line}."""
    made = []
    try:
        for name, line in lines_by_name.items():
            _write_line(line)
            made.append(name)
        yield
    finally:
        for name in reversed(made):
            try:
                _write_line(f"-:{name}")
            except OSError as error:
                print(f"left behind: {name}: {error}", file=sys.stderr)
