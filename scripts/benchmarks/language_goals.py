"""The speed goals of the probe language, each beside the peers that are installed. Used by scripts/bench.

Wall time is the best of some runs; CPU is user and system time of that program, which neighbours on a busy machine disturb less.
"""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import time

DEBUG_UNITS = 112  # about 100 MB
DEBUG_SOURCE = r"""
#include <map>
#include <string>
#include <vector>
namespace unit000 {
template <int N> struct Item {
  long id; int kind; std::string name; std::vector<long> values; Item<N / 2>* half; std::map<int, long> index;
  long sum(long start, const std::string& label) const {
    long total = start + N;
    for (long value : values) { long step = value * kind; total += step + (long)label.size(); }
    return total;
  }
  template <class T> long visit(T&& apply, int depth) {
    long seen = 0;
    for (int i = 0; i < depth; ++i) { auto one = apply(values[i % (N + 1)], i); seen += one; }
    return seen;
  }
};
"""
CET_SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
__attribute__((noinline)) long work(long n) { __asm__ volatile("" : "+r"(n)); return n; }
int main(int argc, char** argv) {
  struct timespec a, b;
  long n = atol(argv[argc - 1]), sum = 0;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (long i = 0; i < n; ++i) sum += work(i);
  clock_gettime(CLOCK_MONOTONIC, &b);
  printf("%.0f\n", (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec));
  return sum == 1;
}
"""


def run_once(command):
    """Wall and CPU seconds of a command (a list, or text for the shell), its output to nowhere, and its exit status."""
    begin = time.time()
    child = subprocess.Popen(command, shell=isinstance(command, str), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    return time.time() - begin, usage.ru_utime + usage.ru_stime, status


def best_of(commands, runs):
    """The best wall and the best CPU seconds of each command; in turns, so that a busy moment hits them all."""
    best = {name: (float("inf"), float("inf")) for name in commands}
    for _ in range(runs):
        for name, command in list(commands.items()):
            wall, cpu, status = run_once(command)
            if status != 0:
                print(f"  {name}: ends with status {os.waitstatus_to_exitcode(status)}, left out")
                del commands[name], best[name]
                continue
            best[name] = (min(best[name][0], wall), min(best[name][1], cpu))
    return best


def show(title, best, goal, met):
    print(f"\n{title}")
    print(f"  {'':34}{'wall s':>9}{'CPU s':>9}{'ratio wall':>12}{'ratio CPU':>11}")
    mine = best["uproar"]
    for name, (wall, cpu) in best.items():
        ratios = "" if name == "uproar" else f"{wall / mine[0]:>12.2f}{cpu / max(mine[1], 1e-3):>11.2f}"
        print(f"  {name:34}{wall:>9.3f}{cpu:>9.3f}{ratios}")
    print(f"  goal: {goal}: {'met' if met else 'MISSED'}")
    return {"best": best, "goal": goal, "met": met}


def answer_of(command):
    """What a peer says of a task that it refuses."""
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return f"status {done.returncode}: {'; '.join(lines[:2])[:180] if lines else 'silent'}"


def build(source, output, *options):
    compiler = "g++" if source.endswith(".cpp") else "gcc"
    subprocess.run([compiler, *options, source, "-o", output], check=True)


def large_program(uproar):
    """The first program here with more than 70,000 functions, else the one with most."""
    names = [shutil.which("node"), *sorted(glob.glob("/usr/lib/jvm/**/libjvm.so", recursive=True))]
    counted = []
    for path in filter(None, names):
        lines = subprocess.run([uproar, "list", "--functions", path], capture_output=True).stdout.count(b"\n") - 1
        counted.append((lines, path))
        if lines > 70000:
            return path, lines
    return max(counted)[::-1] if counted else (None, 0)


def measure_list(uproar, runs, folder):
    path, functions = large_program(uproar)
    if not path:
        return print("\nlist: there is neither node nor libjvm.so here")
    commands = {"uproar": [uproar, "list", "--functions", path], "nm -DC; nm -C": f"nm -DC {path}; nm -C {path}"}
    if shutil.which("bpftrace"):
        commands["bpftrace -l"] = ["bpftrace", "-l", f"uprobe:{path}:*"]
    if shutil.which("perf"):
        commands["perf probe -F"] = ["perf", "probe", "-F", "-x", path]
    best = best_of(commands, runs)
    met = all(best["uproar"][0] <= wall for wall, _ in best.values())
    return show(f"list: {functions} functions of {path}", best, "faster than each", met)


def debug_program(cache):
    """A program of about 100 MB with DWARF: one unit is compiled, the others are its assembly under another name."""
    program = os.path.join(cache, f"debug_program_{DEBUG_UNITS}")
    if os.path.exists(program):
        return program
    begin = time.time()
    os.makedirs(cache, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        text = DEBUG_SOURCE
        for k in range(150):
            text += (f"__attribute__((noinline)) long work{k}(Item<{k + 1}>* item, int depth, const char* text) {{ std::string label(text);"
                     f" long a = item->sum(depth, label); int scale = depth + {k};"
                     f" return a + item->visit([=](long value, int at) {{ return value * scale + at; }}, depth); }}\n")
        text += "long all(long x) { long total = x;\n"
        text += "".join(f'total += work{k}((Item<{k + 1}>*)total, (int)total, "t");\n' for k in range(150)) + "return total; } }\n"
        with open(f"{folder}/unit.cpp", "w") as out:
            out.write(text)
        build(f"{folder}/unit.cpp", f"{folder}/unit.s", "-O1", "-g", "-S")
        units = [f"{i:03}" for i in range(DEBUG_UNITS)]
        with open(f"{folder}/main.cpp", "w") as out:
            out.writelines(f"namespace unit{i} {{ long all(long); }}\n" for i in units)
            out.write("int main(int n, char**) { long t = n; if (n < 0) {" + "".join(f" t += unit{i}::all(t);" for i in units) + "} return t == 0; }\n")
        subprocess.run(f"printf '%s\\n' {' '.join(units)} | xargs -P{os.cpu_count()} -I@ sh -c \"sed s/unit000/unit@/g unit.s | as -o @.o -\"",
                       shell=True, check=True, cwd=folder)
        build(f"{folder}/main.cpp", f"{folder}/program", "-O1", "-g", *[f"{folder}/{i}.o" for i in units])
        os.rename(f"{folder}/program", program)
    print(f"\nbuilt {program} in {time.time() - begin:.0f} s")
    return program


def measure_explain(uproar, runs, folder, cache):
    program = debug_program(cache)
    name = "unit077::work77"
    commands = {"uproar": [uproar, "explain", f"p {program}:{name} depth text item->kind"]}
    if shutil.which("gdb"):
        commands["gdb info scope"] = ["gdb", "-nx", "-batch", "-ex", f"info scope {name}", program]
    best = best_of(commands, runs)
    megabytes = os.path.getsize(program) // 1000000
    return show(f"explain: a function by name and three variables, {megabytes} MB with DWARF", best, "below 0.3 s", best["uproar"][0] < 0.3)


def measure_places(uproar, runs, folder, count):
    source, program = f"{folder}/many.c", f"{folder}/many"
    with open(source, "w") as out:
        out.writelines(f"__attribute__((noinline)) int f{i}(int a) {{ return a + {i}; }}\n" for i in range(count))
        out.write("int main(void) { return f0(0) + f1(-1); }\n")
    build(source, program, "-O1")
    group = f"uproarbench_{os.getpid()}"
    definition = f"p:{group}/many {program}:'f[0-9]*' a=%di"
    steps = [f'{uproar} add -q "{definition}"', *(f"{uproar} {verb} {group}/many" for verb in ("enable", "disable", "remove"))]
    best = best_of({"uproar": [uproar, "record", "-q", "-o", f"{folder}/many.upr", "-e", definition, "--", program],
                    "uproar add enable disable remove": " && ".join(steps)}, runs)
    subprocess.run([uproar, "remove", f"{group}/many"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    figures = show(f"record -- PROGRAM: {count} places of one event are defined, enabled, disabled and removed", best, "below 1 s", best["uproar"][0] < 1)
    if shutil.which("perf"):
        print("  perf probe 'f*':", answer_of(["perf", "probe", "-x", program, f"{group}:many=f* a=%di"]))
        subprocess.run(["perf", "probe", "-d", f"{group}:*"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if shutil.which("bpftrace"):
        print("  bpftrace 'uprobe:f*':", answer_of(["timeout", "20", "bpftrace", "-e", f"uprobe:{program}:f* {{ }}", "-c", program]))
    return figures


def run_of_calls(command):
    return float(re.findall(r"^\d+$", subprocess.run(command, capture_output=True, text=True, check=True).stdout, re.M)[-1])


def measure_entry_behind_endbr(uproar, runs, folder, hits):
    program = f"{folder}/cet"
    with open(f"{program}.c", "w") as out:
        out.write(CET_SOURCE)
    build(f"{program}.c", program, "-O0", "-fcf-protection=branch")
    load = [program, str(hits)]
    commands = {"without": load, "uproar": [uproar, "record", "-q", "-o", f"{folder}/cet.upr", "-e", f"p {program}:work a=%di", "--", *load]}
    group = f"uproarbench_{os.getpid()}"
    if shutil.which("perf"):
        subprocess.run(["perf", "probe", "-q", "-x", program, f"{group}:work=work a=%di"], check=True, capture_output=True)
        commands["perf record"] = ["perf", "record", "-q", "-o", f"{folder}/cet.data", "-e", f"{group}:work", "--", *load]
    try:
        best = {name: float("inf") for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                best[name] = min(best[name], run_of_calls(command))
    finally:
        if "perf record" in commands:
            subprocess.run(["perf", "probe", "-q", "-d", f"{group}:*"], capture_output=True)
    cost = {name: (ns - best["without"]) / hits for name, ns in best.items() if name != "without"}
    print(f"\nrecord: a function that begins with endbr64; push %rbp, {hits} hits")
    for name, ns in cost.items():
        print(f"  {name:34}{ns:>9.0f} ns a hit" + ("" if name == "uproar" else f"{ns / cost['uproar']:>12.2f} times uproar's"))
    if "perf record" not in cost:
        return {"ns_per_hit": cost}
    met = cost["uproar"] * 3 <= cost["perf record"]
    print(f"  goal: at most a third of perf's: {'met' if met else 'MISSED'}")
    return {"ns_per_hit": cost, "met": met}


def measure_goals(uproar, cache, quick):
    """All of them; figures by name, for the JSON."""
    runs = 1 if quick else 5
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        figures["list"] = measure_list(uproar, runs, folder)
        if not quick:
            figures["explain"] = measure_explain(uproar, runs, folder, cache)
        figures["places"] = measure_places(uproar, runs, folder, 200 if quick else 5000)
        figures["endbr64"] = measure_entry_behind_endbr(uproar, min(runs, 3), folder, 20000 if quick else 300000)
    return figures
