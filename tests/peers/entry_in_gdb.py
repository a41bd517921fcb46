"""Runs inside of gdb: at each place of $ENTRY_JOB, what uproar would fetch there beside what gdb prints.

The job is JSON: {"program", "bias_of": [first loaded address of the file], "places": [{"vaddr", "symbol", "known": what was passed,
"arguments": [{"name", "fetch"}]}], "hits": N}. The answer goes to "answer", one JSON object for each comparison:
{"symbol", "name", "uproar", "gdb", "where"}, or "skipped" with the reason instead of the values.
"""

import json
import os
import re

import gdb

with open(os.environ["ENTRY_JOB"], encoding="utf-8") as job_file:
    JOB = json.load(job_file)
ANSWER = open(JOB["answer"], "w", encoding="utf-8")
FULL = {"ax": "rax", "bx": "rbx", "cx": "rcx", "dx": "rdx", "si": "rsi", "di": "rdi", "bp": "rbp", "sp": "rsp", "ip": "rip"}
MASK = (1 << 64) - 1


class Unreadable(Exception):
    pass


def register(name):
    return int(gdb.parse_and_eval("$" + FULL.get(name, name))) & MASK


def memory(address, size):
    try:
        return int.from_bytes(gdb.selected_inferior().read_memory(address & MASK, size).tobytes(), "little")
    except gdb.MemoryError as error:
        raise Unreadable(str(error)) from error


def fetched(text):
    """(address, None) of what is in memory, (None, value) of what is not."""
    dereference = re.fullmatch(r"([+-]\d+)\((.*)\)", text)
    if dereference:
        address, value = fetched(dereference.group(2))
        base = value if address is None else memory(address, 8)
        return (base + int(dereference.group(1))) & MASK, None
    if text.startswith("%"):
        return None, register(text[1:])
    slot = re.fullmatch(r"\$stack(\d+)", text)
    if slot:
        return register("sp") + 8 * int(slot.group(1)), None
    if text == "$stack":
        return None, register("sp")
    if text.startswith("\\"):
        return None, int(text[1:], 0) & MASK
    raise Unreadable("no number: " + text)


def by_uproar(fetch):
    """What the kernel would record: an integer, or where a text is."""
    text, _, kind = fetch.rpartition(":") if re.search(r":[a-z0-9@/\[\]]+$", fetch) else (fetch, "", "x64")
    address, value = fetched(text)
    if kind in ("string", "ustring"):
        return ("address", address)
    number = re.fullmatch(r"([suxcb])(?:har)?(\d*)", kind)
    if not number or kind.startswith("b") or "[" in kind:
        raise Unreadable("of the type " + kind)
    bits = 8 if kind == "char" else int(number.group(2))
    if value is None:
        value = memory(address, bits // 8)
    return ("number", value & ((1 << bits) - 1), bits)


def stripped(value):
    for _ in range(8):
        kind = value.type.strip_typedefs()
        if kind.code in (gdb.TYPE_CODE_REF, getattr(gdb, "TYPE_CODE_RVALUE_REF", gdb.TYPE_CODE_REF)):
            value = value.referenced_value()
        else:
            return value, kind
    return value, kind


def by_gdb(name, uproar):
    """The same of gdb's value."""
    value, kind = stripped(gdb.parse_and_eval(name))
    if value.is_optimized_out:
        raise Unreadable("optimised out")
    if uproar[0] == "address":
        if kind.code == gdb.TYPE_CODE_PTR:
            return ("address", int(value) & MASK)
        if kind.code == gdb.TYPE_CODE_ARRAY:
            return ("address", int(value.address) & MASK)
        if kind.code == gdb.TYPE_CODE_STRUCT:
            for field in ("str", "data_ptr", "_M_str"):
                if gdb.types.has_field(kind, field):
                    return ("address", int(value[field]) & MASK)
        raise Unreadable("a text of the type " + str(kind))
    if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_UNION):
        raise Unreadable("of the type " + str(kind))
    bits = min(uproar[2], kind.sizeof * 8)
    return ("number", int(value) & ((1 << bits) - 1), bits)


def is_one_place(name):
    """Whether the debug information has one place for the whole function, which the entry does not fill."""
    try:
        text = gdb.execute("info address " + name, to_string=True)
    except gdb.error:
        return None
    # Behind a register that passes parameters, one place holds from the entry on.
    return "multi-location" not in text and not re.search(r"breg\d+ -?\d+ \[\$(rdi|rsi|rdx|rcx|r8|r9)\]", text)


def tell(place, name, **more):
    ANSWER.write(json.dumps({"symbol": place["symbol"], "name": name, **more}) + "\n")
    ANSWER.flush()


def compare(place, name, mine, where):
    try:
        other = by_gdb(name, mine)
    except (gdb.error, Unreadable, RuntimeError, OverflowError) as error:
        other = None
        trouble = str(error)[:80]
    # What the caller is known to have passed counts more than what is printed of it.
    known = place["known"].get(name)
    if known is not None and mine[0] == "number":
        other, where = ("number", known, 64), "known"
    if other is None:
        return tell(place, name, skipped=trouble)
    if mine[0] == "number":
        bits = min(mine[2], other[2])
        mine, other = mine[1] & ((1 << bits) - 1), other[1] & ((1 << bits) - 1)
    else:
        mine, other = mine[1], other[1]
    return tell(place, name, uproar=mine, gdb=other, where=where)


def body_of(address):
    """Where gdb would stop for `break FUNCTION`: behind the prologue."""
    block = gdb.block_for_pc(address)
    while block and not block.function:
        block = block.superblock
    if not block or block.start != address:
        return None
    table = gdb.find_pc_line(address).symtab
    if not table:
        return None
    later = sorted({line.pc for line in table.linetable() if address < line.pc < block.end})
    return later[0] if later else None


def bias():
    with open(f"/proc/{gdb.selected_inferior().pid}/maps", encoding="utf-8") as maps:
        for line in maps:
            if line.rstrip().endswith(JOB["program"]):
                return int(line.split("-")[0], 16) - JOB["first"] if JOB["is_pie"] else 0
    return 0


def run():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    gdb.execute("set breakpoint pending off")
    gdb.execute("set print thread-events off")
    gdb.execute("set disable-randomization on")
    gdb.execute("handle SIGURG nostop noprint pass", to_string=True)
    gdb.execute("starti >/dev/null </dev/null", to_string=True)
    moved = bias()
    entries = {}
    for place in JOB["places"]:
        address = place["vaddr"] + moved
        if address not in entries:
            entries[address] = (place, gdb.Breakpoint(f"*{address:#x}", internal=True))
            entries[address][1].silent = True
    waiting = {}  # address of a body → (thread, stack pointer, place, values, breakpoint)
    left = {address: JOB["hits"] for address in entries}
    while True:
        try:
            gdb.execute("continue", to_string=True)
        except gdb.error:
            break
        thread = gdb.selected_thread()
        if not thread or not thread.is_valid():
            break
        pc = register("ip")
        found = waiting.get(pc)
        if found and found[0] == thread.ptid:
            del waiting[pc]
            found[3].delete()
            for name, mine in found[2]:
                compare(found[1], name, mine, "body")
        if pc not in entries or left[pc] == 0:
            if not found and pc not in entries:
                break  # a signal
            continue
        place, breakpoint = entries[pc]
        left[pc] -= 1
        later = []
        for argument in place["arguments"]:
            name = argument["name"]
            try:
                mine = by_uproar(argument["fetch"])
            except (gdb.error, Unreadable) as error:
                tell(place, name, skipped=str(error)[:80])
                continue
            single = is_one_place(name)
            if single is None:
                tell(place, name, skipped="gdb knows no such name")
            elif single:
                later.append((name, mine))
            else:
                compare(place, name, mine, "entry")
        body = body_of(pc)
        if later and body == pc:
            for name, mine in later:
                compare(place, name, mine, "entry")
        elif later and body and body not in waiting:
            stop = gdb.Breakpoint(f"*{body:#x}", internal=True)
            stop.silent = True
            waiting[body] = (thread.ptid, place, later, stop)
        if left[pc] == 0:
            breakpoint.delete()
    ANSWER.close()


try:
    import gdb.types
    run()
finally:
    gdb.execute("kill", to_string=True) if gdb.selected_inferior().pid else None
