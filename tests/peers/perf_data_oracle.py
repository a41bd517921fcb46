#!/usr/bin/env python3
"""perf.data to a recording and back, against perf script, byte by byte.

perf records real programs in each of its forms; `uproar convert` makes a recording of the file, and `uproar script` has to
print of it what `perf script` prints of the file. The recording is converted back to both forms of perf.data, and
perf script has to print the same again. Only values that both print alike are recorded here; where perf 6.1 is wrong,
see formats/replay/perf-script.md.

$UPROAR and $PEERS_THREADS name the programs.
"""

import contextlib
import difflib
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import tracefs_events
from tracefs_events import skip
from perf_script_oracle import FIRST, SECOND

GROUP = f"uproar_perfdata_{os.getpid()}"


def offset_of(path, symbol):
    """File offset of a function, by nm and readelf; None if there is no such function."""
    for option in ([], ["-D"]):
        listing = subprocess.run(["nm", *option, path], capture_output=True, text=True).stdout
        for line in listing.splitlines():
            words = line.split()
            if len(words) == 3 and words[2].split("@")[0] == symbol and words[1] in "TtWi":
                address = int(words[0], 16)
                for header in subprocess.run(["readelf", "-lW", path], capture_output=True, text=True).stdout.splitlines():
                    parts = header.split()
                    if parts[:1] == ["LOAD"]:
                        start, vaddr, size = int(parts[1], 16), int(parts[2], 16), int(parts[4], 16)
                        if vaddr <= address < vaddr + size:
                            return address - vaddr + start
    return None


def place(path, symbol):
    offset = offset_of(path, symbol)
    return None if offset is None else f"{path}:0x{offset:x}"


class Load:
    """Something to record: events as uprobe_events lines, and a command or a function that causes hits."""

    def __init__(self, name, definitions, command=None, act=None):
        self.name, self.command, self.act = name, command, act
        self.events = {f"{GROUP}/{event}": f"{kind}:{GROUP}/{event} {where} {rest}".rstrip()
                       for event, (kind, where, rest) in definitions.items()}


def type_into_bash(_):
    """A shell at a terminal, and somebody who types."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv("/bin/bash", ["bash", "--norc", "--noprofile", "-i"])
    try:
        for line in ("echo hello", "ls / >/dev/null", "echo 'two  words' | cat", "exit"):
            time.sleep(0.2)
            os.write(terminal, (line + "\n").encode())
        while select.select([terminal], [], [], 2)[0]:
            if not os.read(terminal, 4096):
                break
    except OSError:
        pass  # the terminal ends with the shell
    os.waitpid(child, 0)
    os.close(terminal)


def talk_to_redis(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(["redis-server", "--port", str(port), "--save", "", "--dir", folder],
                              stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as client:
                for i in range(200):
                    client.sendall(f"SET key:{i} value{i}\r\nGET key:{i}\r\n".encode())
                client.sendall(b"QUIT\r\n")
                while client.recv(65536):
                    pass
                return
            time.sleep(0.1)
    finally:
        server.terminate()
        server.wait()


def loads(threads):
    yield Load("threads", {
        "leaf": ("p", place(threads, "_ZN3app4leafEiPKc"), f"n={FIRST}:s32 text=+0({SECOND}):string"),
        "twice_of_a_longer_name": ("p", place(threads, "_ZN3app5twiceIiEET_S1_RKNS_5ShapeE"), f"n={FIRST}:s32"),
        "back": ("r", place(threads, "_ZN3app4leafEiPKc"), "r=$retval:s32 $retval"),
    }, command=[threads, "20"])
    bash = place("/bin/bash", "readline")
    if bash:
        yield Load("bash", {"readline": ("r", bash, "cmd=+0($retval):string")}, act=type_into_bash)
    redis = shutil.which("redis-server")
    if redis and place(os.path.realpath(redis), "createStringObject"):
        yield Load("redis", {"create": ("p", place(os.path.realpath(redis), "createStringObject"), f"n={SECOND}:u64")},
                   act=talk_to_redis)
    python = "/usr/bin/python3"
    if os.path.exists(python) and place(os.path.realpath(python), "PyList_Append"):
        yield Load("python", {"append": ("p", place(os.path.realpath(python), "PyList_Append"), f"list={FIRST}:x64")},
                   command=[python, "-c", "import json; json.dumps([{'a': [i, str(i)]} for i in range(20)])"])


# Name: options of perf record, whether it writes to a pipe.
FORMS = {
    "file": ([], False),
    "chains": (["-g"], False),
    "packed": (["-g", "-z"], False),
    "pipe": (["-g"], True),
    "system": (["-g", "-a"], False),
    "clock": (["-k", "CLOCK_MONOTONIC"], False),
}


def record(load, form, folder):
    options, to_pipe = FORMS[form]
    path = f"{folder}/{load.name}-{form}.data"
    names = [option for name in load.events for option in ("-e", name.replace("/", ":"))]
    command = ["perf", "record", "-q", *options, *names]
    with open(path if to_pipe else os.devnull, "wb") as out:
        command += ["-o", "-" if to_pipe else path]
        if load.command:
            # What the program itself prints would stand in the pipe.
            run = ["sh", "-c", 'exec "$@" >/dev/null', "sh", *load.command] if to_pipe else load.command
            subprocess.run([*command, "--", *run], check=True, stdout=out, stderr=subprocess.DEVNULL, timeout=120)
            return path
        if "-a" not in command:
            command.append("-a")
        recorder = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        load.act(folder)
        recorder.send_signal(2)
        recorder.wait(60)
    return path


def perf_script(path, to_pipe=False):
    # Of chains that come through a pipe perf shows neither offsets nor files unless told to.
    return output("perf", "script", *(["-F", "+ip,+sym,+symoff,+dso"] if to_pipe else []), "-i", path)


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=120).stdout


def same(what, theirs, ours):
    if theirs == ours:
        return True
    split = [text.decode("utf-8", "backslashreplace").splitlines() for text in (theirs, ours)]
    difference = list(difflib.unified_diff(*split, "perf", "uproar", lineterm="", n=1))
    print(f"FAILED: {what}:\n" + "\n".join(difference[:40]))
    return False


def check(uproar, load, form, folder):
    path = record(load, form, folder)
    recording = f"{folder}/{load.name}-{form}.upr"
    subprocess.run([uproar, "convert", path, recording], check=True, stderr=subprocess.DEVNULL, timeout=120)
    to_pipe, chains = FORMS[form][1], "-g" in FORMS[form][0]
    theirs, ours = perf_script(path, to_pipe), output(uproar, "script", recording)
    good = same(f"{load.name}, {form}", theirs, ours)
    if not theirs:
        print(f"FAILED: {load.name}, {form}: perf recorded nothing")
        good = False
    for back in ([], ["--form", "pipe"], ["--form", "file"]):
        again = f"{folder}/again.data"
        subprocess.run([uproar, "convert", *back, recording, again], check=True, stderr=subprocess.DEVNULL, timeout=120)
        good &= same(f"{load.name}, {form}, back {back}", perf_script(again, chains and "pipe" in back), ours)
    print(f"{load.name}, {form}: {theirs.count(GROUP.encode())} events, {os.path.getsize(path)} bytes, "
          f"as a recording {os.path.getsize(recording)}")
    return good


def main():
    tracefs_events.require_tracefs()
    if not shutil.which("perf"):
        skip("perf is not installed")
    for tool in ("nm", "readelf"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    version = subprocess.run(["perf", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if not version.startswith("perf version 6.1."):
        skip(f"{version}: what it prints is known of 6.1 only")
    uproar = tracefs_events.program("UPROAR", "uproar")
    threads = tracefs_events.target("PEERS_THREADS", "the program with threads")
    only = sys.argv[1:]
    good = True
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder  # perf's cache of files
        for load in loads(threads):
            with tracefs_events.defined(load.events):
                for form in FORMS:
                    if not only or load.name in only or form in only:
                        good &= check(uproar, load, form, folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
