// The list of uprobe events: reading, adding and removing exactly one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/tracefs/tracefs.h"
#include "lower/tracefs/tracefs_line.h"

namespace uproar {

// One event of the system; several lines of uprobe_events with one name are one event with several places.
struct ListedEvent {
  std::string group;
  std::string name;
  bool is_return = false;
  struct Place {
    std::string path;
    uint64_t file_offset = 0;
    uint64_t ref_counter = 0;
  };
  std::vector<Place> places;
  std::string arguments;           // as listed, separated by blanks
  std::vector<std::string> lines;  // as listed
};

// All of them, in the kernel's order. Lines that cannot be understood are left out.
Result<std::vector<ListedEvent>> list_uprobe_events(const Tracefs& tracefs);

// Appends one line (at most 4,093 bytes, no newline) with one write(2) on a descriptor opened
// O_WRONLY|O_APPEND, never O_TRUNC. On refusal the error holds the kernel's complaint from error_log, put on
// the user's text (kernel/tracefs/error_log.h); without an entry the errno is explained. `source` may be
// empty.
Result<void> add_uprobe_event(const Tracefs& tracefs, const std::string& line, const LineSource& source);

// The same for the further places of an event whose first line was taken: many lines a write(2). What was
// added before an error stays.
Result<void> add_uprobe_places(const Tracefs& tracefs, const std::vector<std::string>& lines,
                               const LineSource& source);

// A line as it stands, such as one of a listing, or "-:GROUP/EVENT PATH:OFFSET ARGUMENTS", which takes one
// place away. The error is the errno alone.
Result<void> write_uprobe_line(const Tracefs& tracefs, const std::string& line);

// "-:GROUP/EVENT". Errors: ENOENT, EBUSY (enabled or held by perf: says so).
Result<void> remove_uprobe_event(const Tracefs& tracefs, const std::string& group, const std::string& event);

// Hits of every event since it was defined, all its places together (uprobe_profile has no group: events of
// different groups with one name are told apart by path and order of listing). Key "group/event".
Result<std::map<std::string, uint64_t>> read_hit_counts(const Tracefs& tracefs);

// The same for one who asks again: the list, whose reading costs as much as that of the counts, is read once.
// Events that are defined afterwards are left out.
class HitCounter {
 public:
  static Result<HitCounter> create(const Tracefs& tracefs);
  Result<std::map<std::string, uint64_t>> read() const;

 private:
  // What identifies a probe in both files, and the key under which its hits are counted.
  struct ListedProbe {
    std::string path;
    std::string name;
    std::string key;
  };
  HitCounter(const Tracefs& tracefs, std::string_view listing);
  Tracefs tracefs_;
  std::vector<ListedProbe> probes_;
};

// Where an event is switched on: "" for the top instance, else instance names. Empty vector: nowhere in
// ftrace.
std::vector<std::string> enabled_in(const Tracefs& tracefs, const std::string& group,
                                    const std::string& event);

}  // namespace uproar
