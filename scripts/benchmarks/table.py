"""Prints the figures, and says which goals are met."""

BYTES_RATIO = 1 / 3        # of the smaller packed peer …
ENTROPY_RATIO = 1.2        # … or of the entropy
CPU_NS = 150               # of the recorder, an event
REPLAY_RATIO = 30          # of perf script
CAT_RATIO = 3              # time of cat
PART_RATIO = 0.03          # of the time for all, for a hundredth
MEMORY_MIB = 200
ENGINE_RATIO = 0.5         # of the CPU of perf record -z, an event, through each engine …
ENGINE_RATIO_REDIS = 1.0   # … and where two processes more want the CPUs
PACKED = ("perf record -z", "trace-cmd zstd")


def show_load(result, judged):
    """Prints the table of a load; gives its goals, or none if they are not to be judged."""
    figures = result["recorders"]
    mine, cat, entropy = figures["uproar"], figures["cat"], result["entropy"]
    print(f"\n{result['title']}: {mine['hits']} hits")
    print(f"  {'':16}{'events':>10}{'lost':>9}{'bytes/ev':>10}{'ratio':>7}{'CPU ns/ev':>11}{'ratio':>7}"
          f"{'replay ev/s':>13}{'ratio':>7}{'by pipe':>12}{'ratio':>7}{'MiB':>6}")
    for name, own in figures.items():
        ratio = lambda key, up: (mine[key] / own[key] if up else own[key] / max(mine[key], 1e-9))  # noqa: E731
        print(f"  {name:16}{own['events']:>10}", end="")
        if name == "cat":
            print(" " * 44, end="")
        else:
            print(f"{own['lost']:>9}{own['bytes_per_event']:>10.2f}{ratio('bytes_per_event', False):>7.1f}"
                  f"{own['cpu_ns_per_event']:>11.0f}{ratio('cpu_ns_per_event', False):>7.1f}", end="")
        print(f"{own['null_events_per_second']:>13.0f}{ratio('null_events_per_second', True):>7.2f}"
              f"{own['pipe_events_per_second']:>12.0f}{ratio('pipe_events_per_second', True):>7.2f}{own['replay_memory_mib']:>6.0f}")
    columns = ", ".join(f"{name} {part:.2f}" for name, part in entropy["columns"].items() if part >= 0.005)
    print(f"  first-order entropy: {entropy['bytes_per_event']:.2f} bytes/event ({columns})")
    part = result["one_percent"]
    print(f"  --time of 1%: {part['part_events']} events in {part['part_seconds']:.3f} s, all in {part['all_seconds']:.3f} s")
    if not judged:
        return []
    engines = engine_goals(result["name"], figures)
    size, speed = [size_goal(mine, figures, entropy)], speed_goals(mine, figures, cat)
    if result["sets_speed"]:
        return show_goals(size + engines + speed)
    goals = show_goals(size + engines)
    for text, met in speed:
        print(f"  beside the fixed loop's goal: {text}: {'within' if met else 'beyond'}")
    return goals


def size_goal(mine, figures, entropy):
    packed = {name: figures[name]["bytes_per_event"] for name in PACKED if name in figures}
    size, bound = mine["bytes_per_event"], entropy["bytes_per_event"] * ENTROPY_RATIO
    if not packed:
        return f"size {size:.2f}: at most 1.2 times the entropy ({bound:.2f})", size <= bound
    best = min(packed, key=packed.get)
    text = f"size {size:.2f}: at most a third of {best}'s ({packed[best] * BYTES_RATIO:.2f}) or 1.2 times the entropy ({bound:.2f})"
    return text, size <= max(packed[best] * BYTES_RATIO, bound)


def engine_goals(load, figures):
    """Of each engine: what the recorder takes for an event, beside perf record -z."""
    if "perf record -z" not in figures:
        return []
    limit = ENGINE_RATIO_REDIS if load == "redis" else ENGINE_RATIO
    goals = []
    for name in (name for name in figures if name.startswith("uproar")):
        ratio = figures[name]["cpu_ns_per_event"] / max(figures["perf record -z"]["cpu_ns_per_event"], 1e-9)
        goals.append((f"CPU of {name}: {ratio:.2f} of perf record -z's, at most {limit}", ratio <= limit))
    return goals


def speed_goals(mine, figures, cat):
    """What has to be met is what was set for the fixed loop: how long an event takes depends on how many bytes it has that nobody
    can foresee, to every recorder, though not to the same degree."""
    goals = []
    goals.append((f"recorder's CPU {mine['cpu_ns_per_event']:.0f} ns/event: at most {CPU_NS}", mine["cpu_ns_per_event"] <= CPU_NS))
    for sink, title in (("null", "to /dev/null"), ("pipe", "through a pipe")):
        key = f"{sink}_events_per_second"
        # What a pipe carries is less than 30 times what perf script writes: cat is the measure there.
        if "perf record" in figures and sink == "null":
            ratio = mine[key] / figures["perf record"][key]
            goals.append((f"replay {title}: {ratio:.1f} times perf script, at least {REPLAY_RATIO}", ratio >= REPLAY_RATIO))
        ratio = cat[key] / mine[key]
        goals.append((f"replay {title}: {ratio:.1f} times the time of cat, at most {CAT_RATIO}", ratio <= CAT_RATIO))
    goals.append((f"memory of the replay {mine['replay_memory_mib']:.0f} MiB: below {MEMORY_MIB}", mine["replay_memory_mib"] < MEMORY_MIB))
    return goals


def show_large(result):
    small, large = result["small"], result["large"]
    print(f"\nA file of {result['events']} events")
    for name, own in (("a hundredth", small), ("all", large)):
        print(f"  {name:12}{own['file_bytes'] / 2**20:>9.1f} MiB{own['events_per_second']:>13.0f} events/s{own['memory_mib']:>7.0f} MiB of memory;"
              f" --time of 1%: {own['part_events']} events in {own['part_seconds']:.3f} s of {own['all_seconds']:.3f} s")
    part = large["part_seconds"] / large["all_seconds"]
    rate = large["events_per_second"] / small["events_per_second"]
    return show_goals([(f"memory {large['memory_mib']:.0f} MiB: below {MEMORY_MIB}", large["memory_mib"] < MEMORY_MIB),
                       (f"--time of 1%: {part:.1%} of the time for all, below {PART_RATIO:.0%}", part < PART_RATIO and large["part_events"] > 0),
                       (f"rate {rate:.2f} of that of the small file: at least 0.9", rate >= 0.9)])


def show_goals(goals):
    for text, met in goals:
        print(f"  goal: {text}: {'met' if met else 'MISSED'}")
    return [{"goal": text, "met": met} for text, met in goals]
