"""A second reader of recordings, written from formats/recording/README.md alone: the proof that the page is enough.

    upr_reader.py FILE      each record as "TIME [CPU] EVENT BYTES", in the order of a replay, and " stack ADDRESS…" if it has a call chain

It reads whole blocks of both versions of the format and passes over damaged ones. zstd is the program of that name.
"""
import subprocess
import sys
import zlib

FILE_MAGIC = bytes.fromhex("895550520d0a1a0a")
BLOCK_MAGIC = bytes.fromhex("b555429e")
EVENT, RECORDS, COLUMNS, EVENTS = 2, 3, 9, 14
MASK = (1 << 64) - 1


class Bytes:
    """A cursor over bytes; reading behind the end is an error."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def run(self, count):
        self.at += count
        if count < 0 or self.at > len(self.data):
            raise ValueError("ends inside a value")
        return self.data[self.at - count:self.at]

    def fixed(self, size):
        return int.from_bytes(self.run(size), "little")

    def varint(self):
        value = shift = 0
        while True:
            byte = self.fixed(1)
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def zigzag(self):
        return unzigzag(self.varint())

    def text(self):
        return self.run(self.varint())

    def at_end(self):
        return self.at == len(self.data)


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def read_symbols(reader, count):
    """The range coder: a table of frequencies, two states that take turns, words of 16 bits."""
    scale = reader.fixed(1)
    slots, symbol = [], 0
    for _ in range(reader.varint()):
        symbol += reader.varint()
        frequency = reader.varint()
        slots += [(symbol, frequency, i) for i in range(frequency)]
        symbol += 1
    if scale not in (12, 14) or len(slots) != 1 << scale:
        raise ValueError("no table of frequencies")
    states = [reader.fixed(4), reader.fixed(4)]
    words = iter([reader.fixed(2) for _ in range(reader.varint())])
    symbols = []
    for i in range(count):
        state = states[i & 1]
        symbol, frequency, offset = slots[state & (1 << scale) - 1]
        symbols.append(symbol)
        state = frequency * (state >> scale) + offset
        states[i & 1] = state if state >= 1 << 16 else state << 16 | next(words)
    if states != [1 << 16, 1 << 16] or next(words, None) is not None:
        raise ValueError("words of the range coder do not end where the states say")
    return symbols


def read_log_linear(reader, count):
    mantissa = reader.fixed(1)
    symbols = read_symbols(reader, count)
    bits = int.from_bytes(reader.text(), "little")
    values = []
    for symbol in symbols:
        if symbol >> mantissa == 0:
            values.append(symbol)
            continue
        extra = (symbol >> mantissa) - 1
        first = 1 << mantissa | symbol & (1 << mantissa) - 1
        values.append((first << extra) + (bits & (1 << extra) - 1))
        bits >>= extra
    return values


def read_planes(reader, count):
    planes = [reader.run(count) for _ in range(reader.fixed(1))]
    return [sum(plane[i] << 8 * k for k, plane in enumerate(planes)) for i in range(count)]


def read_numbers(reader, count):
    """A number column."""
    codec = reader.fixed(1)
    if codec == 0:
        return [reader.varint()] * count
    if codec == 1:
        first, step = reader.varint(), reader.zigzag()
        return [first + i * step & MASK for i in range(count)]
    if codec == 5:
        distinct, value = [], 0
        for _ in range(reader.varint()):
            value = value + reader.varint() & MASK
            distinct.append(value)
        return [distinct[i] for i in read_numbers(reader, count)]
    transform = reader.fixed(1)
    apart = min(transform, count)
    first = reader.varint() if apart > 0 else 0
    step = reader.zigzag() if apart > 1 else 0
    base, shift = reader.varint(), reader.fixed(1)
    left = count - apart
    if left == 0:
        coded = []
    elif codec == 2:
        coded = [reader.varint() for _ in range(left)]
    else:
        coded = {3: read_log_linear, 4: read_planes}[codec](reader, left)
    coded = [(value << shift) + base & MASK for value in coded]
    if transform == 0:
        return coded
    values = [first, first + step & MASK][:apart]
    for value in coded:
        step = unzigzag(value) + (step if transform == 2 else 0)
        values.append(values[-1] + step & MASK)
    return values


def read_choices(reader, rows, distinct):
    choices, known = [0], 1
    for choice in read_numbers(reader, rows - 1):
        choices.append(known if choice == 0 else choice - 1)
        known += choice == 0
    if known != distinct or max(choices) >= known:
        raise ValueError("a choice of what is not there")
    return choices


def read_texts(reader, rows):
    """A text column."""
    count = reader.varint()
    lengths = read_numbers(reader, count)
    if reader.fixed(1) == 0:
        distinct = [reader.run(length) for length in lengths]
    else:
        columns = [read_numbers(reader, count) for _ in range(lengths[0])]
        distinct = [bytes(column[i] for column in columns) for i in range(count)]
    return [distinct[choice] for choice in read_choices(reader, rows, count)]


def read_stacks(reader, rows):
    if reader.fixed(1) == 0:
        return [[]] * rows
    depths = read_numbers(reader, reader.varint())
    addresses = iter(read_numbers(reader, sum(depths)))
    stacks = [[next(addresses) for _ in range(depth)] for depth in depths]
    return [stacks[choice] for choice in read_choices(reader, rows, len(stacks))]


def read_group(reader, rows_of, tasks, records):
    rows, number = [], 0
    for _ in range(reader.varint()):
        number += reader.varint()
        rows += rows_of[number]
        number += 1
    layout = []
    for _ in range(reader.varint()):
        kind = reader.fixed(1)
        layout.append((kind, reader.varint() if kind in (1, 2) else 4))
    fixed = sum(size for _, size in layout)
    columns = {k: read_texts(reader, len(rows)) for k, (kind, _) in enumerate(layout) if kind == 3}
    for k, (kind, size) in enumerate(layout):
        if kind == 0:
            columns[k] = [tasks[row].to_bytes(4, "little") for row in rows]
        elif kind == 1:
            columns[k] = [(value & (1 << 8 * size) - 1).to_bytes(size, "little") for value in read_numbers(reader, len(rows))]
        elif kind == 2:
            columns[k] = [text.ljust(size, b"\0") for text in read_texts(reader, len(rows))]
    for i, row in enumerate(rows):
        parts, data = [], b""
        for k, (kind, _) in enumerate(layout):
            value = columns[k][i]
            if kind == 3:
                value, data = (len(value) << 16 | fixed + len(data) & 0xffff).to_bytes(4, "little"), data + value
            parts.append(value)
        records[row] = b"".join(parts) + data


def read_columns(payload, header):
    """(time, event number, record, call chain) of each row of a Columns block."""
    reader, rows = Bytes(payload), header["count"]
    times = [header["first"] + time for time in read_numbers(reader, rows)]
    numbers = read_numbers(reader, rows)
    stacks = read_stacks(reader, rows)
    regular = [row for row in range(rows) if not numbers[row] & 1]
    odd = [row for row in range(rows) if numbers[row] & 1]
    tasks = dict(zip(regular, read_numbers(reader, len(regular)))) if regular else {}
    rows_of = {}
    for row in regular:
        rows_of.setdefault(numbers[row] >> 1, []).append(row)
    records = [b""] * rows
    for _ in range(reader.varint()):
        read_group(reader, rows_of, tasks, records)
    if odd:
        for row, record in zip(odd, read_texts(reader, len(odd))):
            records[row] = record
    if not reader.at_end() or times[0] != header["first"] or times[-1] != header["last"]:
        raise ValueError("the block contradicts its header")
    return list(zip(times, [number >> 1 for number in numbers], records, stacks))


def read_rows(payload, header):
    """The same of a Records block of version 1."""
    reader, time, rows = Bytes(payload), header["first"], []
    for _ in range(header["count"]):
        time += reader.varint()
        number = reader.varint()
        rows.append((time, number, reader.text(), []))
    return rows


def read_name(payload):
    reader = Bytes(payload)
    number, _ = reader.varint(), reader.text()
    return number, reader.text().decode()


def blocks(data):
    """Header and payload of each whole block; the search behind damage is that for the next header."""
    if data[:8] != FILE_MAGIC:
        raise ValueError("not a recording")
    at = int.from_bytes(data[10:12], "little")
    while at + 52 <= len(data):
        raw = Bytes(data[at:at + 52])
        magic, kind, codec, _, sequence, cpu, stored, size, count, crc = raw.run(4), *[raw.fixed(n) for n in (1, 1, 2, 4, 4, 4, 4, 4, 4)]
        header = {"type": kind, "sequence": sequence, "cpu": cpu, "count": count, "first": raw.fixed(8), "last": raw.fixed(8)}
        if magic != BLOCK_MAGIC or raw.fixed(4) != zlib.crc32(raw.data[:48]):
            at = data.find(BLOCK_MAGIC, at + 1)
            if at < 0:
                return
            continue
        payload = data[at + 52:at + 52 + stored]
        if len(payload) == stored and zlib.crc32(payload) == crc:
            if codec == 1:
                payload = subprocess.run(["zstd", "-dcq"], input=payload, stdout=subprocess.PIPE, check=True).stdout
            if len(payload) != size:
                raise ValueError(f"block at {at} does not unpack to {size} bytes")
            yield header, payload
        at += 52 + stored


def records_of(data):
    """(time, CPU, name of the event, record, call chain), ordered as a replay orders them."""
    names, found = {}, []
    for header, payload in blocks(data):
        if header["type"] == EVENT:
            number, name = read_name(payload)
            names[number] = name
        elif header["type"] == EVENTS:
            reader = Bytes(payload)
            names.update(read_name(reader.text()) for _ in range(header["count"]))
        elif header["type"] in (RECORDS, COLUMNS):
            read = read_columns if header["type"] == COLUMNS else read_rows
            for row, (time, number, record, stack) in enumerate(read(payload, header)):
                found.append(((time, header["cpu"], header["sequence"], row), number, record, stack))
    found.sort(key=lambda one: one[0])
    return [(key[0], key[1], names[number], record, stack) for key, number, record, stack in found if number in names]


def lines_of(data):
    for time, cpu, name, record, stack in records_of(data):
        yield f"{time} [{cpu}] {name} {record.hex()}" + "".join(f" {part}" for part in ["stack", *stack] if stack)


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as recording:
        for line in lines_of(recording.read()):
            print(line)
