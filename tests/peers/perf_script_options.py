#!/usr/bin/env python3
"""The options of uproar script against those of perf script, byte for byte, on the same perf.data.

perf records the target in several ways, uproar converts each file, and both print it with every option of OPTIONS. What may
differ is in formats/replay/perf-script.md; the target's arguments are chosen so that none of it occurs.

$UPROAR and $PEERS_TARGET name the programs.
"""

import difflib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import tracefs_events
from tracefs_events import skip

FIRST, SECOND = tracefs_events.ARGUMENT_REGISTERS.get(platform.machine(), ("", ""))

# event: (kind, function, arguments)
EVENTS = {
    "text": ("p", "take_text", f"s=+0({FIRST}):string n={SECOND}:s64"),
    "nothing": ("p", "take_nothing", ""),
    "nothing_back": ("r", "take_nothing", "$retval"),
    "back": ("r", "give_back", "n=$retval:s64"),
}

# How perf records: a name and its options.
RECORDINGS = {
    "plain": [],
    "clock": ["-k", "CLOCK_MONOTONIC"],
    "chains": ["-g"],
    "all": ["-a"],
}

# What both print. {last_cpu} is the last CPU that this test may use, {first}, {second}, {third} are times of events, {text} the group of the events.
OPTIONS = [
    [],
    ["--ns"],
    ["--reltime"],
    ["--deltatime"],
    ["--deltatime", "--ns"],
    ["-F", "comm,tid"],
    ["-F", "tid,comm,time"],
    ["-F", "pid"],
    ["-F", "comm,pid,tid,cpu,time,event"],
    ["-F", "trace:comm,trace"],
    ["-F", "trace:+pid"],
    ["-F", "hw:comm"],
    ["-F", "+pid"],
    ["-F", "+pid,-cpu"],
    ["-F", "-comm,-tid"],
    ["-F", "-trace"],
    ["-F", "+period,+misc"],
    ["-F", "+flags"],
    ["-F", "flags"],
    ["-F", "+ip"],
    ["-F", "+ip,+sym"],
    ["-F", "+ip,+sym,+symoff"],
    ["-F", "+ip,+sym,+dso"],
    ["-F", "+ip,+sym,+symoff,+dso,+pid"],
    ["-F", "ip,sym,dso"],
    ["-F", "comm,time,ip"],
    ["-F", "+brstack"],
    ["-F", "comm", "-F", "pid,time"],
    ["--time", "{second},{third}"],
    ["--time", "{second},"],
    ["--time", ",{second}"],
    ["--time", ",{first} {second},{third}"],
    ["--time", "10%"],
    ["--time", "10%/1"],
    ["--time", "50%/2"],
    ["--time", "0%-10%,50%-100%"],
    ["--time", "0.0001,0.0005", "--reltime"],
    ["--comms", "target"],
    ["--comms", "peers_target,child"],
    ["-c", "renamed thread"],
    ["--pid", "{pid}"],
    ["--pid", "1"],
    ["--tid", "{pid},2"],
    ["-C", "0"],
    ["-C", "0-{last_cpu}"],
    ["-C", "{last_cpu}"],
    ["-S", "take_text"],
    ["-G"],
    ["-F", "ip,sym,dso", "-G"],
    ["--max-stack", "0"],
    ["--max-stack", "1"],
    ["--max-stack", "2", "-F", "+ip,+sym"],
    ["--show-task-events"],
    ["--show-task-events", "-F", "+misc,+pid"],
    ["--show-task-events", "--reltime"],
    ["--show-task-events", "--deltatime", "--ns"],
    ["--show-mmap-events"],
    ["--show-lost-events"],
]
CLOCK_OPTIONS = [["-F", "+tod"], ["-F", "tod,comm", "--ns"]]

# Records that perf makes up of what was there before it began stand in another order, and of maps it has more than one kind.
SYNTHESIZED = re.compile(rb"^.*\b0\.0{6,9}: PERF_RECORD_(COMM|FORK|MMAP2?)\b.*\n", re.MULTILINE)
HEADER_NAMES = ["hostname", "os release", "perf version", "arch", "nrcpus online", "nrcpus avail", "cpudesc", "cpuid", "total memory",
                "cmdline", "time of first sample", "time of last sample", "sample duration"]


def definitions(target, group):
    listing = subprocess.run([target, "offsets"], check=True, capture_output=True, text=True).stdout
    offsets = dict(line.split() for line in listing.splitlines())
    return {f"{group}/{name}": f"{kind}:{group}/{name} {target}:{offsets[function]} {arguments}".rstrip()
            for name, (kind, function, arguments) in EVENTS.items()}


def output(command):
    ran = subprocess.run(command, capture_output=True, timeout=120)
    return ran.stdout if ran.returncode == 0 else ran.stdout + b"STATUS " + str(ran.returncode).encode() + b"\n" + ran.stderr


def facts(perf_data):
    """Times and the process of the recording, to be put into OPTIONS."""
    text = output(["perf", "script", "--ns", "-F", "pid,time", "-i", perf_data]).decode()
    lines = [line.split() for line in text.splitlines() if line.strip()]
    times = [line[1].rstrip(":") for line in lines]
    return {"last_cpu": max(os.sched_getaffinity(0)), "pid": lines[0][0], "first": times[0], "second": times[len(times) // 3], "third": times[2 * len(times) // 3]}


def shown(option):
    return " ".join(option) or "(no option)"


class Failures:
    def __init__(self):
        self.count = 0

    def compare(self, what, theirs, ours):
        if theirs == ours:
            return
        self.count += 1
        lines = [text.decode("utf-8", "backslashreplace").splitlines() for text in (theirs, ours)]
        difference = list(difflib.unified_diff(*lines, "perf script", "uproar script", lineterm="", n=1))[:20]
        print(f"FAILED: {what}:", *difference, sep="\n")


def without_synthesized(text):
    return SYNTHESIZED.sub(b"", text)


def header_lines(text):
    found = {}
    for line in text.decode().splitlines():
        name, colon, value = line.removeprefix("# ").partition(" : ")
        if colon and name in HEADER_NAMES:
            found[name] = value
    return found


def compare_all(name, uproar, perf_data, recording, failures):
    values = facts(perf_data)
    options = OPTIONS + (CLOCK_OPTIONS if name == "clock" else [])
    for pattern in options:
        option = [word.format(**values) for word in pattern]
        theirs = output(["perf", "script", *option, "-i", perf_data])
        ours = output([uproar, "script", *option, recording])
        if any(word.startswith("--show-") for word in option):
            theirs, ours = without_synthesized(theirs), without_synthesized(ours)
        failures.compare(f"{name}: {shown(option)}", theirs, ours)
    theirs, ours = (header_lines(output([*command, "--header-only"]))
                    for command in (["perf", "script", "-i", perf_data], [uproar, "script", recording]))
    for key in HEADER_NAMES:
        failures.compare(f"{name}: header, {key}", theirs.get(key, "").encode(), ours.get(key, "").encode())
    return len(options)


def main():
    tracefs_events.require_tracefs()
    if not shutil.which("perf"):
        skip("perf is not installed")
    version = subprocess.run(["perf", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if not version.startswith("perf version 6.1."):
        skip(f"{version}: the texts are those of perf 6.1")
    target = tracefs_events.target("PEERS_TARGET", "the target program")
    uproar = tracefs_events.program("UPROAR", "uproar")
    group = f"uproar_options_{os.getpid()}"
    events = definitions(target, group)
    failures = Failures()
    compared = 0
    with tempfile.TemporaryDirectory() as folder:
        with tracefs_events.defined(events):
            names = ",".join(name.replace("/", ":") for name in events)
            for name, options in RECORDINGS.items():
                subprocess.run(["perf", "record", "-q", *options, "-o", f"{folder}/{name}.data", "-e", names, "--", target],
                               check=True, timeout=120)
        for name in RECORDINGS:
            perf_data, recording = f"{folder}/{name}.data", f"{folder}/{name}.upr"
            subprocess.run([uproar, "convert", "-q", perf_data, recording], check=True, timeout=120)
            compared += compare_all(name, uproar, perf_data, recording, failures)
    print(f"{compared} outputs compared, {failures.count} differ")
    sys.exit(1 if failures.count else 0)


if __name__ == "__main__":
    main()
