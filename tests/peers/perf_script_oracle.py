#!/usr/bin/env python3
"""uproar script against perf script, line by line, on the same hits.

A tracefs event serves ftrace or perf, never both, so each case is defined twice at the same place: in one group for
perf, in one of equally long name for uproar. One run of the target is recorded by both. Apart from the time and the
last letter of the group the lines have to be the same bytes, except for the cases in DIFFERENT, where perf 6.1 is wrong
and formats/replay/perf-script.md says so: there each side has to print what that page says.

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

# event: (kind, function, arguments). Names of several lengths: the event column is aligned to the longest.
SAME = {
    "plain": ("p", "take_nothing", ""),
    "text": ("p", "take_text", f"s=+0({FIRST}):string n={SECOND}:s64 u=+0({FIRST}):ustring c=$comm"),
    "registers": ("p", "take_text", f"{FIRST} low={SECOND}:u8 half={SECOND}:x16 n={SECOND}:s32 {SECOND}:u64"),
    "signed_numbers": ("p", "take_values", f"a=+0({FIRST}):s8 b=+2({FIRST}):s16 c=+8({FIRST}):s32 d=+16({FIRST}):s64"),
    "unsigned_numbers": ("p", "take_values", f"a=+1({FIRST}):u8 b=+6({FIRST}):u16 c=+12({FIRST}):u32 d=+24({FIRST}):u64"),
    "hexadecimal": ("p", "take_values", f"a=+1({FIRST}):x8 b=+6({FIRST}):x16 c=+12({FIRST}):x32 d=+24({FIRST}):x64 e=+0({FIRST}):x32"),
    "bitfields": ("p", "take_values", f"a=+52({FIRST}):b5@3/32 b=+24({FIRST}):b3@61/64"),
    "byte_arrays": ("p", "take_values", f"u=+32({FIRST}):u8[4] x=+32({FIRST}):x8[4] one=+32({FIRST}):u8[1]"),
    "faulting_number": ("p", "take_values", f"n=+0(+88({FIRST})):u32 after=+12({FIRST}):u32"),
    "immediate": ("p", "take_nothing", r"n=\42:u32 m=\-1:s32"),
    "back": ("r", "give_back", "$retval n=$retval:s64"),
    "back_without_arguments": ("r", "take_nothing", ""),
}

# event: (kind, function, arguments, what uproar prints, pattern of what perf 6.1 prints).
DIFFERENT = {
    "letter": ("p", "take_values", f"c=+36({FIRST}):char n=+12({FIRST}):u32", "c='a' n=4294967295", r"c='>c<' n=97"),
    "letters": ("p", "take_values", f"c=+36({FIRST}):char[4]", "c={'a','b','c','d'}", r"c=\{'>c<'.*\}"),
    "low_s8": ("p", "take_values", f"n=+1({FIRST}):s8", "n=-5", "n=251"),
    "low_s16": ("p", "take_values", f"n=+4({FIRST}):s16", "n=-300", "n=65236"),
    "s8_array": ("p", "take_values", f"n=+32({FIRST}):s8[4]", "n={1,2,-2,-1}", r"n=\{1,2,254,255\}"),
    "u16_array": ("p", "take_values", f"u=+2({FIRST}):u16[2] x=+2({FIRST}):x16[2] s=+2({FIRST}):s16[2]",
                  "u={300,65236} x={0x12c,0xfed4} s={300,-300}", r"u=\{0,0\} x=\{0x0,0x0\} s=\{0,0\}"),
    "u32_array": ("p", "take_values", f"n=+40({FIRST}):u32[3]", "n={1,70000,4294967295}", r"n=\{0,0,0\}"),
    "u64_array": ("p", "take_values", f"n=+56({FIRST}):u64[2]", "n={1,18446744073709551615}", r"n=\{0,0\}"),
    "strings": ("p", "take_values", f"s=+72({FIRST}):string[2]", 's={"one","two"}', r"\[FAILED TO PARSE\].*"),
    # The number behind it makes perf pad the record with zeros. Without padding perf goes on reading in the next record.
    "faulting_string": ("p", "take_values", f"s=+0(+88({FIRST})):string n=+0({FIRST}):u8", "s=(fault) n=5", 's="" n=5'),
}

# Default line of perf script: comm, tid, cpu, time, event, text.
LINE = re.compile(
    rb"(?P<task>.{16,}? +\d+ \[\d{3,}\] )(?P<time>(?=.{11,}: ) *\d+\.\d{6}): "
    rb"(?P<event>(?P<pad> *)(?P<group>\w+):(?P<name>\w+)): (?P<text>.*)", re.DOTALL)


def definitions(target, group):
    listing = subprocess.run([target, "offsets"], check=True, capture_output=True, text=True).stdout
    offsets = dict(line.split() for line in listing.splitlines())
    cases = {**SAME, **DIFFERENT}
    return {f"{group}/{name}": f"{case[0]}:{group}/{name} {target}:{offsets[case[1]]} {case[2]}".rstrip()
            for name, case in cases.items()}


def record_both(target, uproar, events, folder):
    """perf records what it starts, and that is uproar, which records what it starts, and that is the target."""
    perf_events, uproar_events = events
    # -a: without it perf loses hits of a grandchild whose own child has executed another program (seen with perf 6.1 on Linux 6.18).
    command = ["perf", "record", "-q", "-a", "-k", "CLOCK_MONOTONIC", "-o", f"{folder}/perf.data",
               "-e", ",".join(name.replace("/", ":") for name in perf_events), "--",
               uproar, "record", "-q", "-o", f"{folder}/test.upr"]
    for name in uproar_events:
        command += ["-e", name]
    subprocess.run([*command, "--", target], check=True, timeout=120)
    scripts = (["perf", "script", "-i", f"{folder}/perf.data"], [uproar, "script", f"{folder}/test.upr"])
    return [subprocess.run(script, check=True, capture_output=True, timeout=60).stdout for script in scripts]


class Failures:
    def __init__(self):
        self.count = 0

    def expect(self, condition, message):
        if not condition:
            self.count += 1
            print(f"FAILED: {message}")


def parse(output, who, failures):
    """The lines of `output` taken apart, in order."""
    parsed = []
    for line in output.splitlines():
        match = LINE.fullmatch(line)
        failures.expect(match, f"{who} printed a line that is none of perf script's: {line!r}")
        if match:
            parsed.append(match)
    times = [float(match["time"]) for match in parsed]
    failures.expect(times == sorted(times), f"{who} printed events out of order")
    return parsed


def neutral(match):
    return match["task"] + b"TIME: " + match["pad"] + b"GROUP:" + match["name"] + b": " + match["text"]


def compare_same(perf, uproar, failures):
    # The events of one hit come in the order in which the recorders enabled them, which says nothing about the text:
    # each event's lines are compared on their own.
    for name in SAME:
        ours, theirs = ([neutral(m).decode("utf-8", "backslashreplace") for m in matches if m["name"] == name.encode()]
                        for matches in (uproar, perf))
        failures.expect(theirs, f"{name}: perf recorded nothing")
        difference = "\n".join(difflib.unified_diff(theirs, ours, "perf script", "uproar script", lineterm=""))
        failures.expect(ours == theirs, f"{name}:\n{difference}")


def compare_different(perf, uproar, failures):
    version = subprocess.run(["perf", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    known = version.startswith("perf version 6.1.")
    if not known:
        print(f"{version}: its misprints are not checked, they are known of 6.1 only")
    for name, (_, _, _, right, misprint) in DIFFERENT.items():
        ours, theirs = ([m["text"].decode("utf-8", "backslashreplace") for m in matches if m["name"] == name.encode()]
                        for matches in (uproar, perf))
        failures.expect([re.sub(r"^\([0-9a-f]+\) ", "", text) for text in ours] == [right],
                        f"{name}: uproar prints {ours}, expected {right!r}")
        if known:
            failures.expect(len(theirs) == 1 and re.fullmatch(rf"(\([0-9a-f]+\) )?{misprint}", theirs[0], re.DOTALL),
                            f"{name}: perf prints {theirs}, which is not the known {misprint!r}")


def main():
    tracefs_events.require_tracefs()
    if not shutil.which("perf"):
        skip("perf is not installed")
    target = tracefs_events.target("PEERS_TARGET", "the target program")
    uproar = tracefs_events.program("UPROAR", "uproar")
    groups = [f"uproar_peers_{os.getpid()}_{letter}" for letter in "pu"]
    events = [definitions(target, group) for group in groups]
    failures = Failures()
    with tempfile.TemporaryDirectory() as folder, tracefs_events.defined({**events[0], **events[1]}):
        outputs = record_both(target, uproar, events, folder)
    perf, ours = (parse(output, who, failures) for output, who in zip(outputs, ("perf", "uproar")))
    print(f"perf: {len(perf)} lines, uproar: {len(ours)} lines")
    compare_same(perf, ours, failures)
    compare_different(perf, ours, failures)
    sys.exit(1 if failures.count else 0)


if __name__ == "__main__":
    main()
