"""What is recorded: four loads, each with events of its own in a program of its own.

Programs that the system has are copied, so that nobody else's hits are seen. Every event is called bench_…, which marks its lines
in all replays.
"""
import os
import shutil
import socket
import subprocess
import time

from benchmarks.process import must

TRACEFS = "/sys/kernel/tracing"

LOOP_SOURCE = r"""
#include <stdlib.h>
struct flags { unsigned skip : 3, kind : 5, rest : 24; };
__attribute__((noinline)) void work(const char* name, long n, struct flags* flags) {
  __asm__ volatile("" : : "r"(name), "r"(n), "r"(flags) : "memory");
}
int main(int argc, char** argv) {
  struct flags flags = {0};
  for (long i = 0, n = atol(argv[argc - 1]); i < n; ++i) {
    flags.kind = i % 32;
    work(i % 2 ? "odd number" : "even", i, &flags);
  }
}
"""

MIXED_MAIN = r"""
static const char* const names[] = {"accept", "read", "write", "close", "parse", "plan", "sort", "merge", "lock", "unlock", "hash",
                                    "lookup", "insert", "erase", "flush", "sync", "open", "seek", "stat", "send", "recv", "poll"};
int main(int argc, char** argv) {
  unsigned long state = 88172645463325252ul;
  for (long i = 0, n = atol(argv[argc - 1]); i < n; ++i) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    functions[(state >> 20) % COUNT]((long)(state >> 11 & 4095) - 2048, (unsigned)i, names[(state >> 40) % 22]);
  }
}
"""

PYTHON_MAIN = r"""
import sys
sys.path.insert(0, sys.argv[1])
import part0, part1, part2, part3
functions = [f for part in (part0, part1, part2, part3) for name, f in sorted(vars(part).items()) if name.startswith("visit")]
state = 88172645463325252
for _ in range(int(sys.argv[2])):
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xffffffffffffffff
    generator = functions[(state >> 33) % len(functions)]()
    next(generator)
    generator.close()
"""


class Load:
    """`definitions` are kernel events while the load is started; run() makes about so many events happen."""
    needs = []  # programs
    sets_speed = False  # the goals of speed are for this load

    def __init__(self, name, title, folder):
        self.name, self.title, self.folder = name, title, folder
        self.group = f"uproarbench_{os.getpid()}_{name}"
        self.definitions = []

    def missing(self):
        absent = [program for program in self.needs if not shutil.which(program)]
        return f"there is no {absent[0]} here" if absent else None

    def path(self, name):
        return os.path.join(self.folder, f"{self.name}-{name}")

    def compile(self, source, name):
        with open(self.path(f"{name}.c"), "w") as out:
            out.write(source)
        must(["gcc", "-O1", self.path(f"{name}.c"), "-o", self.path(name)])
        return self.path(name)

    def hits(self):
        """The kernel's count of the hits of this load's programs so far."""
        total = 0
        with open(f"{TRACEFS}/uprobe_profile") as profile:
            for line in profile:
                words = line.split()
                if len(words) >= 3 and words[0].startswith(self.folder + "/" + self.name):
                    total += int(words[2])
        return total

    def start(self, uproar):
        self.prepare()
        for begin in range(0, len(self.definitions), 100):
            must([uproar, "add", "-q", *self.definitions[begin:begin + 100]])

    def stop(self, uproar):
        subprocess.run([uproar, "remove", "-q", f"{self.group}/*"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class FixedLoop(Load):
    needs = ["gcc"]
    sets_speed = True

    def __init__(self, folder):
        super().__init__("loop", "the fixed loop: string, s64, bit field", folder)

    def prepare(self):
        self.program = self.compile(LOOP_SOURCE, "program")
        self.definitions = [f"p:{self.group}/bench_work {self.program}:work name=+0(%di):string n=%si:s64 b=+0(%dx):b5@3/32"]

    def run(self, events):
        subprocess.run([self.program, str(events)], check=True)


class Mixed(Load):
    needs = ["gcc"]

    def __init__(self, folder, functions):
        super().__init__("mixed", f"{functions} different events mixed: s64, u32, string", folder)
        self.functions = functions

    def prepare(self):
        source = "#include <stdlib.h>\n"
        for i in range(self.functions):
            source += (f"__attribute__((noinline)) void f{i}(long n, unsigned u, const char* s) {{"
                       f" __asm__ volatile(\"/* {i} */\" : : \"r\"(n), \"r\"(u), \"r\"(s) : \"memory\"); }}\n")
        source += f"#define COUNT {self.functions}\nstatic void (*const functions[])(long, unsigned, const char*) = {{"
        source += ", ".join(f"f{i}" for i in range(self.functions)) + "};" + MIXED_MAIN
        self.program = self.compile(source, "program")
        self.definitions = [f"p:{self.group}/bench_f{i} {self.program}:f{i} n=%di:s64 u=%si:u32 s=+0(%dx):string" for i in range(self.functions)]

    def run(self, events):
        subprocess.run([self.program, str(events)], check=True)


class Redis(Load):
    needs = ["redis-server", "redis-benchmark"]
    KEYS = 100000

    def __init__(self, folder):
        super().__init__("redis", "Redis: SET and GET of random keys and values", folder)
        self.server = None

    def prepare(self):
        program = shutil.copy(os.path.realpath(shutil.which("redis-server")), self.path("server"))
        # robj::ptr is at 8 and points to the text.
        self.definitions = [f"p:{self.group}/bench_set {program}:setKey key=+0(+8(%dx)):string value=+0(+8(%cx)):string",
                            f"p:{self.group}/bench_get {program}:lookupKeyReadOrReply key=+0(+8(%si)):string"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = subprocess.Popen([program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.folder],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                if time.monotonic() > deadline or self.server.poll() is not None:
                    raise RuntimeError("redis-server does not start") from None
                time.sleep(0.1)

    def run(self, events):
        common = ["redis-benchmark", "-q", "-p", str(self.port), "-P", "16", "-r", str(self.KEYS), "-n", str(max(events // 2, 1))]
        commands = [["SET", "key:__rand_int__", "value:__rand_int__"], ["GET", "key:__rand_int__"]]
        clients = [subprocess.Popen(common + command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands]
        if any([client.wait() for client in clients]):
            raise RuntimeError("redis-benchmark failed")

    def stop(self, uproar):
        super().stop(uproar)
        if self.server:
            self.server.kill()
            self.server.wait()


class Python(Load):
    """Entries of 48 generators in four files. Since 3.11 CPython passes its probe only where something is thrown into a generator, which closing it does."""

    def __init__(self, folder):
        super().__init__("python", "Python function entries: file, function, line", folder)
        self.interpreter = os.path.realpath("/usr/bin/python3")

    def missing(self):
        if not os.path.exists(self.interpreter):
            return "there is no /usr/bin/python3"
        with open(self.interpreter, "rb") as program:
            return None if b"python\0function__entry\0" in program.read() else f"{self.interpreter} has no probe python:function__entry"

    def prepare(self):
        self.program = shutil.copy(self.interpreter, self.path("interpreter"))
        modules = self.path("modules")
        os.makedirs(modules, exist_ok=True)
        for part in range(4):
            with open(f"{modules}/part{part}.py", "w") as out:
                out.writelines(f"def visit_{part}_{i}():\n    yield {i}\n" + "\n" * (i % 5) for i in range(12))
        with open(self.path("main.py"), "w") as out:
            out.write(PYTHON_MAIN)
        self.definitions = [f"p:{self.group}/bench_entry {self.program}:%python:function__entry file=+0($arg1):string function=+0($arg2):string line=$arg3:s32"]

    def run(self, events):
        subprocess.run([self.program, "-S", "-B", self.path("main.py"), self.path("modules"), str(events)], check=True, env={**os.environ, "PYTHONHOME": "/usr"})


def all_loads(folder, functions):
    return [FixedLoop(folder), Redis(folder), Python(folder), Mixed(folder, functions)]
