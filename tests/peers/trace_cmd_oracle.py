#!/usr/bin/env python3
"""uproar convert and script --style trace-cmd against trace-cmd report, byte for byte.

What trace-cmd recorded, in each of its file's forms, is imported and printed: the lines have to be those of trace-cmd
report, but for the cases in DIFFERENT, where formats/replay/trace-cmd.md says who prints what. Then it goes the other
way, out of these recordings and out of one of uproar's own: trace-cmd report has to print what uproar prints.

trace-cmd records into an instance of the test's own. Where the kernel forbids changing its own function tracing,
trace-cmd gives up although nothing of that is needed here; in a mount namespace of the test's own it sees empty files
instead. $UPROAR and $PEERS_TARGET name the programs.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import perf_script_oracle
import tracefs_events
from perf_script_oracle import Failures
from tracefs_events import TRACEFS, skip, tracefs_mounts

# Cases that libtraceevent prints wrongly, as perf does; its faulting strings are empty.
DIFFERENT = set(perf_script_oracle.DIFFERENT)
FORMS = {"zstd": [], "plain": ["--compression", "none"], "version 6": ["--file-version", "6"]}
SHADOWED = ("set_ftrace_filter", "set_ftrace_notrace", "set_ftrace_pid")
ATTEMPTS = 5


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=120, **options)


def trace_cmd_record(folder, instance, events, options, output, target):
    """Returns what went wrong, or nothing."""
    path = f"{TRACEFS}/instances/{instance}"
    os.mkdir(path)
    script = ["set -e", f"echo 1 > {folder}/one", f": > {folder}/empty",
              f"mount --bind {folder}/one /proc/sys/kernel/ftrace_enabled"]
    # At each place where tracefs is mounted: trace-cmd takes the first one.
    script += [f"[ ! -e {place}/{name} ] || mount --bind {folder}/empty {place}/{name}"
               for root in tracefs_mounts() for place in (root, f"{root}/instances/{instance}") for name in SHADOWED]
    script.append('exec trace-cmd "$@"')
    command = ["unshare", "-m", "--propagation", "private", "bash", "-c", "\n".join(script), "trace-cmd", "record", "-q",
               "-B", instance]
    for event in events:
        command += ["-e", event.replace("/", ":")]
    try:
        done = subprocess.run([*command, *options, "-o", output, target], capture_output=True, timeout=120)
    finally:
        if os.path.isdir(path):
            os.rmdir(path)
    if done.returncode != 0 or not os.path.exists(output):
        return done.stderr.decode(errors="replace").strip() or f"status {done.returncode}"
    return None


def report(path):
    return run(["trace-cmd", "report", "-i", path]).stdout


def name_of(line):
    match = re.search(rb"\] +[\d.]+: (\w+): ", line)
    return match[1].decode() if match else ""


def compare(what, ours, theirs, failures):
    """All lines but those of DIFFERENT, which must be there all the same."""
    ours, theirs = ours.split(b"\n"), theirs.split(b"\n")
    failures.expect(len(ours) == len(theirs), f"{what}: uproar has {len(ours)} lines, trace-cmd {len(theirs)}")
    for mine, its in zip(ours, theirs):
        if name_of(mine) in DIFFERENT and name_of(mine) == name_of(its):
            continue
        if mine != its:
            failures.expect(False, f"{what}:\n  uproar    {mine!r}\n  trace-cmd {its!r}")
            return
    print(f"{what}: {len(ours) - 1} lines")


def check_different(lines, failures):
    for name, (_, _, _, right, _) in perf_script_oracle.DIFFERENT.items():
        texts = [re.sub(rb"^.*?\([0-9a-f]+\) ", b"", line).decode() for line in lines.split(b"\n") if name_of(line) == name]
        failures.expect(texts == [right], f"{name}: uproar prints {texts}, expected {right!r}")


def convert_back(uproar, folder, what, failures):
    """From test.upr to trace.dat in each form."""
    ours = run([uproar, "script", "--style", "trace-cmd", f"{folder}/test.upr"]).stdout
    for form in (["--form", "v7"], ["--compression", "none"], ["--form", "v6"]):
        run([uproar, "convert", "-q", f"{folder}/test.upr", f"{folder}/back.dat", *form])
        compare(f"{what}, and back {' '.join(form)}", ours, report(f"{folder}/back.dat"), failures)
    return ours


def main():
    tracefs_events.require_tracefs()
    for peer in ("trace-cmd", "unshare"):
        if not shutil.which(peer):
            skip(f"{peer} is not installed")
    target = tracefs_events.target("PEERS_TARGET", "the target program")
    uproar = tracefs_events.program("UPROAR", "uproar")
    group = f"uproar_peers_{os.getpid()}_t"
    events = perf_script_oracle.definitions(target, group)
    failures = Failures()
    with tempfile.TemporaryDirectory() as folder, tracefs_events.defined(events):
        for what, options in FORMS.items():
            dat = f"{folder}/test.dat"
            # trace-cmd reads the format of every event that there is, and gives up when somebody's went meanwhile.
            for _ in range(ATTEMPTS):
                wrong = trace_cmd_record(folder, f"uproar-peers-{os.getpid()}", events, options, dat, target)
                if not wrong:
                    break
            if wrong:
                skip(f"trace-cmd cannot record here: {wrong}")
            run([uproar, "convert", "-q", dat, f"{folder}/test.upr"])
            ours = run([uproar, "script", "--style", "trace-cmd", f"{folder}/test.upr"]).stdout
            failures.expect(ours.count(b"\n") > 50, f"{what}: only {ours.count(bytes([10]))} lines")
            compare(what, ours, report(dat), failures)
            check_different(ours, failures)
            os.remove(dat)
        # The instance's name is in the file that was last made; it comes back, too.
        convert_back(uproar, folder, "imported", failures)

    with tempfile.TemporaryDirectory() as folder:
        first = tracefs_events.ARGUMENT_REGISTERS[os.uname().machine][0]
        run([uproar, "record", "-q", "-o", f"{folder}/test.upr", "-e", f"p:demo/text {target}:take_text s={first}:string",
             "-e", f"r:demo/back {target}:give_back n=$retval:s64", "--", target])
        ours = convert_back(uproar, folder, "recorded by uproar", failures)
        failures.expect(b"renamed thread-" in ours, "the task's last name is not there")
    sys.exit(1 if failures.count else 0)


if __name__ == "__main__":
    main()
