// Which events of a recording are wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/event.h"
#include "recording/metadata/session_info.h"
#include "recording/metadata/symbol_names.h"
#include "select/filter.h"

namespace uproar {

// Each list that is empty lets everything pass; the others all have to agree.
struct SelectionRequest {
  std::vector<std::string> events = {};  // globs of GROUP:EVENT, GROUP/EVENT or EVENT
  std::vector<int32_t> pids = {};
  std::vector<int32_t> tids = {};
  std::vector<std::string> comms = {};  // the whole name that the task had when the event happened
  std::vector<uint32_t> cpus = {};      // events of an unknown CPU pass, as in perf
  // The functions that the probes stand in; a return probe's: the one returned from.
  std::vector<std::string> symbols = {};
  std::string filter = {};  // select/filter.h
};

// Made once, then asked by any number of threads: it has no state.
class Selection {
 public:
  // The sites of `events` must outlive the selection. `names` is asked for symbols of events that do not tell
  // their place themselves; it must outlive the selection, and may be null. Errors: a glob that matches no event, a
  // filter that makes no sense.
  static Result<Selection> make(const SelectionRequest& request, const std::vector<SelectableEvent>& events,
                                const SymbolNames* names);

  // What can be said before a record is decoded: `event` is StoredRecord::event.
  bool wants_record(uint32_t event, uint32_t cpu) const {
    return wanted_events_[event] && (cpus_.empty() || wants_cpu(cpu));
  }
  // The rest, of a complete event whose record was wanted.
  bool wants(uint32_t event, const Event& value) const {
    return (tasks_wanted_ ? wants_task(value) : true) && (symbols_.empty() || wants_symbol(event, value)) &&
           (!filter_ || filter_->matches(event, value));
  }
  // Whether that is all there is to say.
  bool needs_no_event() const { return !tasks_wanted_ && symbols_.empty() && !filter_; }
  // -C also holds for what is no event, such as lines about tasks.
  bool wants_cpu(uint32_t cpu) const;

 private:
  Selection() = default;
  bool wants_task(const Event& value) const;
  bool wants_comm(const Event& value) const;
  bool wants_symbol(uint32_t event, const Event& value) const;

  std::vector<bool> wanted_events_;
  std::vector<bool> cpus_;  // by number; empty: all
  bool tasks_wanted_ = false;
  std::vector<int32_t> pids_, tids_;  // ascending
  std::vector<std::string> comms_, symbols_;
  std::vector<const std::vector<SiteInfo>*> sites_;  // by event, for symbols_
  const SymbolNames* names_ = nullptr;
  std::shared_ptr<const Filter> filter_;
};

}  // namespace uproar
