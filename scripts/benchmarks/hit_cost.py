"""What a hit costs the probed program, through BPF, beside the cheapest program that the kernel can run there. Used by scripts/bench.

The probed program measures itself: the best of many batches, so that neighbours, the recorder among them, disturb little.
"""
import os
import signal
import subprocess
import tempfile

from benchmarks.process import start_recording

# Two places of each kind that the kernel treats in its own way: a push, which it does itself, and a nop of five bytes, which it makes a
# call where it can (x86-64, 6.18).
TARGET_SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined(__x86_64__)
__asm__(".globl at_push\n.type at_push, @function\nat_push: push %rbp\npop %rbp\nret\n.size at_push, .-at_push\n"
        ".globl at_nop5\n.type at_nop5, @function\n.balign 16\nat_nop5: .byte 0x0f, 0x1f, 0x44, 0, 0\nret\n.size at_nop5, .-at_nop5\n");
#else
__asm__(".globl at_push\n.type at_push, %function\nat_push: stp x29, x30, [sp, -16]!\nldp x29, x30, [sp], 16\nret\n.size at_push, .-at_push\n"
        ".globl at_nop5\n.type at_nop5, %function\nat_nop5: nop\nret\n.size at_nop5, .-at_nop5\n");
#endif
void at_push(long, long, const char*);
void at_nop5(long, long, const char*);
static double best(void (*call)(long, long, const char*), int batches) {
  double best = 1e9;
  for (int batch = 0; batch < batches; ++batch) {
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < 2000; ++i) call(i, batch, "0123456789abcde");
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ns = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / 2000;
    if (ns < best) best = ns;
  }
  return best;
}
// Ten callers, for call chains.
__attribute__((noinline)) static double below(int callers, void (*call)(long, long, const char*), int batches) {
  double ns = callers > 0 ? below(callers - 1, call, batches) : best(call, batches);
  __asm__ volatile("" : : : "memory");
  return ns;
}
int main(int argc, char** argv) {
  int batches = atoi(argv[1]);
  printf("%.1f %.1f\n", below(8, at_push, batches), below(8, at_nop5, batches));
  (void)argc;
}
"""
PLACES = ("push", "nop5")
# What is recorded, and how much more than the empty program it may cost at each place (none: no goal).
DEFINITIONS = [
    ("two integers", "a=%di:s64 b=%si:s64", [], (1.3, 1.4)),
    ("and a string of 16 bytes", "a=%di:s64 b=%si:s64 s=+0(%dx):string", [], (1.4, None)),
    ("a filter that is false", "a=%di:s64 b=%si:s64", ["--filter", "a < 0"], (1.1, 1.1)),
    ("two integers and the call chain", "a=%di:s64 b=%si:s64", ["-g"], ()),
]
STACK_RATIO = 0.5  # of what bpf_get_stack adds to the empty program, for what the call chain adds to two integers


def offset_of(program, function):
    symbols = subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout
    address = next(int(line.split()[0], 16) for line in symbols.splitlines() if line.split()[-1] == function)
    segments = subprocess.run(["readelf", "-lW", program], capture_output=True, text=True, check=True).stdout
    for line in segments.splitlines():
        words = line.split()
        if words[:1] == ["LOAD"] and int(words[2], 16) <= address < int(words[2], 16) + int(words[4], 16):
            return address - int(words[2], 16) + int(words[1], 16)
    raise RuntimeError(f"{function} lies in no segment of {program}")


def costs(target, batches):
    words = subprocess.run([target, str(batches)], capture_output=True, text=True, check=True).stdout.split()
    return [float(word) for word in words]


def with_empty(empty, target, batches, *options):
    probes = [subprocess.Popen([empty, target, hex(offset_of(target, f"at_{place}")), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
              for place in PLACES]
    try:
        for probe in probes:
            if probe.stdout.readline() != "armed\n":
                raise RuntimeError("the empty program cannot be attached")
        return costs(target, batches)
    finally:
        for probe in probes:
            probe.stdin.close()
            probe.wait()


def with_recorder(uproar, target, definition, options, folder, batches):
    command = [uproar, "record", "--via", "bpf", "-m", "32M", "-o", f"{folder}/hits.upr"]
    for place in PLACES:
        command += ["-e", f"p:bench_{place} {target}:at_{place} {definition}", *options]
    recorder = start_recording(command)
    try:
        return costs(target, batches)
    finally:
        recorder.send_signal(signal.SIGINT)
        recorder.stderr.read()
        recorder.wait()


def measure_hits(uproar, empty, quick):
    batches, runs = (20, 1) if quick else (300, 5)
    with tempfile.TemporaryDirectory(prefix="uproar-bench-") as folder:
        target = os.path.join(folder, "probed_calls")
        subprocess.run(["gcc", "-O1", "-fno-omit-frame-pointer", "-x", "c", "-o", target, "-"], input=TARGET_SOURCE, text=True, check=True)
        lowest = {}

        def keep(name, figures):
            lowest[name] = [min(pair) for pair in zip(figures, lowest.get(name, figures))]

        for _ in range(runs):  # in turns, so that a busy moment hits them all
            keep("no probe", costs(target, batches))
            keep("empty program", with_empty(empty, target, batches))
            keep("bpf_get_stack", with_empty(empty, target, batches, "stack"))
            for name, definition, options, _ in DEFINITIONS:
                keep(name, with_recorder(uproar, target, definition, options, folder, batches))
    print(f"\na hit through BPF, ns:{'':10}{PLACES[0]:>8}{'ratio':>7}{PLACES[1]:>8}{'ratio':>7}")
    goals = {name: goal for name, _, _, goal in DEFINITIONS}
    result = {}
    for name, figures in lowest.items():
        ratios = [own / base for own, base in zip(figures, lowest["empty program"])]
        print(f"  {name:30}" + "".join(f"{ns:>8.0f}{ratio:>7.2f}" for ns, ratio in zip(figures, ratios)))
        result[name] = {"ns": figures, "ratio": ratios}
        for place, ratio, goal in zip(PLACES, ratios, goals.get(name, ())):
            if goal and not quick:
                met = "met" if ratio <= goal else "MISSED"
                print(f"    goal: at {place} at most {goal} of the empty program: {ratio:.2f}, {met}")
    for number, place in enumerate(PLACES):
        own = lowest["two integers and the call chain"][number] - lowest["two integers"][number]
        theirs = lowest["bpf_get_stack"][number] - lowest["empty program"][number]
        met = "" if quick else ", met" if own <= STACK_RATIO * theirs else ", MISSED"
        print(f"    goal: at {place} a chain of ten callers adds {own:.0f} ns, at most {STACK_RATIO} of what bpf_get_stack adds ({theirs:.0f}){met}")
    return result
