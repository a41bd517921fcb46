// What a recording knows besides its events: plain data that writer and reader share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/event_schema.h"

namespace uproar {

// Where, how and with what the recording was made. Written once, first.
struct SessionInfo {
  std::string host;
  std::string kernel;   // uname -r
  std::string machine;  // uname -m
  std::string command;  // the recorder's command line
  std::string via;      // tracefs, trace_pipe, text
  std::string clock;    // mono, or "text" where the origin is unknown
  std::string version;  // of uproar
  uint32_t cpus = 0;    // possible CPUs
};

struct SiteInfo {
  std::string path;
  uint64_t file_offset = 0;
  std::string symbol;
  uint64_t symbol_offset = 0;
  bool offset_given = false;
  std::string build_id;
};

// One event of the recording. Its number is its position in the order of writing, from 0.
struct EventInfo {
  EventSchema schema;      // under the user's group and name
  std::string definition;  // the user's text, empty for events that were there before
  std::vector<SiteInfo> sites;
};

// A task's name or parentage from `time_ns` on. time_ns 0: it held when the recording began.
struct TaskInfo {
  enum class Kind : uint8_t { Snapshot = 0, Fork = 1, Rename = 2, Exit = 3 };
  Kind kind = Kind::Snapshot;
  uint64_t time_ns = 0;
  int32_t tid = 0;
  int32_t pid = 0;         // thread group; 0: not known
  int32_t parent_tid = 0;  // Fork: who forked
  std::string comm;
};

struct LossInfo {
  enum class Kind : uint8_t {
    Overrun = 0,     // the ring overwrote them before they were read
    Dropped = 1,     // the ring was full and refused them
    NoCounter = 2,   // hits that the kernel counted, but neither recorded nor counted as lost (records too
                     // long for the ring)
    Unreadable = 3,  // damaged sub-buffers or text lines
  };
  Kind kind = Kind::Overrun;
  uint32_t cpu = 0;      // ~0: not known
  uint64_t time_ns = 0;  // when it was noticed; the lost events are not later
  uint64_t count = 0;
};

// The same moment on several clocks, in nanoseconds.
struct ClockAnchor {
  uint64_t recording_ns = 0;  // the recording's own clock
  uint64_t realtime_ns = 0;   // CLOCK_REALTIME, since 1970; 0: not known
  uint64_t perf_ns = 0;       // perf's default clock; 0: not known
};

// Known only when the recording has ended well.
struct EndSummary {
  uint64_t events = 0;
  uint64_t lost = 0;
  uint64_t hits = 0;  // kernel's count of probe hits while recording (uprobe_profile)
  bool hits_known = false;
  bool hits_filtered = false;  // a filter or a process choice stood between hits and events
};

inline constexpr uint32_t kUnknownCpu = ~uint32_t{0};

}  // namespace uproar
