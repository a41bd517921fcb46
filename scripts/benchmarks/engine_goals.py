"""What the engines can do beyond one hit: thousands of places, both CPUs at full rate, stacks that are unwound. Used by scripts/bench.
"""
import glob
import json
import os
import re
import signal
import subprocess
import tempfile

from benchmarks.process import finish, in_turns, median, run_to_nowhere, start_recording

MANY_SECONDS = 0.3     # above a recording of one place
FULL_RATE = 2_000_000  # hits a second on two CPUs, none lost
STACKS = 100_000       # unwound in a second of the recorder's CPU
STACK_BYTES = 40       # in the file

# Calls at a nop of five bytes (x86-64), which the kernel makes a call where it can, from one thread for each CPU.
RATE_SOURCE = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined(__x86_64__)
__asm__(".globl at_rate\n.type at_rate, @function\n.balign 16\nat_rate: .byte 0x0f, 0x1f, 0x44, 0, 0\nret\n.size at_rate, .-at_rate\n");
#else
__asm__(".globl at_rate\n.type at_rate, %function\nat_rate: nop\nret\n.size at_rate, .-at_rate\n");
#endif
void at_rate(long, long);
static double seconds;
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static void* work(void* calls) {
  long n = 0;
  for (double end = now() + seconds; now() < end;)
    for (int i = 0; i < 1000; ++i) at_rate(n++, i);
  *(long*)calls = n;
  return 0;
}
int main(int argc, char** argv) {
  long calls[64] = {0}, all = 0;
  pthread_t threads[64];
  int count = atoi(argv[1]);
  seconds = atof(argv[argc - 1]);
  for (int i = 0; i < count; ++i) pthread_create(&threads[i], 0, work, &calls[i]);
  for (int i = 0; i < count; ++i) pthread_join(threads[i], 0), all += calls[i];
  printf("%ld\n", all);
}
"""
# 24 frames with main and what calls it, without frame pointers.
DEEP_SOURCE = r"""
#include <stdlib.h>
__attribute__((noinline)) void at_bottom(long n) { __asm__ volatile("" : : "r"(n) : "memory"); }
static volatile int way;
""" + "".join(
    f"__attribute__((noinline)) void f{i}(long n) {{ {f'f{i - 1}(n + way)' if i else 'at_bottom(n)'}; __asm__ volatile(\"\" : : : \"memory\"); }}\n"
    for i in range(19)) + r"""
int main(int argc, char** argv) { for (long i = 0, n = atol(argv[argc - 1]); i < n; ++i) f18(i); }
"""


def compile_c(source, program, *options):
    subprocess.run(["gcc", *options, "-x", "c", "-o", program, "-", "-lpthread"], input=source, text=True, check=True)


def info_of(uproar, file):
    return json.loads(subprocess.run([uproar, "info", "--json", file], capture_output=True, text=True, check=True).stdout)


def judge(text, met, quick):
    print(f"    goal: {text}" + ("" if quick else ": met" if met else ": MISSED"))
    return {"goal": text, "met": met}


def library_of_openssl():
    words = subprocess.run(["ldd", "/usr/bin/openssl"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\S*libcrypto\S*) \(0x", words)
    return found.group(1) if found else next(iter(glob.glob("/usr/lib/*/libcrypto.so.3")), None)


def measure_many(uproar, folder, quick):
    """Seconds of recording all functions of libcrypto while openssl says its version, beside those of recording one."""
    library = library_of_openssl()
    if not os.path.exists("/usr/bin/openssl") or not library:
        print("\nthousands of places: left out, there is no openssl here")
        return None
    file = f"{folder}/many.upr"
    commands = {name: [uproar, "record", "-q", "--via", "bpf", "-o", file, "-e", f"p:bench {library}:{site}", "--", "/usr/bin/openssl", "version"]
                for name, site in (("one", "OPENSSL_init_crypto"), ("all", "*"))}
    usages = in_turns(commands, 1 if quick else 7, run_to_nowhere)
    if any(usage.status for each in usages.values() for usage in each):
        raise RuntimeError("recording all of libcrypto failed")
    subprocess.run(commands["all"], stdout=subprocess.DEVNULL, check=True)
    names = subprocess.run([uproar, "list", library], capture_output=True, text=True, check=True).stdout.count("\n")
    info = info_of(uproar, file)
    one, every = (median([usage.wall for usage in usages[name]]) for name in ("one", "all"))
    print(f"\nall functions of libcrypto ({names} names): {every:.2f} s, one of them: {one:.2f} s; {info['events']} hits, {info['lost']} lost")
    return {"one": one, "all": every, "goal": judge(f"{every - one:.2f} s above a recording of one: below {MANY_SECONDS}", every - one < MANY_SECONDS, quick)}


def measure_rate(uproar, folder, quick):
    threads, seconds = min(os.cpu_count(), 2), 1 if quick else 10
    program, file = f"{folder}/rate", f"{folder}/rate.upr"
    compile_c(RATE_SOURCE, program, "-O1")
    done = subprocess.run([uproar, "record", "--via", "bpf", "-o", file, "-e", f"p:bench {program}:at_rate a=%di:s64 b=%si:s64", "--", program, str(threads),
                           str(seconds)], capture_output=True, text=True, check=True)
    calls = int(done.stdout.split()[0])
    info = info_of(uproar, file)
    rate = calls / seconds
    print(f"\n{threads} threads at full rate, two integers, default buffers: {rate / 1e6:.2f} M hits/s, {calls} calls, {info['events']} recorded, {info['lost']} lost")
    if info["events"] + info["lost"] != calls:
        raise RuntimeError(f"{calls} calls are not {info['events']} events and {info['lost']} lost ones")
    return {"rate": rate, "lost": info["lost"],
            "goal": judge(f"{rate / 1e6:.2f} M hits/s, {info['lost']} lost: at least {FULL_RATE / 1e6:.0f} M and none", rate >= FULL_RATE and info["lost"] == 0, quick)}


def measure_stacks(uproar, folder, quick):
    """Stacks of 24 frames, copied at the hits and unwound by the recorder."""
    program, hits = f"{folder}/deep", 2000 if quick else 200000
    compile_c(DEEP_SOURCE, program, "-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls")
    files = {count: f"{folder}/stacks{count}.upr" for count in (1, hits)}
    usages = {}
    for count, file in files.items():
        recorder = start_recording([uproar, "record", "--via", "bpf", "--call-graph", "dwarf", "-m", "64M", "-o", file, "-e", f"p:bench {program}:at_bottom"])
        subprocess.run([program, str(count)], check=True)
        recorder.send_signal(signal.SIGINT)
        recorder.stderr.read()
        usages[count] = finish(recorder, 0).cpu
    info = info_of(uproar, files[hits])
    first = subprocess.run([uproar, "script", "-F", "ip,sym", files[1]], capture_output=True, text=True, check=True).stdout
    frames = sum(1 for line in first.splitlines() if line.strip())
    rate = info["events"] / max(usages[hits] - usages[1], 1e-6)
    size = (os.path.getsize(files[hits]) - os.path.getsize(files[1])) / max(info["events"], 1)
    print(f"\nstacks of {frames} frames by DWARF: {info['events']} recorded, {info['lost']} lost, {rate:.0f} unwound in a second of CPU, {size:.1f} bytes each in the file")
    return {"rate": rate, "bytes": size, "lost": info["lost"],
            "goals": [judge(f"{rate:.0f} stacks a second: at least {STACKS}", rate >= STACKS, quick),
                      judge(f"{size:.1f} bytes a stack: at most {STACK_BYTES}", size <= STACK_BYTES, quick)]}


def measure_engines(uproar, quick):
    with tempfile.TemporaryDirectory(prefix="uproar-bench-") as folder:
        return {"many": measure_many(uproar, folder, quick), "rate": measure_rate(uproar, folder, quick), "stacks": measure_stacks(uproar, folder, quick)}
