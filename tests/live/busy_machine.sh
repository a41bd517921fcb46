#!/bin/bash
# Runs a command on a machine as busy with probes as can be, and takes everything back afterwards:
#   tests/live/busy_machine.sh UPROAR COMMAND…
# debugfs is mounted and its tracing folder was looked into, so that tracefs is there twice. Somebody else has events in a group of
# his own, one enabled in an instance of his own and hit all the time, one held by perf, one that nobody uses. Recorders come and go,
# some are killed and leave what they had, and `clean` runs again and again. Needs root; perf is left out where it is not installed.
set -eu
uproar=$(realpath "$1")
shift
[ "$(id -u)" = 0 ] || { echo "busy_machine: needs root" >&2; exit 1; }

mounted() { grep -q " $1 $2 " /proc/self/mounts; }
unmount=()
if ! mounted /sys/kernel/debug debugfs; then
  mount -t debugfs none /sys/kernel/debug
  unmount+=(/sys/kernel/debug)
fi
if ! mounted /sys/kernel/debug/tracing tracefs; then
  ls /sys/kernel/debug/tracing >/dev/null
  unmount=(/sys/kernel/debug/tracing ${unmount[@]+"${unmount[@]}"})
fi
if ! mounted /sys/kernel/tracing tracefs; then
  mount -t tracefs tracefs /sys/kernel/tracing
  unmount=(/sys/kernel/tracing ${unmount[@]+"${unmount[@]}"})
fi

tracing=/sys/kernel/tracing
name=busy_$$
work=$(mktemp -d)
pids=()
take_back() {
  trap - EXIT
  touch "$work/end"
  for pid in ${pids[@]+"${pids[@]}"}; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  [ ! -d "$tracing/instances/$name" ] || rmdir "$tracing/instances/$name"
  # As long as perf's own end takes, its event is still in use.
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    "$uproar" remove "$name/*" >/dev/null 2>&1 && break
    "$uproar" events "$name/*" >/dev/null 2>&1 || break
    sleep 0.2
  done
  "$uproar" clean -q >/dev/null || true
  for place in ${unmount[@]+"${unmount[@]}"}; do umount "$place"; done
  rm -rf "$work"
}
trap take_back EXIT

# A program of its own is hit all the time, and so is the C library that everybody uses.
sh -c "while [ ! -e '$work/end' ]; do for i in 1 2 3 4 5 6 7 8 9; do echo \$i; done; sleep 0.05; done" >/dev/null &
pids+=($!)
"$uproar" add -q "p:$name/used libc.so.6:write n=%dx:u64" "p:$name/held libc.so.6:exit" "p:$name/idle libc.so.6:read" >/dev/null
mkdir "$tracing/instances/$name"
echo 1 >"$tracing/instances/$name/events/$name/used/enable"
if command -v perf >/dev/null; then
  perf record -q -a -e "$name:held" -o - >/dev/null 2>&1 &
  pids+=($!)
fi

recorders() {
  local pid turn=0
  while [ ! -e "$work/end" ]; do
    "$uproar" record -q -o "$work/other.upr" -e 'p:other libc.so.6:write n=%dx:u64' --duration 2 2>/dev/null &
    pid=$!
    turn=$((turn + 1))
    sleep 0.5
    if [ $((turn % 2)) = 0 ]; then kill -KILL "$pid" 2>/dev/null || true; else kill -INT "$pid" 2>/dev/null || true; fi
    wait "$pid" 2>/dev/null || true
    sleep 0.2
    [ $((turn % 3)) != 0 ] || "$uproar" clean -q >/dev/null 2>&1 || true
  done
}
recorders &
pids+=($!)

status=0
"$@" || status=$?
exit "$status"
