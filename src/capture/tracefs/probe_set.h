// The events of one recording in the kernel: those it defines itself and those that were there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/ownership.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"
#include "plan/probe_plan.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// An event under its kernel name and under the name that the recording shows.
struct ArmedEvent {
  std::string kernel_group;
  std::string kernel_name;
  std::string filter;             // empty: none
  bool own = false;               // defined by this recording, removed with it
  std::vector<uint64_t> slid_by;  // by place: how far behind info.sites' offset the probe really is
  EventInfo info;  // schema.group and schema.name are the user's; filled from the kernel's format
  size_t short_strings =
      0;  // of its arguments those that are no strings of the program's: names of tasks, constants
  uint64_t hits_before = 0;
  bool hits_exact = true;  // nobody else had it switched on when the recording began
};

// What an error about an event means if it is the recording's own: somebody else has removed it.
Error explain_vanished(const ArmedEvent& event, Error error);

// Defines temporary events in the owner's group and removes exactly these when it goes.
class ProbeSet {
 public:
  ProbeSet(const Tracefs& tracefs, Owner owner) : tracefs_(tracefs), owner_(owner) {}
  ProbeSet(const ProbeSet&) = delete;
  ProbeSet& operator=(const ProbeSet&) = delete;
  ~ProbeSet();

  // Defines the plan's event under a temporary name. A plan with the group and name of an earlier one adds
  // its places to it, and has the same filter.
  Result<void> define(const ProbePlan& plan, const std::string& filter);
  // Takes an event that exists under `info`'s group and name, once; it is never removed.
  void adopt(const EventInfo& info, const std::string& filter);

  // Reads every event's format. Call it once, after the last define() and adopt().
  Result<void> load_formats();
  // Call it before the events are switched on.
  Result<void> note_hits_before();
  // Hits since note_hits_before(), event by event. Of a return probe the kernel counts the calls, not the
  // returns (kernel: kernel/trace/trace_uprobe.c uprobe_dispatcher).
  Result<std::vector<uint64_t>> hits_since();

  std::vector<ArmedEvent>& events() { return events_; }
  const std::vector<ArmedEvent>& events() const { return events_; }

  // Now, with the error, instead of in the destructor.
  Result<void> remove();

 private:
  std::string unused_kernel_name(const std::string& wanted) const;

  Tracefs tracefs_;
  Owner owner_;
  std::vector<ArmedEvent> events_;
  std::optional<HitCounter> counter_;
};

}  // namespace uproar
