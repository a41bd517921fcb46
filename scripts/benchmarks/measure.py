"""The figures of every recorder on every load."""
import json
import os
import re
import subprocess
import sys

from benchmarks import process
from benchmarks.process import best_wall, in_turns, median

ENTROPY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "entropy.py")
EVENT_LINE = re.compile(rb"bench_\w+: ")


def record_once(recorder, load, events):
    """CPU seconds of the recorder, and the hits that the kernel counted."""
    recorder.start(load)
    before = load.hits()
    try:
        load.run(events)
    finally:
        usage = recorder.stop()
    return usage.cpu, recorder.hits(load, before)


def count_events(command):
    """Events in the text that a replay prints."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seen = sum(1 for line in child.stdout if EVENT_LINE.search(line))
    child.wait()
    return seen


def measure_recording(recorders, load, events, runs, with_empty):
    """Figures by recorder; the file of the last run of each is left behind."""
    cpu, empty, figures = {}, {}, {}
    failed = {}
    for _ in range(runs):
        for recorder in recorders:
            if recorder.name in failed:
                continue
            try:
                empty.setdefault(recorder.name, []).append(record_once(recorder, load, 1)[0] if with_empty else 0)
                empty_bytes = os.path.getsize(recorder.file) if with_empty else None
                seconds, hits = record_once(recorder, load, events)
                cpu.setdefault(recorder.name, []).append(seconds / max(hits, 1))
                figures[recorder.name] = {"hits": hits, "file_bytes": os.path.getsize(recorder.file), "empty_file_bytes": empty_bytes}
            except (RuntimeError, OSError, subprocess.CalledProcessError) as fault:
                recorder.abandon()
                failed[recorder.name] = str(fault)
                print(f"  {recorder.name} is left out: {fault}", file=sys.stderr)
            except BaseException:  # Ctrl-C: nothing may stay in the kernel
                recorder.abandon()
                raise
    for recorder in recorders:
        name = recorder.name
        if name in failed:
            figures.pop(name, None)
            continue
        seen = count_events(recorder.replay)
        own = figures[name]
        own["events"], own["lost"] = seen, own["hits"] - seen
        own["bytes_per_event"] = own["file_bytes"] / max(seen, 1)
        own["cpu_ns_per_event"] = max(median(cpu[name]) - median(empty[name]) / max(own["hits"], 1), 0) * 1e9
    return figures, failed


def measure_replay(recorders, figures, folder, runs):
    """Adds the rates of replay, and of copying uproar's text, to `figures`."""
    commands = {recorder.name: recorder.replay for recorder in recorders if recorder.name in figures}
    text = os.path.join(folder, "replay.txt")
    with open(text, "wb") as out:
        subprocess.run(commands["uproar"], stdout=out, stderr=subprocess.DEVNULL, check=True)
    commands["cat"] = ["cat", text]
    figures["cat"] = {"events": figures["uproar"]["events"], "text_bytes": os.path.getsize(text)}
    for sink, measure in (("null", process.run_to_nowhere), ("pipe", process.run_through_pipe)):
        for name, usages in in_turns(commands, runs, measure).items():
            if any(usage.status for usage in usages):
                print(f"  {name}: {commands[name][0]} ends with status {usages[-1].status}", file=sys.stderr)
            own = figures[name]
            own[f"{sink}_seconds"] = best_wall(usages)
            own[f"{sink}_events_per_second"] = own["events"] / max(best_wall(usages), 1e-6)
            own["replay_memory_mib"] = max(own.get("replay_memory_mib", 0), *(usage.memory_mib for usage in usages))
    os.remove(text)


def measure_entropy(uproar, file):
    replay = subprocess.Popen([uproar, "script", "-q", "--json", file], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    done = subprocess.run([sys.executable, ENTROPY], stdin=replay.stdout, stdout=subprocess.PIPE, check=True)
    replay.stdout.close()
    if replay.wait() != 0:
        raise RuntimeError("uproar script --json failed")
    return json.loads(done.stdout)


def measure_one_percent(uproar, file, runs):
    """Seconds for all events, and for those of the hundredth of the time in the middle."""
    everything = [uproar, "script", "-q", file]
    usages = in_turns({"all": everything, "part": [*everything, "--time", "49.5%-50.5%"]}, runs, process.run_to_nowhere)
    seen = count_events([*everything, "--time", "49.5%-50.5%"])
    return {"all_seconds": best_wall(usages["all"]), "part_seconds": best_wall(usages["part"]), "part_events": seen,
            "status": max(usage.status for usage in usages["part"]), "memory_mib": max(usage.memory_mib for usage in usages["all"])}


def measure_load(load, uproar, recorders, folder, events, runs, with_empty):
    load.start(uproar)
    try:
        figures, failed = measure_recording(recorders, load, events, runs, with_empty)
        if "uproar" not in figures:
            raise RuntimeError(f"uproar did not record: {failed.get('uproar')}")
        measure_replay(recorders, figures, folder, runs)
        file = recorders[0].file
        return {"name": load.name, "title": load.title, "sets_speed": load.sets_speed, "recorders": figures, "left_out": failed, "entropy": measure_entropy(uproar, file),
                "one_percent": measure_one_percent(uproar, file, runs)}
    finally:
        load.stop(uproar)


def measure_large(uproar, generator, folder, events):
    """A file of so many events, and one of a hundredth of them, by the project's own writer."""
    results = {"events": events}
    for name, count in (("small", max(events // 100, 1)), ("large", events)):
        file = os.path.join(folder, f"{name}.upr")
        process.must([generator, file, str(count)])
        own = measure_one_percent(uproar, file, 3 if name == "small" else 1)
        own["file_bytes"] = os.path.getsize(file)
        own["events_per_second"] = count / own["all_seconds"]
        own["memory_mib"] = max(own["memory_mib"], process.run_through_pipe([uproar, "script", "-q", file]).memory_mib)
        results[name] = own
        os.remove(file)
    return results
