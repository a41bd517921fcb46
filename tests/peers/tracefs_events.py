"""Uprobe events of a test's own: defined on entering, removed on leaving, nobody else's touched."""

import contextlib
import os
import platform
import sys

SKIPPED = 77  # exit status that ctest takes as "could not run here"
TRACEFS = "/sys/kernel/tracing"
# First and second integer argument of a function, as uprobe_events spells the registers.
ARGUMENT_REGISTERS = {"x86_64": ("%di", "%si"), "aarch64": ("%x0", "%x1")}


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


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
