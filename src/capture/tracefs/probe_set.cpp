#include "capture/tracefs/probe_set.h"

#include <algorithm>
#include <cerrno>

#include "capture/site_info.h"
#include "event/event_format.h"
#include "kernel/tracefs/trace_buffer.h"
#include "lower/tracefs/tracefs_line.h"

namespace uproar {
namespace {

size_t count_short_strings(const std::vector<FetchArgument>& arguments) {
  using Kind = FetchOperation::Kind;
  return static_cast<size_t>(
      std::count_if(arguments.begin(), arguments.end(), [](const FetchArgument& argument) {
        if (argument.operations.size() != 1) return false;
        const Kind kind = argument.operations.front().kind;
        return kind == Kind::TaskName || kind == Kind::ImmediateString;
      }));
}

// Of two -e with one name; the kernel's own complaint would speak of the temporary group.
Error name_taken(const std::string& name) {
  return Error{"two events to record are named " + name + ", and differ or lie at the same place",
               {},
               "give one of them another name: p:NAME PATH:SITE",
               EEXIST};
}

}  // namespace

Error explain_vanished(const ArmedEvent& event, Error error) {
  const std::string of_kernel = event.kernel_group + "/" + event.kernel_name;
  if (!event.own || error.sys_errno != ENOENT || error.message.find(of_kernel) == std::string::npos)
    return error;
  return Error{"the event " + event.info.schema.group + "/" + event.info.schema.name + " (in the kernel " +
                   of_kernel + ") is gone: another program removed it while uproar made it ready",
               {},
               "find out which program empties uprobe_events, and record again",
               ENOENT};
}

ProbeSet::~ProbeSet() {
  (void)remove();
}

Result<void> ProbeSet::define(const ProbePlan& plan, const std::string& filter) {
  auto same = std::find_if(events_.begin(), events_.end(), [&](const ArmedEvent& event) {
    return event.own && event.info.schema.group == plan.group && event.info.schema.name == plan.event;
  });
  if (same == events_.end()) {
    ArmedEvent event;
    event.kernel_group = temporary_group(owner_);
    event.kernel_name = unused_kernel_name(plan.event);
    event.filter = filter;
    event.info.schema.group = plan.group;
    event.info.schema.name = plan.event;
    events_.push_back(std::move(event));
    same = std::prev(events_.end());
  }
  const std::string name = plan.group + "/" + plan.event;
  TRY_ASSIGN(KernelArguments arguments, kernel_arguments(plan, Helpers::All));
  auto line = [&](size_t site) {
    return tracefs_line(plan, arguments, site, same->kernel_group, same->kernel_name);
  };
  const LineSource source = line_source(plan, arguments);
  auto added = add_uprobe_event(tracefs_, line(0), source);
  if (!added.ok() && added.error().sys_errno == EEXIST && same->own) {
    Error taken = name_taken(name);
    taken.excerpt = added.error().excerpt;
    return taken;
  }
  TRY(added);
  same->own = true;  // from here on there is something to remove
  same->short_strings = count_short_strings(arguments.sets.front());
  std::vector<std::string> further;
  for (size_t site = 1; site < plan.sites.size(); ++site) further.push_back(line(site));
  TRY(add_uprobe_places(tracefs_, further, source));
  for (const ProbeSite& site : plan.sites) {
    same->info.sites.push_back(site_info(plan, site));
    same->slid_by.push_back(site.slid_by);
  }
  if (!same->info.definition.empty()) same->info.definition += '\n';
  same->info.definition += plan.definition;
  return {};
}

std::string ProbeSet::unused_kernel_name(const std::string& wanted) const {
  auto taken = [&](const std::string& name) {
    return std::any_of(events_.begin(), events_.end(),
                       [&](const ArmedEvent& event) { return event.own && event.kernel_name == name; });
  };
  std::string name = wanted;
  constexpr size_t kLongestName = 63;
  for (int copy = 2; taken(name); ++copy) {
    std::string suffix = "_" + std::to_string(copy);
    name = wanted.substr(0, kLongestName - suffix.size()) + suffix;
  }
  return name;
}

void ProbeSet::adopt(const EventInfo& info, const std::string& filter) {
  ArmedEvent event;
  event.kernel_group = info.schema.group;
  event.kernel_name = info.schema.name;
  event.filter = filter;
  event.info = info;
  events_.push_back(std::move(event));
}

Result<void> ProbeSet::load_formats() {
  const TraceBuffer main_buffer(tracefs_, tracefs_);
  for (ArmedEvent& event : events_) {
    Result<std::string> text = main_buffer.event_format(event.kernel_group, event.kernel_name);
    if (!text.ok()) return explain_vanished(event, std::move(text.error()));
    TRY_ASSIGN(EventSchema schema, parse_event_format(*text, event.kernel_group));
    schema.group = event.info.schema.group;
    schema.name = event.info.schema.name;
    event.info.schema = std::move(schema);
  }
  return {};
}

Result<void> ProbeSet::note_hits_before() {
  // Nobody has hit what was just defined; the kernel takes its time to count thousands of places.
  if (std::all_of(events_.begin(), events_.end(), [](const ArmedEvent& event) { return event.own; }))
    return {};
  TRY_ASSIGN(auto hits, read_hit_counts(tracefs_));
  for (ArmedEvent& event : events_) {
    event.hits_before = hits[event.kernel_group + "/" + event.kernel_name];
    event.hits_exact = event.own || enabled_in(tracefs_, event.kernel_group, event.kernel_name).empty();
  }
  return {};
}

Result<std::vector<uint64_t>> ProbeSet::hits_since() {
  if (!counter_) {
    TRY_ASSIGN(HitCounter counter, HitCounter::create(tracefs_));
    counter_ = std::move(counter);
  }
  TRY_ASSIGN(auto hits, counter_->read());
  std::vector<uint64_t> since;
  for (const ArmedEvent& event : events_)
    since.push_back(hits[event.kernel_group + "/" + event.kernel_name] - event.hits_before);
  return since;
}

Result<void> ProbeSet::remove() {
  Result<void> outcome;
  for (ArmedEvent& event : events_) {
    if (!event.own) continue;
    auto removed = remove_uprobe_event(tracefs_, event.kernel_group, event.kernel_name);
    // ENOENT: whoever removed it did what was to be done.
    if (removed.ok() || removed.error().sys_errno == ENOENT) {
      event.own = false;
    } else if (outcome.ok()) {
      outcome = removed;
    }
  }
  return outcome;
}

}  // namespace uproar
