// Defines and removes many events, or none.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kernel/provenance.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"
#include "plan/probe_plan.h"

namespace uproar {

// Each step takes effect at once; what was not committed when this goes is taken back, the last step first.
// Exactly what it made goes, and exactly what it removed comes back: places that an event had before stay,
// also where a plan names them again, and so do those that somebody else adds meanwhile. Temporary events of a
// recording need no transaction: their group has one owner (capture/tracefs/probe_set.h).
class EventTransaction {
 public:
  explicit EventTransaction(Tracefs tracefs, Provenance provenance = Provenance())
      : tracefs_(std::move(tracefs)), provenance_(std::move(provenance)) {}
  EventTransaction(const EventTransaction&) = delete;
  EventTransaction& operator=(const EventTransaction&) = delete;
  ~EventTransaction();

  // All places of the plan under its own group and name, which may have others already. Gives the lines as the
  // kernel got them. An error is the kernel's complaint on the plan's definition; what the step did before it
  // stays until this goes. The plan must live until commit().
  Result<std::vector<std::string>> define(const ProbePlan& plan);

  // An event with all its places. Errors as of remove_uprobe_event.
  Result<void> remove(const std::string& group, const std::string& event);

  // It stays as it is now; Provenance learns what was defined and removed.
  void commit();

 private:
  struct Done {
    const ProbePlan* defined;  // null: the event of this name was removed
    std::string group, event;
  };

  Tracefs tracefs_;
  Provenance provenance_;
  std::vector<std::string> undo_;  // lines for the kernel, to be written from the last to the first
  std::vector<Done> done_;         // what Provenance is to learn, in the order of the steps
};

}  // namespace uproar
