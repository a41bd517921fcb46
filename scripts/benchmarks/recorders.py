"""Who records: uproar and the peers that are installed, with their default buffers."""
import glob
import json
import os
import shutil
import signal
import subprocess
import time

from benchmarks.loads import TRACEFS
from benchmarks.process import finish, must

START_SECONDS = 180  # perf opens 300 events on every CPU one after another


class Recorder:
    """start() returns when hits are recorded; stop() when the file is whole."""

    def __init__(self, name, folder, suffix):
        self.name = name
        self.file = os.path.join(folder, name.replace(" ", "_") + suffix)
        self.child = None

    def start(self, load):
        for old in glob.glob(self.file + "*"):
            os.remove(old)
        self.launch(load)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_recording(load):
            if self.child.poll() is not None or time.monotonic() > deadline:
                self.abandon()
                raise RuntimeError(f"{self.name} did not start: {self.complaint()}")
            time.sleep(0.05)

    def stop(self):
        self.child.send_signal(signal.SIGINT)
        return finish(self.child, 0)

    def hits(self, load, before):
        """Of the recording that was stopped; `before`: load.hits() when it began."""
        return load.hits() - before

    def abandon(self):
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)
            try:
                self.child.wait(60)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.clean()

    def clean(self):
        """Removes what a recorder that failed has left in the kernel."""

    def popen(self, command, **options):
        with open(self.file + ".messages", "w") as messages:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages, **options)

    def complaint(self):
        with open(self.file + ".messages") as messages:
            return " ".join(messages.read().split())[-300:] or "no message"


class Uproar(Recorder):
    def __init__(self, uproar, folder):
        super().__init__("uproar", folder, ".upr")
        self.uproar, self.via = uproar, "tracefs"
        self.replay = [uproar, "script", "-q", self.file]

    def launch(self, load):
        self.popen([self.uproar, "record", "--via", self.via, "-o", self.file, "-e", f"{load.group}:*"])

    def is_recording(self, load):
        with open(self.file + ".messages") as messages:
            return "recording" in messages.read()


class UproarEngine(Uproar):
    """The same events through another engine, which the kernel's own counter of hits need not see: the recording counts them."""

    def __init__(self, uproar, via, folder):
        super().__init__(uproar, folder)
        self.name, self.via = f"uproar {via}", via
        self.file = os.path.join(folder, f"uproar_{via}.upr")
        self.replay = [uproar, "script", "-q", self.file]

    def hits(self, load, before):
        return json.loads(must([self.uproar, "info", "--json", self.file]))["hits"]


class Perf(Recorder):
    def __init__(self, options, folder):
        super().__init__(" ".join(["perf record", *options]), folder, ".data")
        self.options = options
        self.replay = ["perf", "script", "-i", self.file]

    def launch(self, load):
        order, self.order = os.pipe()
        self.answer, answer = os.pipe()
        self.popen(["perf", "record", "-a", "-D", "-1", f"--control=fd:{order},{answer}", *self.options, "-o", self.file, "-e", f"{load.group}:*"],
                   pass_fds=(order, answer))
        os.close(order)
        os.close(answer)
        os.write(self.order, b"enable\n")

    def is_recording(self, load):
        told = os.read(self.answer, 16)  # empty if perf has ended
        if not told:
            self.child.wait()
        return told.startswith(b"ack")

    def stop(self):
        usage = super().stop()
        os.close(self.order)
        os.close(self.answer)
        return usage


class TraceCmd(Recorder):
    """In a trace instance. Where the kernel forbids to change function tracing, trace-cmd cannot reset it and gives up: files of no
    meaning are mounted over those that it would write, in a mount namespace that only it sees."""
    FILES = ("set_ftrace_filter", "set_ftrace_notrace", "set_ftrace_pid")

    def __init__(self, compression, folder, hide):
        super().__init__(f"trace-cmd {compression}", folder, ".dat")
        self.compression, self.folder, self.hide = compression, folder, hide
        self.instance = f"uproarbench-{os.getpid()}"
        self.replay = ["trace-cmd", "report", "-i", self.file]

    def launch(self, load):
        place = f"{TRACEFS}/instances/{self.instance}"
        os.makedirs(place, exist_ok=True)
        command = ["trace-cmd", "record", "-q", "-C", "mono", "-B", self.instance, "--compression", self.compression, "-o", self.file, "-e", load.group]
        if self.hide:
            empty, one = os.path.join(self.folder, "empty"), os.path.join(self.folder, "one")
            for name, content in ((empty, ""), (one, "1")):
                with open(name, "w") as out:
                    out.write(content)
            covers = [f"mount --bind {one} /proc/sys/kernel/ftrace_enabled"]
            covers += [f"mount --bind {empty} {path}" for folder in (TRACEFS, place) for path in (f"{folder}/{name}" for name in self.FILES) if os.path.exists(path)]
            command = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", "\n".join([*covers, 'exec "$@"']), "sh", *command]
        self.popen(command, cwd=self.folder)

    def is_recording(self, load):
        place = f"{TRACEFS}/instances/{self.instance}"
        try:
            with open(f"{place}/events/{load.group}/enable") as enabled, open(f"{place}/tracing_on") as on:
                return enabled.read().strip() == "1" and on.read().strip() == "1" and self.has_readers()
        except OSError:
            return False

    def has_readers(self):
        """It starts a process for each CPU of each buffer before it switches tracing on."""
        with open(f"/proc/{self.child.pid}/task/{self.child.pid}/children") as children:
            return len(children.read().split()) >= os.cpu_count()

    def stop(self):
        usage = super().stop()
        self.clean()
        return usage

    def clean(self):
        try:
            os.rmdir(f"{TRACEFS}/instances/{self.instance}")
        except OSError:
            pass  # trace-cmd has removed it


def may_change_function_tracing():
    """Writes what is there already."""
    try:
        with open("/proc/sys/kernel/ftrace_enabled", "r+") as switch:
            value = switch.read()
            switch.seek(0)
            switch.write(value)
        return True
    except OSError:
        return False


def all_recorders(uproar, folder):
    recorders = [Uproar(uproar, folder), UproarEngine(uproar, "bpf", folder), UproarEngine(uproar, "perf", folder)]
    if shutil.which("perf"):
        recorders += [Perf([], folder), Perf(["-z"], folder)]
    if shutil.which("trace-cmd"):
        hide = not may_change_function_tracing()
        recorders += [TraceCmd(compression, folder, hide) for compression in ("none", "zstd")]
    return recorders
