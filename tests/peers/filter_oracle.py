#!/usr/bin/env python3
"""script --filter against the kernel's own filters: what the kernel lets through while recording, script has to print of a
recording without a filter.

Each filter is given to record, which gives it to the kernel, and to script; the arguments of the events have to be the same.

$UPROAR and $PEERS_TARGET name the programs.
"""

import json
import platform
import subprocess
import sys
import tempfile

import tracefs_events
from tracefs_events import skip

# The kernel takes lists of CPUs that there are.
with open("/sys/devices/system/cpu/possible", encoding="ascii") as possible:
    CPUS = "CPUS{" + possible.read().strip() + "}"
FIRST, SECOND = tracefs_events.ARGUMENT_REGISTERS.get(platform.machine(), ("", ""))

TEXT = f"take_text s=+0({FIRST}):string n={SECOND}:s64 u={SECOND}:u32 x={SECOND}:x16 b={SECOND}:b3@1/8"
# s[] has strings that are read and one that is not; half faults.
VALUES = (f"take_values lost=+0(+88({FIRST})):string zero=+0(+88({FIRST})):u32 names=+72({FIRST}):string[2] low=+1({FIRST}):s8 "
          f"letter=+36({FIRST}):char")

FILTERS = {
    TEXT: [
        "n == 0", "n != 0", "n < 0", "n <= -1", "n > 1", "n >= 1", "n & 2", "n == -9223372036854775808", "n == 0x7fffffffffffffff",
        "u == 4294967295", "u > 0x10", "u & 0xf0000000", "x == 0xffff", "b == 7", "b < 3",
        's == "hello"', "s == 'hello'", 's != "hello"', 's == ""', 's ~ "in a*"', 's ~ "*child"', 's ~ "*a*"', 's ~ "in ? child"',
        's ~ "[hi]*"', 's ~ "[!hi]*"', 's ~ "*"', 's ~ "!in*"', 's ~ "hello"', r's ~ "in\\ a*"',
        "n == 1 || n == 2", "n == 1 || n == 2 && s ~ \"*x*\"", "(n == 1 || n == 2) && s ~ \"*renamed*\"", "!(n == 1)", "!(n > 0 && n < 3)",
        "!(n > 0 || n < -5)", "n>0&&n<3", "!(!(n == 1))", "((n == 1))",
        'comm == "child"', 'COMM ~ "re*"', "common_pid > 1", "cpu >= 0", "common_cpu < 4096", f"CPU & {CPUS}", f"cpu == {CPUS}", f"cpu != {CPUS}",
    ],
    VALUES: [
        'lost == ""', 'lost != ""', 'lost ~ "*"', 'lost != "x" && zero == 0', "zero == 0", "zero != 0", 'names == "one"', 'names == "two"', 'names ~ "o*"',
        "low == -5", "low < 0", "low > 0", "letter == 97", "letter > 96",
    ],
}


def arguments(uproar, recording, *options):
    text = subprocess.run([uproar, "script", "--json", *options, recording], check=True, capture_output=True, timeout=60).stdout
    return [json.loads(line).get("args") for line in text.splitlines()]


def record(uproar, target, definition, file, *options):
    subprocess.run([uproar, "record", "-q", "-o", file, "-e", f"p:filtered {target}:{definition}", *options, "--", target],
                   check=True, timeout=120)


def main():
    tracefs_events.require_tracefs()
    target = tracefs_events.target("PEERS_TARGET", "the target program")
    uproar = tracefs_events.program("UPROAR", "uproar")
    failed = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        for definition, filters in FILTERS.items():
            record(uproar, target, definition, f"{folder}/all.upr")
            everything = arguments(uproar, f"{folder}/all.upr")
            if not everything:
                print(f"FAILED: nothing was recorded of {definition}")
                failed += 1
            for text in filters:
                record(uproar, target, definition, f"{folder}/some.upr", "--filter", text)
                kernel = arguments(uproar, f"{folder}/some.upr")
                ours = arguments(uproar, f"{folder}/all.upr", "--filter", text)
                compared += 1
                if kernel != ours:
                    failed += 1
                    print(f"FAILED: {text}\n  kernel {kernel}\n  script {ours}")
    print(f"{compared} filters compared, {failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
