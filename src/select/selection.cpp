#include "select/selection.h"

#include "base/glob.h"

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

constexpr uint32_t kMostCpus = 65536;

bool names_event(std::string_view glob, const EventSchema& schema) {
  return glob_matches(glob, schema.name) || glob_matches(glob, schema.full_name()) ||
         glob_matches(glob, schema.group + "/" + schema.name);
}

Result<std::vector<bool>> choose_events(const std::vector<std::string>& globs,
                                        const std::vector<SelectableEvent>& events) {
  std::vector<bool> wanted(events.size(), globs.empty());
  for (const std::string& glob : globs) {
    bool any = false;
    for (size_t i = 0; i < events.size(); ++i) {
      if (!names_event(glob, *events[i].schema)) continue;
      wanted[i] = true;
      any = true;
    }
    if (!any)
      return Error{"no event of the recording is called " + glob, {}, "uproar info lists its events", 0};
  }
  return wanted;
}

template <typename T>
bool contains(const std::vector<T>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool contains(const std::vector<int32_t>& ascending, int32_t number) {
  return std::binary_search(ascending.begin(), ascending.end(), number);
}

}  // namespace

Result<Selection> Selection::make(const SelectionRequest& request, const std::vector<SelectableEvent>& events,
                                  const SymbolNames* names) {
  Selection selection;
  TRY_ASSIGN(selection.wanted_events_, choose_events(request.events, events));
  for (const uint32_t cpu : request.cpus) {
    if (cpu >= kMostCpus) return Error{"there is no CPU " + std::to_string(cpu), {}, {}, 0};
    if (selection.cpus_.size() <= cpu) selection.cpus_.resize(cpu + 1);
    selection.cpus_[cpu] = true;
  }
  selection.pids_ = request.pids;
  selection.tids_ = request.tids;
  std::sort(selection.pids_.begin(), selection.pids_.end());
  std::sort(selection.tids_.begin(), selection.tids_.end());
  selection.comms_ = request.comms;
  selection.tasks_wanted_ = !request.pids.empty() || !request.tids.empty() || !request.comms.empty();
  selection.symbols_ = request.symbols;
  if (!request.symbols.empty()) {
    for (const SelectableEvent& event : events) selection.sites_.push_back(event.sites);
    selection.names_ = names;
  }
  if (!request.filter.empty()) {
    TRY_ASSIGN(Filter filter, Filter::make(request.filter, events, selection.wanted_events_));
    selection.filter_ = std::make_shared<const Filter>(std::move(filter));
  }
  return selection;
}

bool Selection::wants_cpu(uint32_t cpu) const {
  return cpus_.empty() || cpu == kUnknownCpu || (cpu < cpus_.size() && cpus_[cpu]);
}

bool Selection::wants_task(const Event& value) const {
  return (pids_.empty() || contains(pids_, value.pid)) && (tids_.empty() || contains(tids_, value.tid)) &&
         (comms_.empty() || wants_comm(value));
}

// A task of which nothing is known goes by what is printed of it.
bool Selection::wants_comm(const Event& value) const {
  if (!value.comm.empty()) return contains(comms_, value.comm);
  return contains(comms_, value.tid == 0 ? "swapper" : ":" + std::to_string(value.tid));
}

// The place that was hit, if the recording knows it; else whatever stands at the address.
bool Selection::wants_symbol(uint32_t event, const Event& value) const {
  const std::vector<SiteInfo>& sites = *sites_[event];
  if (value.place < sites.size()) return contains(symbols_, sites[value.place].symbol);
  constexpr uint64_t kPageMask = 0xfff;  // files are mapped by whole pages
  bool known = false;
  for (const SiteInfo& site : sites) {
    if (sites.size() > 1 && (site.file_offset & kPageMask) != (value.ip & kPageMask)) continue;
    known = known || !site.symbol.empty();
    if (contains(symbols_, site.symbol)) return true;
  }
  if (known || names_ == nullptr) return false;
  const SymbolNames::Found place = names_->find(value.pid, value.time_ns, value.ip);
  return place.name != nullptr && contains(symbols_, place.name->symbol);
}

}  // namespace uproar
