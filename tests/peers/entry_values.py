#!/usr/bin/env python3
"""Each parameter that uproar accepts at a function's entry, beside what gdb says.

Programs of several languages are compiled by several compilers, with and without optimisation. For each of their functions
uproar says (explain) how it would fetch the parameters; gdb stops at that instruction, fetches them so, and prints them: there,
where the debug information knows the place at the entry, else behind the prologue of the same call, where the one place that it
has for the whole function is filled. Counts the comparisons; a difference fails.

  entry_values.py                        the programs of tests/peers/entry
  entry_values.py PROGRAM [ARGUMENT...]  any program with debug information
  --hits N --functions N                 how often each function is looked at (2), and how many of a program (60)

$UPROAR names the program. Needs gdb with Python and a compiler; what is missing is told, status 77 if nothing could be compared.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "entry")
SHOWN = 12  # differences

# Compiler, options, source. The output goes to the end.
C = ["-O0", "-O1", "-O2", "-Og"]
BUILDS = (
    [("gcc", ["-g", "-w", option], "frames.c") for option in C]
    + [("clang", ["-g", "-w", option], "frames.c") for option in C]
    + [("gcc", ["-g", "-w", "-O0", more], "frames.c") for more in ("-fomit-frame-pointer", "-fsanitize=address", "-pg", "-mavx2")]
    + [("clang", ["-g", "-w", "-O0", more], "frames.c") for more in ("-fomit-frame-pointer", "-fsanitize=address", "-mavx2")]
    + [("g++", ["-g", "-w", option], "classes.cc") for option in C]
    + [("clang++", ["-g", "-w", option], "classes.cc") for option in C]
    + [("gfortran", ["-g", "-w", option], "words.f90") for option in C]
    + [("gnatmake", ["-q", "-g", "-gnatws", option], "words.adb") for option in C]
    + [("rustc", ["-g", "-Awarnings", "-Copt-level=" + level], "words.rs") for level in "012"]
    + [("go", ["build", "-gcflags=all=-N -l"], "words.go"), ("go", ["build", "-gcflags=-l"], "words.go")]
)


# What main() passes every time, and the function changes at once or keeps where gdb finds it late.
KNOWN = {
    "take_plain": {"big": 99},
    "take_small": {"a": -1, "b": 200, "c": -300, "d": 60000, "e": 1, "f": -4},
    "take_nine": {"a": 1, "b": -2, "c": 3, "d": -4, "e": 5, "f": -6, "g": 7, "h": -8, "i": -9},
    "take_aligned_nine": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": -6, "g": 7, "h": -8},
    "take_structs": {"id": -11, "last": -12},
    "take_address": {"id": -15},
    "take_changed": {"id": -16, "a": 1, "b": 2, "c": 3, "d": 4, "seventh": -17},
    "take_windows": {"id": -20, "big": 1 << 33, "fifth": -21, "sixth": -22},
    "take_reference": {"id": 5, "big": 14 << 33},
    "take_deep": {"id": -10},
}


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, timeout=240, **more)


def compiler_of(name):
    return shutil.which(name) or shutil.which(os.path.expanduser("~/.cargo/bin/" + name))


def build(compiler, options, source, folder):
    """The program, or why there is none."""
    path = compiler_of(compiler)
    if not path:
        return None, f"no {compiler}"
    program = os.path.join(folder, re.sub(r"[^\w.]+", "_", compiler + "_" + source + "_" + "".join(options)))
    # Some compilers leave files beside their source.
    copy = shutil.copy(os.path.join(SOURCES, source), folder)
    command = [path, *options, "-o", program, copy] if compiler != "gnatmake" else [path, *options, copy, "-o", program]
    done = run(command, cwd=folder, env={**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GO111MODULE": "off",
                                         "GOCACHE": os.path.join(folder, "go-cache")})
    for left in os.listdir(folder):
        if left.endswith((".ali", ".o")):
            os.remove(os.path.join(folder, left))
    if done.returncode != 0:
        return None, f"{compiler} {' '.join(options)} {source}: {done.stderr.strip().splitlines()[:1]}"
    return program, None


def load_address(program):
    """(whether it is moved, the first address that it is linked for), and what turns offsets into addresses."""
    text = run(["readelf", "-lW", program]).stdout
    loads = [tuple(int(part, 16) for part in match) for match in
             re.findall(r"^\s+LOAD\s+(0x\w+)\s+(0x\w+)\s+0x\w+\s+(0x\w+)", text, re.M)]
    return "DYN" in text, loads


def places_of(uproar, program, wanted, functions, ours):
    listed = run([uproar, "list", "--json", "--functions", program]).stdout
    names = [json.loads(line).get("name", "") for line in listed.splitlines()]
    names = [name for name in dict.fromkeys(names) if name and '"' not in name and re.search(wanted, name)]
    is_pie, loads = load_address(program)
    places = []
    for first in range(0, len(names), 100):
        if len(places) >= functions:
            break
        definitions = [f'{program}:"{name}" $params' for name in names[first:first + 100]]
        answer = run([uproar, "explain", "--json", "--site", "exact", *definitions]).stdout
        for line in answer.splitlines():
            plan = json.loads(line)
            if len(plan["sites"]) != 1 or not plan["arguments"] or len(places) >= functions:
                continue
            site = plan["sites"][0]
            vaddr = next((site["offset"] - offset + linked for offset, linked, size in loads if offset <= site["offset"] < offset + size), None)
            if vaddr is None:
                continue
            arguments = [{"name": each["name"], "fetch": each["kernel"].split()[0].split("=", 1)[1]} for each in plan["arguments"]]
            known = KNOWN.get(re.sub(r"[(<].*", "", site["symbol"]), {}) if ours else {}
            places.append({"vaddr": vaddr, "symbol": site["symbol"], "known": known, "arguments": arguments})
    return is_pie, loads[0][1] if loads else 0, places


def compare(uproar, program, arguments, folder, wanted, hits, functions, ours):
    is_pie, first, places = places_of(uproar, program, wanted, functions, ours)
    job = os.path.join(folder, "job.json")
    answer = os.path.join(folder, "answer.jsonl")
    with open(job, "w", encoding="utf-8") as out:
        json.dump({"program": os.path.realpath(program), "is_pie": is_pie, "first": first, "args": arguments, "places": places, "hits": hits, "answer": answer}, out)
    open(answer, "w", encoding="utf-8").close()
    try:
        done = run(["gdb", "-nx", "-q", "-batch", "-x", os.path.join(HERE, "entry_in_gdb.py"), os.path.realpath(program)],
                   cwd=folder, env={**os.environ, "ENTRY_JOB": job, "ASAN_OPTIONS": "detect_leaks=0", "DEBUGINFOD_URLS": "", "PYTHONDONTWRITEBYTECODE": "1"})
        trouble = [line for line in done.stderr.splitlines() if "Error" in line or "Traceback" in line]
    except subprocess.TimeoutExpired:
        trouble = ["gdb took too long"]
    with open(answer, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines], trouble


class Tally:
    """What was compared so far, told line by line and in the end."""

    def __init__(self, verbose=False):
        self.verbose = verbose
        self.compared = 0
        self.differences = []
        self.left_out = collections.Counter()

    def add(self, label, found, trouble):
        real = [each for each in found if "skipped" not in each]
        wrong = [each for each in real if each["uproar"] != each["gdb"]]
        self.compared += len(real)
        for each in found:
            if "skipped" in each:
                self.left_out[re.split("0x|\"", each["skipped"])[0]] += 1
                if self.verbose:
                    print(f"  left out: {each}")
        self.differences.extend((label, each) for each in wrong)
        print(f"{label}: {len(real)} compared, {len(wrong)} differ" + "".join("; " + line for line in trouble[:1]), flush=True)

    def report(self, shown=SHOWN):
        """The status to end with."""
        for reason, count in self.left_out.most_common(SHOWN):
            print(f"not compared: {count} × {reason}")
        for label, each in self.differences[:shown]:
            print(f"DIFFERENT: {label}: {each['symbol']} {each['name']}: uproar {each['uproar']:#x}, gdb {each['gdb']:#x} ({each['where']})")
        print(f"{self.compared} parameters compared, {len(self.differences)} differ")
        if self.compared == 0:
            return 77
        return 1 if self.differences else 0


def uproar_to_ask():
    """The program; None, and why is said: nothing can be compared here."""
    if not shutil.which("gdb") or run(["gdb", "-nx", "-q", "-batch", "-ex", "python print(1)"]).stdout.strip() != "1":
        print("skipped: no gdb with Python")
        return None
    return os.path.abspath(os.environ.get("UPROAR") or "build/uproar")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hits", type=int, default=2)
    parser.add_argument("--functions", type=int, default=60)
    parser.add_argument("--only", default="", help="of the programs of tests/peers/entry, those whose build mentions this")
    parser.add_argument("--match", default="", help="functions whose names match this")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("program", nargs="*")
    options = parser.parse_args()
    uproar = uproar_to_ask()
    if not uproar:
        return 77
    tally = Tally(options.verbose)
    limits = (options.hits, options.functions)
    with tempfile.TemporaryDirectory(prefix="uproar-entry-") as folder:
        if options.program:
            program = os.path.realpath(options.program[0])
            tally.add(options.program[0], *compare(uproar, program, options.program[1:], folder, options.match or ".", *limits, ours=False))
        for compiler, flags, source in [] if options.program else BUILDS:
            label = " ".join([compiler, *flags, source])
            if options.only not in label:
                continue
            program, why = build(compiler, flags, source, folder)
            if not program:
                print(f"left out: {why}")
                continue
            wanted = options.match or r"^(main\.|words|[a-z_:]*take_|[\w:]*take)"
            tally.add(label, *compare(uproar, program, [], folder, wanted, *limits, ours=True))
            os.remove(program)
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
