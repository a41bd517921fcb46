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
  std::string via;      // tracefs, trace_pipe, perf, bpf, text
  std::string clock;    // mono, or "text" where the origin is unknown
  std::string version;  // of uproar
  uint32_t cpus = 0;    // possible CPUs

  // What perf's file header tells besides; empty or 0 where it is not known.
  std::string tool;                    // that recorded: "perf 6.1.192"; empty: uproar
  std::vector<std::string> arguments;  // the command line again, word by word
  uint32_t cpus_online = 0;
  std::string cpu_description;  // "model name" of /proc/cpuinfo
  std::string cpu_id;           // "GenuineIntel,6,85,7"
  uint64_t memory_kb = 0;

  std::string
      via_reason;  // why it was recorded that way, where uproar chose; empty: nothing spoke for another
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
  bool has_stacks = false;  // records were taken with call chains, be they empty
  // Of events that came out of a perf.data file: the bytes of its perf_event_attr and its ids, else empty.
  std::string perf_attr;
  std::vector<uint64_t> perf_ids;
  std::string instance;  // trace instance that recorded it, of a trace.dat with several; empty: the main one
};

// A task's name or parentage from `time_ns` on. time_ns 0: it held when the recording began.
struct TaskInfo {
  enum class Kind : uint8_t { Snapshot = 0, Fork = 1, Rename = 2, Exit = 3, Exec = 4 };
  Kind kind = Kind::Snapshot;
  uint64_t time_ns = 0;
  int32_t tid = 0;
  int32_t pid = 0;              // thread group; 0: not known
  int32_t parent_tid = 0;       // Fork, Exit: who forked
  std::string comm;             // Exec: the name that the program gave
  int32_t parent_pid = 0;       // thread group of parent_tid; 0: not known
  uint32_t cpu = ~uint32_t{0};  // on which it happened; ~0: not known
};

// A stretch of a file in the memory of a process, from `time_ns` on (0: when the recording began).
struct MapInfo {
  uint64_t time_ns = 0;
  int32_t pid = 0;  // -1: the kernel's own
  int32_t tid = 0;
  uint64_t start = 0, length = 0;
  uint64_t page_offset = 0;  // in the file, bytes
  std::string path;          // as the process saw it; "[vdso]" and the like
  std::string build_id;      // hexadecimal, empty if not known
  uint32_t protection = 0;   // PROT_*
  uint32_t flags = 0;        // MAP_*
  uint32_t major = 0, minor = 0;
  uint64_t inode = 0, generation = 0;
  uint32_t cpu = ~uint32_t{0};
};

// What stands at addresses of one file: looked up once, where the file was, so that a replay needs no ELF.
struct AddressName {
  uint64_t address = 0;              // in the file: address in memory - MapInfo::start + MapInfo::page_offset
  std::string symbol;                // demangled; empty: none
  uint64_t symbol_offset = 0;        // of the address behind the symbol's beginning
  std::vector<std::string> inlined;  // functions inlined at the address, the innermost first
};
struct AddressNames {
  std::string path;  // MapInfo::path
  std::string build_id;
  std::vector<AddressName> names;
};

struct LossInfo {
  enum class Kind : uint8_t {
    Overrun = 0,  // the ring overwrote them before they were read
    Dropped = 1,  // the ring was full and refused them
    // Hits that the kernel counted, but neither recorded nor counted as lost: records too long for the ring.
    NoCounter = 2,
    Unreadable = 3,  // damaged sub-buffers, text lines or blocks of a recording that was repaired
    // Recorded, and removed again to keep the recording below its limit; time_ns is that of the last one.
    Rotated = 4,
  };
  Kind kind = Kind::Overrun;
  uint32_t cpu = 0;      // ~0: not known
  uint64_t time_ns = 0;  // when it was noticed; the lost events are not later
  uint64_t count = 0;
  uint32_t event = ~uint32_t{0};  // number of the event that lost them; ~0: not known
  int32_t pid = 0, tid = 0;       // task that ran when it was noticed; 0: not known
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
