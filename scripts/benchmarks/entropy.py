#!/usr/bin/env python3
"""First-order entropy of the events that `uproar script --json` prints: what a coder needs that knows how often each value of a column
occurs, but nothing of what stands beside it.

    uproar script -q --json FILE | scripts/benchmarks/entropy.py

Columns, each as -Σ p·log2 p over its values:

    times       differences, in nanoseconds, from the event before on the same CPU; a column per CPU
    event       which event it is; one column
    tid, ip, ret_ip, each argument
                a column per event. Of a column of numbers the differences from the event before are counted instead, if they have
                less entropy: a counter costs nothing. Arrays and unreadable values count as values like others
    texts       the bytes of all different strings, once, unpacked; which of them an event has is counted with its argument

Not counted: the frequencies themselves (tables that a decoder needs), names of tasks, definitions, flags, and which CPU an event was on.
Prints one JSON object: events, and bytes per event in all and by column.
"""
import collections
import json
import math
import sys


def entropy_bits(counts):
    """Of the whole column."""
    total = sum(counts.values())
    return total * math.log2(total) - sum(n * math.log2(n) for n in counts.values()) if total else 0.0


class Column:
    def __init__(self):
        self.values, self.differences = collections.Counter(), collections.Counter()
        self.last, self.numeric = 0, True

    def add(self, value):
        self.values[value] += 1
        if self.numeric:
            if isinstance(value, int):
                self.differences[value - self.last] += 1
                self.last = value
            else:
                self.numeric = False
                self.differences.clear()

    def bits(self):
        bits = entropy_bits(self.values)
        return min(bits, entropy_bits(self.differences)) if self.numeric else bits


def plain(value):
    """A value that can be counted; addresses are numbers."""
    if isinstance(value, str):
        return int(value, 16) if value.startswith("0x") else value
    return value if isinstance(value, int) or value is None else json.dumps(value)


def nanoseconds(text):
    seconds, _, rest = text.partition(".")
    return int(seconds) * 1000000000 + int(rest.ljust(9, "0"))


def count(lines):
    columns = collections.defaultdict(Column)
    last_time = {}
    texts = set()
    events = 0
    for line in lines:
        event = json.loads(line, parse_float=str)
        events += 1
        time, cpu, name = nanoseconds(event["time"]), event.get("cpu", -1), event["event"]
        columns["times", cpu].values[time - last_time.get(cpu, time)] += 1
        last_time[cpu] = time
        columns["event", ""].values[name] += 1
        for key in ("tid", "ip", "ret_ip"):
            if key in event:
                columns[key, name].add(plain(event[key]))
        for key, value in event.get("args", {}).items():
            value = plain(value)
            if isinstance(value, str):
                texts.add(value)
            columns[key, name].add(value)
    for (kind, _), column in columns.items():
        if kind in ("times", "event"):
            column.numeric = False
    return events, columns, texts


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    events, columns, texts = count(sys.stdin)
    parts = collections.Counter()
    for (kind, _), column in columns.items():
        parts[kind] += column.bits() / 8 / max(events, 1)
    parts["texts"] = sum(len(text.encode()) for text in texts) / max(events, 1)
    print(json.dumps({"events": events, "bytes_per_event": sum(parts.values()), "columns": dict(parts)}))


main()
