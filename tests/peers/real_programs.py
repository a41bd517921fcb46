#!/usr/bin/env python3
"""Programs that people run, under one set of definitions through tracefs, perf and BPF at once: all three have to hold the
same events, and those that the programs were made to produce.

Redis, Python, Go, Rust, PostgreSQL and Java; what is not installed is left out, and told. Each engine is one recorder; they
run beside each other while the program does its work, so each hit is seen three times. Events of one thread are compared in
their order, with everything but time and CPU. Of strings an engine may hold the beginning where it says that it cut them.

    real_programs.py [NAME…]

$UPROAR names the program.
"""

import collections
import contextlib
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import tracefs_events
from tracefs_events import skip

ENGINES = ("tracefs", "perf", "bpf")
Kept = collections.namedtuple("Kept", "event args cut thread comm rest")


class Missing(Exception):
    """The program is not here: why."""


def need(*names):
    for name in names:
        path = shutil.which(name)
        if path:
            return os.path.realpath(path)
    raise Missing(f"no {' or '.join(names)} here")


def run(command, **options):
    done = subprocess.run(command, capture_output=True, timeout=300, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: status {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def eventually(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Recorder:
    """One that runs until it is told to stop."""

    def __init__(self, uproar, engine, file, definitions, options):
        self.file = file
        self.engine = engine
        self.messages = open(f"{file}.err", "w+b")
        command = [uproar, "record", "--via", engine, "-m", "16M", "-o", file, *options]
        for definition in definitions:
            command += ["-e", definition]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.messages)

    def text(self):
        with open(self.messages.name, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_until_armed(self):
        eventually(lambda: "uproar: recording" in self.text() or self.process.poll() is not None, 120)
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.engine}: does not record: {self.text()}")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=120)
        self.messages.close()
        return status


@contextlib.contextmanager
def recorded(uproar, folder, definitions, options=()):
    """{engine: recording}; complete when the block is left."""
    recorders = []
    try:
        for engine in ENGINES:
            recorders.append(Recorder(uproar, engine, f"{folder}/{engine}.upr", definitions, options))
            recorders[-1].wait_until_armed()
        yield {each.engine: each.file for each in recorders}
    finally:
        statuses = [each.stop() for each in recorders]
    for each, status in zip(recorders, statuses):
        if status != 0:
            raise RuntimeError(f"{each.engine}: status {status}: {each.text()}")


def events_of(uproar, file):
    kept = []
    for line in run([uproar, "script", "--json", file]).splitlines():
        event = json.loads(line)
        rest = {key: event.get(key) for key in ("pid", "ip", "ret_ip", "symbol")}
        kept.append(Kept(event["event"].split(":")[1], event.get("args", {}), set(event.get("cut", [])), event["tid"],
                         event.get("comm"), rest))
    return kept


def by_thread(events):
    threads = collections.defaultdict(list)
    for event in events:
        threads[event.thread].append(event)
    return threads


def same_value(first, second, first_cut, second_cut):
    if first == second:
        return True
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    return (first_cut and second.startswith(first)) or (second_cut and first.startswith(second))


def difference(first, second):
    """In words; empty: none."""
    if (first.event, first.rest, first.comm) != (second.event, second.rest, second.comm):
        return f"{first} != {second}"
    if first.args.keys() != second.args.keys():
        return f"{first.args} != {second.args}"
    for name, value in first.args.items():
        if not same_value(value, second.args[name], name in first.cut, name in second.cut):
            return f"{first.event}: {name} {value!r} != {second.args[name]!r}"
    return ""


def compare(seen):
    """Failures, each a line."""
    failures = []
    threads = {engine: by_thread(events) for engine, events in seen.items()}
    base = ENGINES[-1]
    for engine in ENGINES[:-1]:
        for thread in sorted(threads[base].keys() | threads[engine].keys()):
            ours, theirs = threads[base].get(thread, []), threads[engine].get(thread, [])
            if len(ours) != len(theirs):
                counts = [collections.Counter(e.event for e in events) for events in (ours, theirs)]
                failures.append(f"thread {thread}: {base} {dict(counts[0])}, {engine} {dict(counts[1])}")
            for first, second in zip(ours, theirs):
                text = difference(first, second)
                if text:
                    failures.append(f"thread {thread}: {base}, {engine}: {text}")
                    break
    return failures


def expect(failures, engine, what, got, truth):
    if got != truth:
        failures.append(f"{engine}: {what}\n    got   {got}\n    truth {truth}")


class Program:
    """A name, definitions, work, and truth(seen) of one engine's events: what differs, a list of (what, got, truth)."""

    options = ()

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        return f"{self.folder}/{name}"

    def stop(self):
        pass


def arguments(events, name):
    return [event.args for event in events if event.event == name]


class Redis(Program):
    """Keys and values that clients set, which the server makes objects of."""

    words = [["set", f"key-{i:03}", "v" * i] for i in range(0, 300, 7)] + [["get", f"key-{i:03}"] for i in range(0, 300, 7)]

    def __init__(self, folder):
        super().__init__(folder)
        need("redis-server")
        server = shutil.copy(shutil.which("redis-server"), f"{folder}/redis-server")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([server, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                         "--dir", folder], stdout=subprocess.DEVNULL)
        if not eventually(self.is_up, 30):
            raise RuntimeError("redis-server does not answer")
        self.options = ("-p", str(self.process.pid))
        self.definitions = [
            f"p:make {server}:createStringObject text=$arg1:string($arg2) length=$arg2:u64",
            f"r:made {server}:createStringObject kind=+0($retval):b4@0/32 coding=+0($retval):b4@4/32 inside=+8($retval):x64",
            f"p:look {server}:lookupKeyReadOrReply type=+0($arg2):b4@0/32 key=+0(+8($arg2)):string",
            f"p:few {server}:createStringObject length=$arg2:u64",
        ]

    def is_up(self):
        try:
            return self.ask([["ping"]]) == [b"+PONG\r\n"]
        except OSError:
            return False

    def ask(self, commands):
        answers = []
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            for words in commands:
                client.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w.encode()) for w in words))
                answers.append(client.recv(4096))
        return answers

    def work(self):
        self.ask(self.words)

    def truth(self, events):
        made = arguments(events, "make")
        text = [[a["text"], a["length"]] for a in made]
        yield "words", text, [[word, len(word)] for words in self.words for word in words]
        yield "kinds", [a["kind"] for a in arguments(events, "made")], [0] * len(text)
        yield "coding", [a["coding"] for a in arguments(events, "made")], [8 if len(word) <= 44 else 0 for word, _ in text]
        yield "keys", [a["key"] for a in arguments(events, "look")], [words[1] for words in self.words if words[0] == "get"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Python(Program):
    """Modules that are imported, events for auditors, collections, and functions of the interpreter."""

    text = """
import gc, sys
sys.path.insert(0, {folder!r})
gc.disable()
for n in range(5): sys.audit('uproar.test.' + str(n), n)
import uproar_first
import uproar_second
for generation in (0, 1, 2): gc.collect(generation)
def steps():
    try:
        while True: yield 1
    finally:
        pass
s = steps(); next(s); s.close()
for i in range(40):
    sys.intern('uproar word %d' % i)
for word in ('\\u00e4', 'x' * 600):
    try: exec('raise ValueError(' + repr(word) + ')')
    except ValueError: pass
"""

    def __init__(self, folder):
        super().__init__(folder)
        system = os.path.realpath("/usr/bin/python3")
        if not os.path.exists(system) or b"import__find__load__start" not in open(system, "rb").read():
            raise Missing("no Python with USDT probes here")
        self.python = shutil.copy(system, folder)
        self.write("uproar_first.py", "")
        self.write("uproar_second.py", "import uproar_third\n")
        self.write("uproar_third.py", "")
        self.script = self.write("script.py", self.text.format(folder=folder))
        p = self.python
        self.definitions = [
            f"p:import {p}:%python:import__find__load__start name=$arg1:string",
            f"p:imported {p}:%python:import__find__load__done name=$arg1:string found=$arg2",
            f"p:audit {p}:%python:audit name=$arg1:string",
            f"p:collect {p}:%python:gc__start generation=$arg1",
            f"p:enter {p}:%python:function__entry file=$arg1:string name=$arg2:string line=$arg3",
            f"p:intern {p}:PyUnicode_InternInPlace type=+8(+0($arg1)):x64 length=+16(+0($arg1)):s64",
            f"r:long {p}:PyLong_FromLong n=+24($retval):u32 references=+0($retval):s64",
        ]

    def work(self):
        run([self.python, "-S", "-B", self.script])

    def truth(self, events):
        imports = [a["name"] for a in arguments(events, "import")]
        yield "imports", [n for n in imports if n.startswith("uproar_")], ["uproar_first", "uproar_second", "uproar_third"]
        found = [[a["name"], a["found"]] for a in arguments(events, "imported") if a["name"].startswith("uproar_")]
        yield "imported", found, [["uproar_first", 1], ["uproar_third", 1], ["uproar_second", 1]]
        audits = [a["name"] for a in arguments(events, "audit")]
        yield "audits", [n for n in audits if n.startswith("uproar.")], [f"uproar.test.{n}" for n in range(5)]
        generations = "".join(str(a["generation"]) for a in arguments(events, "collect"))
        yield "collections", "012" in generations, True
        entered = [[a["file"], a["name"]] for a in arguments(events, "enter") if a["name"] == "steps"]
        yield "functions", entered, [[self.script, "steps"]]
        words = [a["length"] for a in arguments(events, "intern")]
        yield "interned", [words.count(len(f"uproar word {n}")) >= 30 for n in (0, 10)], [False, True]


class Go(Program):
    """Strings, slices, errors and structs, from goroutines."""

    source = """package main
import ("fmt"; "os"; "sync")
type Order struct { ID int64; Name string; Price float64; Tags []string; next *Order }
//go:noinline
func take(o *Order, n int, name string, data []byte) int { return n + len(name) + len(data) + int(o.ID) }
//go:noinline
func (o *Order) Total(count uint16, ok bool) float64 { if ok { return o.Price * float64(count) }; return 0 }
func main() {
	sum := 0
	for i := 0; i < 50; i++ {
		o := &Order{ID: int64(i) << 33, Name: fmt.Sprintf("order-%d", i), Price: 1.5}
		sum += take(o, -i, o.Name, []byte(o.Name)[:i%7])
		o.Total(uint16(i), i%2 == 0)
	}
	var group sync.WaitGroup
	for g := 0; g < 4; g++ {
		group.Add(1)
		go func(g int) { defer group.Done(); for i := 0; i < 25; i++ { take(&Order{ID: int64(g)}, i, "goroutine", nil) } }(g)
	}
	group.Wait()
	if sum == 0 { os.Exit(1) }
}
"""

    def __init__(self, folder):
        super().__init__(folder)
        go = need("go")
        self.write("main.go", self.source)
        self.write("go.mod", "module orders\n\ngo 1.18\n")
        run([go, "build", "-o", "orders", "."], cwd=folder, env={**os.environ, "HOME": folder, "GOFLAGS": "-mod=mod", "GOCACHE": f"{folder}/cache"})
        self.program = f"{folder}/orders"
        self.definitions = [
            f"p:take {self.program}:main.take n name data=+0(%di):u8[6] id=o.ID text=o.Name price=o.Price:x64",
            f"p:total {self.program}:main.(*Order).Total count ok id=o.ID name=o.Name",
            f"p:exit {self.program}:os.Exit code",
        ]

    def work(self):
        run([self.program])

    def truth(self, events):
        takes = arguments(events, "take")
        ours = [a for a in takes if a["name"] != "goroutine"]
        yield "n", [a["n"] for a in ours], [-i for i in range(50)]
        yield "names", [a["name"] for a in ours], [f"order-{i}" for i in range(50)]
        yield "texts", [a["text"] for a in ours], [f"order-{i}" for i in range(50)]
        yield "ids", [a["id"] for a in ours], [i << 33 for i in range(50)]
        others = collections.Counter(a["id"] for a in takes if a["name"] == "goroutine")
        yield "goroutines", others, collections.Counter({0: 25, 1: 25, 2: 25, 3: 25})
        totals = arguments(events, "total")
        yield "count", [a["count"] for a in totals], list(range(50))
        yield "ok", [int(a["ok"]) for a in totals], [1 - i % 2 for i in range(50)]


class Rust(Program):
    """Text, slices, options and results, from threads."""

    source = """
use std::hint::black_box;
pub struct Order { id: u64, name: String, tags: Vec<u32>, next: Option<Box<Order>> }
#[inline(never)] pub fn take(order: &Order, text: &str, n: i32) -> i64 { black_box(text); black_box(order.id as i64 + text.len() as i64 + n as i64) }
#[inline(never)] pub fn check(n: u8, flag: bool, letter: char) -> u32 { black_box(n as u32 + flag as u32 + letter as u32) }
impl Order { #[inline(never)] pub fn rename(&mut self, to: String) { self.name = black_box(to); } }
fn main() {
    for i in 0..50u64 {
        let mut order = Order { id: i << 40, name: format!("order {}", i), tags: vec![i as u32; 3], next: None };
        black_box(take(&order, &order.name, -(i as i32)));
        black_box(check(i as u8, i % 3 == 0, 'ä'));
        order.rename(format!("änother {}", i));
        black_box(take(&order, "literal", i as i32));
        black_box((&order.tags, &order.next));
    }
    let all: Vec<_> = (0..3).map(|t| std::thread::Builder::new().name(format!("worker-{}", t)).spawn(move ||
        for i in 0..20 { black_box(take(&Order { id: t, name: String::new(), tags: vec![], next: None }, "thread", i)); }).unwrap()).collect();
    for each in all { each.join().unwrap(); }
}
"""

    def __init__(self, folder):
        super().__init__(folder)
        rustc = shutil.which("rustc") or next(iter(glob.glob(f"{os.path.expanduser('~')}/.cargo/bin/rustc")), None)
        if not rustc:
            raise Missing("no rustc here")
        self.program = f"{folder}/orders"
        run([rustc, "-C", "opt-level=1", "-g", "-A", "warnings", "-o", self.program, self.write("orders.rs", self.source)])
        self.definitions = [
            f"p:take {self.program}:orders::take text n id=order.id name=order.name",
            f"r:taken {self.program}:orders::take sum=$retval:s64",
            f"p:check {self.program}:orders::check n flag letter",
        ]

    def work(self):
        run([self.program])

    def truth(self, events):
        takes = arguments(events, "take")
        ours = [a for a in takes if a["text"] != "thread"]
        yield "texts", [a["text"] for a in ours], [t for i in range(50) for t in (f"order {i}", "literal")]
        yield "names", [a["name"] for a in ours], [t for i in range(50) for t in (f"order {i}", f"änother {i}")]
        yield "n", [a["n"] for a in ours], [n for i in range(50) for n in (-i, i)]
        yield "ids", [a["id"] for a in ours], [i << 40 for i in range(50) for _ in (0, 1)]
        sums = [a["sum"] for a in arguments(events, "taken")]
        yield "sums", sums[:100], [s for i in range(50) for s in ((i << 40) + len(f"order {i}") - i, (i << 40) + 7 + i)]
        yield "checks", [a["n"] for a in arguments(events, "check")], list(range(50))
        yield "flags", [int(a["flag"]) for a in arguments(events, "check")], [int(i % 3 == 0) for i in range(50)]
        names = {event.comm for event in events if event.event == "take" and event.args["text"] == "thread"}
        yield "threads", names, {"worker-0", "worker-1", "worker-2"}


class Postgres(Program):
    """Statements that a client runs, in a server process of their own."""

    statements = ["create table fruit (id int primary key, name text)",
                  *[f"insert into fruit values ({i}, 'pear {i}')" for i in range(30)],
                  "select count(*) from fruit where name like 'pear%'",
                  "select 'grüße'", "select '" + "x" * 3000 + "'",
                  "begin", "update fruit set name = 'plum' where id < 10", "rollback", "drop table fruit"]

    def __init__(self, folder):
        super().__init__(folder)
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))
        if not found:
            raise Missing("no PostgreSQL server here")
        programs = os.path.dirname(found[-1])
        if b"query__parse__start" not in open(found[-1], "rb").read():
            raise Missing("PostgreSQL without USDT probes")
        need("psql")
        # A script that looks for it by its name.
        self.psql = f"{programs}/psql" if os.path.exists(f"{programs}/psql") else "psql"
        need("setpriv")
        # The server does not run as root, nor does its client.
        os.chmod(folder, 0o755)
        self.data = f"{folder}/data"
        os.mkdir(self.data)
        shutil.chown(self.data, "nobody")
        self.user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
        run([*self.user, f"{programs}/initdb", "-D", self.data, "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"], cwd="/")
        self.process = subprocess.Popen([*self.user, f"{programs}/postgres", "-D", self.data, "-k", self.data, "-h", "", "-F",
                                         "-c", "autovacuum=off", "-c", "bgwriter_lru_maxpages=0"], cwd="/", stderr=subprocess.DEVNULL)
        if not eventually(lambda: self.ask(["select 1"]) is not None, 60):
            raise RuntimeError("postgres does not answer")
        server = found[-1]
        self.options = ("-p", str(self.process.pid))
        self.definitions = [
            f"p:query {server}:%postgresql:query__start text=$arg1:string",
            f"p:done {server}:%postgresql:query__done text=$arg1:string",
            f"p:parse {server}:%postgresql:query__parse__start text=$arg1:string",
            f"p:begin {server}:%postgresql:transaction__start id=$arg1",
            f"p:commit {server}:%postgresql:transaction__commit id=$arg1",
            f"p:abort {server}:%postgresql:transaction__abort id=$arg1",
            f"p:read {server}:%postgresql:buffer__read__done fork=$arg1 block=$arg2 space=$arg3 base=$arg4 relation=$arg5 backend=$arg6 "
            "extends=$arg7 hit=$arg8",
            f"p:status {server}:%postgresql:statement__status text=$arg1:string",
            f"p:lock {server}:%postgresql:lwlock__acquire tranche=$arg1:string mode=$arg2",
        ]

    def ask(self, statements):
        done = subprocess.run([*self.user, self.psql, "-X", "-q", "-h", self.data, "-U", "tester", "-d", "postgres", "-v", "ON_ERROR_STOP=1"],
                              input=";\n".join(statements) + ";\n", capture_output=True, text=True, cwd="/", timeout=120)
        return done.stdout if done.returncode == 0 else None

    def work(self):
        if self.ask(self.statements) is None:
            raise RuntimeError("psql failed")

    def truth(self, events):
        # psql sends each with its semicolon.
        whole = [statement + ";" for statement in self.statements]
        texts = {event.args["text"]: event for event in events if event.event == "query"}
        got = [event.args["text"] for event in events if event.event == "query"]
        expected = [cut(statement, texts) for statement in whole]
        yield "statements", got, expected
        yield "ended", [a["text"] for a in arguments(events, "done")], expected
        yield "parsed", [a["text"] for a in arguments(events, "parse")], expected
        # Those between begin and rollback are one transaction, and to connect is another.
        yield "transactions", len(arguments(events, "begin")), len(whole) - 1
        yield "committed", len(arguments(events, "commit")), len(whole) - 2
        yield "rolled back", len(arguments(events, "abort")), 1
        yield "blocks", len(arguments(events, "read")) > 100, True

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


def cut(text, events):
    """The text, or its beginning where an event says that it was cut."""
    for seen, event in events.items():
        if "text" in event.cut and text.startswith(seen):
            return seen
    return text


class Java(Program):
    """Methods, threads and classes of a program, by the probes of libjvm."""

    source = """
public class Steps {
  static int twice(int number) { return number * 2; }
  static long grüße(String text) { return text.length(); }
  public static void main(String[] words) throws Exception {
    int[] sum = {0};
    for (int i = 0; i < 20; ++i) sum[0] += (int) grüße("x".repeat(i));
    Thread worker = new Thread(() -> { for (int i = 0; i < 30; ++i) sum[0] += twice(i); }, "arbeiter-ü");
    worker.start();
    worker.join();
    System.exit(sum[0] > 0 ? 0 : 1);
  }
}
"""

    def __init__(self, folder):
        super().__init__(folder)
        java, compiler = need("java"), need("javac")
        library = os.path.join(os.path.dirname(os.path.dirname(java)), "lib/server/libjvm.so")
        if not os.path.exists(library) or b"hotspot" not in open(library, "rb").read():
            raise Missing("no Java with USDT probes here")
        run([compiler, "-encoding", "UTF-8", "-d", folder, self.write("Steps.java", self.source)])
        self.java = java
        at = f"{library}:%hotspot:"
        self.definitions = [
            f"p:enter {at}method__entry thread=$arg1 class=$arg2:string($arg3) name=$arg4:string($arg5) signature=$arg6:string($arg7)",
            f"p:leave {at}method__return class=$arg2:string($arg3) name=$arg4:string($arg5)",
            f"p:loaded {at}class__loaded name=$arg1:string($arg2) shared=$arg4",
            f"p:thread {at}thread__start name=$arg1:string($arg2) id=$arg3 daemon=$arg5",
            f"p:create {library}:JVM_StartThread",
        ]

    def work(self):
        run([self.java, "-XX:+ExtendedDTraceProbes", "-Xint", "-Xshare:auto", "-cp", self.folder, "Steps"])

    def truth(self, events):
        entered = [[a["name"], a["signature"]] for a in arguments(events, "enter") if a["class"] == "Steps" and not a["name"].startswith("lambda")]
        yield "methods", entered, [["main", "([Ljava/lang/String;)V"], *[["grüße", "(Ljava/lang/String;)J"]] * 20, *[["twice", "(I)I"]] * 30]
        left = [a["name"] for a in arguments(events, "leave") if a["class"] == "Steps" and not a["name"].startswith("lambda")]
        yield "methods that end", left, [*["grüße"] * 20, *["twice"] * 30]
        threads = [[a["name"], a["daemon"]] for a in arguments(events, "thread")]
        yield "threads", [t for t in threads if t[0].startswith("arbeiter")], [["arbeiter-ü", 0]]
        yield "classes", [a["name"] for a in arguments(events, "loaded")].count("Steps"), 1


PROGRAMS = (Redis, Python, Go, Rust, Postgres, Java)


def try_program(kind, uproar):
    """Failures."""
    folder = tempfile.mkdtemp(prefix="uproar-peers-")
    program = None
    try:
        program = kind(folder)
        with recorded(uproar, folder, program.definitions, program.options) as files:
            program.work()
            # What was written to a buffer is read by then, and the last task has gone.
            time.sleep(0.2)
        seen = {engine: events_of(uproar, file) for engine, file in files.items()}
        failures = compare(seen)
        for engine, events in seen.items():
            about = json.loads(run([uproar, "info", "--json", files[engine]]))
            expect(failures, engine, "losses", about["lost"], 0)
            for what, got, truth in program.truth(events):
                expect(failures, engine, what, got, truth)
        print(f"{kind.__name__}: {', '.join(f'{engine} {len(events)}' for engine, events in seen.items())} events, {len(failures)} differences")
        return failures
    finally:
        if program:
            program.stop()
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(folder)


def main():
    tracefs_events.require_tracefs()
    uproar = tracefs_events.program("UPROAR", "uproar")
    chosen = [kind for kind in PROGRAMS if not sys.argv[1:] or kind.__name__ in sys.argv[1:]]
    failed, missing = [], []
    for kind in chosen:
        try:
            failed += [f"{kind.__name__}: {text}" for text in try_program(kind, uproar)]
        except Missing as why:
            missing.append(str(why))
            print(f"{kind.__name__}: left out: {why}")
    for text in failed:
        print(f"FAILED: {text[:2000]}")
    if failed:
        sys.exit(1)
    if len(missing) == len(chosen):
        skip("; ".join(missing))


if __name__ == "__main__":
    main()
