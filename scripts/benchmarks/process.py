"""Runs whole processes and tells what they took."""
import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass
class Usage:
    wall: float      # seconds
    cpu: float       # seconds, user and system, of the process and of those that it waited for
    memory_mib: float  # the most that it, or one that it waited for, had resident
    status: int      # as of wait()


def finish(child, begin):
    """Waits for a Popen that was started at `begin`."""
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode)


def run_to_nowhere(command):
    begin = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return finish(child, begin)


def run_through_pipe(command):
    """Into a pipe that `cat` empties; the time is until both have ended."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    reader = subprocess.Popen(["cat"], stdin=child.stdout, stdout=subprocess.DEVNULL)
    child.stdout.close()
    usage = finish(child, begin)
    reader.wait()
    usage.wall = time.monotonic() - begin
    return usage


def in_turns(commands, runs, measure):
    """Lists of Usage by name. The commands take turns, so that a busy moment of the machine meets them all."""
    usages = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            usages[name].append(measure(command))
    return usages


def best_wall(usages):
    return min(usage.wall for usage in usages)


def median(values):
    return statistics.median(values)


def must(command, **options):
    """Runs a command that has to succeed; its messages become the error's."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} …: {done.stdout.strip()[-300:]}")
    return done.stdout


def start_recording(command):
    """A recorder that has said that it records. Whoever stops it reads its standard error to the end."""
    recorder = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for line in recorder.stderr:
        if "recording" in line:
            return recorder
    recorder.wait()
    raise RuntimeError(f"{' '.join(command[:4])} … did not record")
