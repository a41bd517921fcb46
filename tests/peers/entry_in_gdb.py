"""Runs inside of gdb: at each place of $ENTRY_JOB, what uproar would fetch there beside what gdb prints.

The job is JSON: {"program", "bias_of": [first loaded address of the file], "args": those of the program, "places": [{"vaddr", "symbol", "known": what was passed,
"arguments": [{"name", "fetch"}]}], "hits": N}. The answer goes to "answer", one JSON object for each comparison:
{"symbol", "name", "uproar", "gdb", "where"}, or "skipped" with the reason instead of the values.
"""

import json
import os
import re
import shlex

import gdb

with open(os.environ["ENTRY_JOB"], encoding="utf-8") as job_file:
    JOB = json.load(job_file)
ANSWER = open(JOB["answer"], "w", encoding="utf-8")
FULL = {"ax": "rax", "bx": "rbx", "cx": "rcx", "dx": "rdx", "si": "rsi", "di": "rdi", "bp": "rbp", "sp": "rsp", "ip": "rip"}
MASK = (1 << 64) - 1
PATIENCE = 20  # entries of a function before a call is given up that did not come to its body


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


def caller_of_frame():
    """The stack pointer that the running function's caller has; None: not known."""
    older = gdb.newest_frame().older()
    return int(older.read_register("rsp")) & MASK if older else None


class Waiting:
    """A call that was seen at its entry and is looked at again where its body begins."""

    def __init__(self, thread, place, arguments, body):
        self.thread, self.place, self.arguments = thread, place, arguments
        self.caller = register("sp") + 8
        self.stop = gdb.Breakpoint(f"*{body:#x}", internal=True)
        self.stop.silent = True
        self.passed_by = 0

    def is_over(self, thread):
        """At another entry of the function: whether the call has ended without its body."""
        self.passed_by += 1
        return (thread == self.thread and register("sp") + 8 >= self.caller) or self.passed_by > PATIENCE


def start():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    gdb.execute("set breakpoint pending off")
    gdb.execute("set print thread-events off")
    gdb.execute("set disable-randomization on")
    gdb.execute("handle SIGURG nostop noprint pass", to_string=True)
    # What follows `starti` would replace the program's own arguments.
    gdb.execute("set args " + " ".join(map(shlex.quote, JOB["args"])) + " >/dev/null </dev/null", to_string=True)
    gdb.execute("starti", to_string=True)


def at_entry(place, thread, is_awaited):
    """Compares what holds at the entry; the call to wait for in its body, if there is one."""
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
    body = body_of(register("ip")) if later else None
    if body == register("ip"):
        for name, mine in later:
            compare(place, name, mine, "entry")
    elif body and not is_awaited:
        return body, Waiting(thread, place, later, body)
    return None, None


def run():
    start()
    moved = bias()
    entries = {}
    for place in JOB["places"]:
        address = place["vaddr"] + moved
        if address not in entries:
            entries[address] = (place, gdb.Breakpoint(f"*{address:#x}", internal=True))
            entries[address][1].silent = True
    waiting = {}  # address of a body → the call
    bodies = {}  # entry → address of the body
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
        if found and found.thread == thread.ptid and caller_of_frame() == found.caller:
            del waiting[pc]
            found.stop.delete()
            for name, mine in found.arguments:
                compare(found.place, name, mine, "body")
        if pc not in entries:
            if not found:
                break  # a signal
            continue
        place, breakpoint = entries[pc]
        earlier = waiting.get(bodies.get(pc))
        if earlier and earlier.is_over(thread.ptid):
            waiting.pop(bodies[pc]).stop.delete()
            earlier = None
        if left[pc] > 0:
            left[pc] -= 1
            body, call = at_entry(place, thread.ptid, bool(earlier))
            if call:
                waiting[body], bodies[pc], earlier = call, body, call
        if left[pc] == 0 and not earlier and breakpoint.is_valid():
            breakpoint.delete()
    ANSWER.close()


try:
    import gdb.types
    run()
finally:
    gdb.execute("kill", to_string=True) if gdb.selected_inferior().pid else None
