// The seam between a recording and the machinery that sees the hits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/hit_account.h"
#include "recording/metadata/session_info.h"
#include "recording/record_sink.h"

namespace uproar {

// How much to take out of a buffer that may be filled faster than it is emptied.
enum class Drain {
  Some,  // a bounded amount: time, signals and flushing must get their turn
  All,   // until it is empty: only when nothing fills it any more
};

// Whose hits are wanted.
struct TaskChoice {
  bool everybody = true;         // but the recorder itself
  std::vector<int32_t> threads;  // only these, unless everybody
  std::vector<int32_t>
      processes{};  // of which the threads are all there are now; the others were chosen one by one
  bool follow_children = false;  // and what they start from now on
};

// What a back end knows of the hits of a recording that is over, by event number.
struct HitReport {
  HitChoice choice = HitChoice::All;  // which hits its counters counted, against those that were wanted
  bool known = true;              // false: hits of before the recording, or of others, cannot be told apart
  uint64_t cut_chains = 0;        // call chains that ended with the copied piece of the stack
  std::vector<EventHits> events;  // `recorded` is left to the session, which counts what it was handed
};

// A back end is made for one RecordRequest, which outlives it, and records once. The session (session.cpp)
// calls the steps in the order in which they stand here, all from one thread; it calls no step twice but drain
// and remove, and none behind one that failed but remove. Each step says in an Error what a person can do
// about it, and leaves what it made to remove(). A back end never prints, never waits for a signal, and never
// looks at the clock to end a recording: reasons to stop are the session's.
//
// Time: every record is stamped with CLOCK_MONOTONIC, in nanoseconds, so that events of all back ends and the
// names of tasks lie on one line.
//
// Children: the command of `record -- COMMAND` was forked, and waits, before define() is called; nothing is
// forked while a back end lives, so descriptors need not survive a fork.
class CaptureBackend {
 public:
  // Removes what remove() would, without a word.
  virtual ~CaptureBackend() = default;

  // SessionInfo::via: "tracefs". Any time.
  virtual std::string via() const = 0;

  // Why it is not the back end that the request names, for a person; empty: it is. Behind define().
  virtual std::string via_reason() const { return {}; }

  // 1. Makes the request's events, and the buffers for their records, in the kernel; nothing is recorded yet.
  // tracefs: lines of uprobe_events and an instance. perf: perf_event_attr, one descriptor a CPU. BPF: maps and
  // programs, loaded and verified. Another thread may prepare a TaskWatch meanwhile.
  virtual Result<void> define() = 0;

  // 2. What records will look like: one entry an event, under the user's group and name, with the places of
  // the user's text. Numbers of events, here and later, are positions in this list.
  virtual Result<std::vector<EventInfo>> schemas() = 0;

  // 3. Narrows what will be recorded to these tasks, and to the CPUs and filters of the request, before
  // anything can be recorded that was not asked for.
  virtual Result<void> restrict(const TaskChoice& tasks) = 0;

  // 4. Records from here on, and counts hits from here on. Of several events at one place the records come in
  // the order of the request. `sink` is handed records, losses and, by back ends whose records tell them,
  // tasks and maps, only from within drain() and settle(), and lives longer than the back end. An error of the
  // sink is passed on as it is.
  virtual Result<void> arm(RecordSink& sink) = 0;

  // Descriptors to poll for records, from arm() to disarm(). They need not tell of every record: the session
  // drains ten times a second whatever they say.
  virtual std::vector<int> poll_fds() const = 0;

  // 5. Hands on what is there; never blocks. Any number of times, the last time with Drain::All behind
  // disarm(). Losses that come to light on the way are told the sink at once (LossInfo: kind, CPU, time, count).
  virtual Result<void> drain(Drain how_much) = 0;

  // 6. Nothing is recorded any more when it returns. Goes on whatever fails: the first error is the result.
  virtual Result<void> disarm() = 0;

  // 7. Behind the last drain. Tells the sink of losses that only the final counters know, so that every hit
  // is a record or a loss wherever the back end can tell: records that vanish without a counter are found by
  // the session, which compares the report with records and losses (capture/hit_account.h).
  virtual Result<HitReport> settle(uint64_t now_ns) = 0;

  // 8. Removes exactly what it made, from whatever state, also a second time; the first error is the result,
  // and does not keep the rest from going. Nothing stays in the kernel behind it.
  virtual Result<void> remove() = 0;
};

}  // namespace uproar
