#include "capture/bpf/bpf_events.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "capture/site_info.h"
#include "symbolize/caller_places.h"

namespace uproar {
namespace {

// Where unwinding tables tell nothing, functions begin without a frame.
std::vector<uint32_t> callers_of(const ProbePlan& plan) {
  std::vector<uint32_t> callers;
  if (plan.is_return) return std::vector<uint32_t>(plan.sites.size());
  CallerPlaces places;
  for (const ProbeSite& site : plan.sites) {
    const bool begins = !site.symbol.empty() && site.symbol_offset == 0 && site.slid_by == 0;
    callers.push_back(places.at(site.path, site.file_offset).value_or(begins ? 1 : 0));
  }
  return callers;
}

bool same_fields(const EventSchema& one, const EventSchema& other) {
  return one.is_return == other.is_return &&
         std::equal(one.fields.begin(), one.fields.end(), other.fields.begin(), other.fields.end(),
                    [](const Field& a, const Field& b) {
                      return a.name == b.name && a.kind == b.kind && a.size == b.size && a.count == b.count &&
                             a.offset == b.offset;
                    });
}

Error name_taken(const ProbePlan& plan) {
  return Error{
      "two events to record are named " + plan.group + "/" + plan.event + ", and record different things",
      "  " + plan.definition, "give one of them another name: p:NAME PATH:SITE", EEXIST};
}

// The code's event, which is made if its name is new.
Result<BpfEvents::Code> place_code(const RecordRequest::Probe& probe, const BpfLayout& layout,
                                   std::vector<EventInfo>& events) {
  const ProbePlan& plan = probe.plan;
  auto known = std::find_if(events.begin(), events.end(), [&](const EventInfo& event) {
    return event.schema.group == plan.group && event.schema.name == plan.event;
  });
  if (known == events.end()) {
    EventInfo event;
    event.schema = layout.schema;
    event.schema.group = plan.group;
    event.schema.name = plan.event;
    event.has_stacks = layout.stack_at != 0 || layout.stack_copy_at != 0;
    events.push_back(std::move(event));
    known = std::prev(events.end());
  } else if (!same_fields(known->schema, layout.schema)) {
    return name_taken(plan);
  }
  BpfEvents::Code code;
  code.event = static_cast<uint32_t>(known - events.begin());
  code.first_place = static_cast<uint32_t>(known->sites.size());
  for (const ProbeSite& site : plan.sites) {
    known->sites.push_back(site_info(plan, site));
    code.slid_by.push_back(site.slid_by);
  }
  if (!known->definition.empty()) known->definition += '\n';
  known->definition += plan.definition;
  return code;
}

// Of several programs at one place the kernel runs the one first that came last (kernel:
// kernel/events/uprobes.c consumer_add): backwards, they come in the order that the user gave.
std::vector<BpfEvents::Link> links_of(const RecordRequest& request, const BpfPrograms& made) {
  std::vector<BpfEvents::Link> links;
  for (size_t code = request.probes.size(); code-- > 0;) {
    const ProbePlan& plan = request.probes[code].plan;
    for (size_t i = plan.sites.size(); i-- > 0;) {
      const ProbeSite& site = plan.sites[i];
      const uint32_t program = made.events[code].programs[i];
      auto link = std::find_if(links.begin(), links.end(), [&](const BpfEvents::Link& each) {
        return each.program == program && each.places.path == site.path;
      });
      if (link == links.end()) {
        links.push_back({program, {site.path, {}, plan.is_return, 0}});
        link = std::prev(links.end());
      }
      link->places.places.push_back({site.file_offset, made.events[code].cookies[i], site.ref_counter});
    }
  }
  return links;
}

}  // namespace

Result<BpfEvents> bpf_events(const RecordRequest& request, const BpfOptions& options) {
  std::vector<BpfEvent> wanted;
  for (const RecordRequest::Probe& probe : request.probes) {
    wanted.push_back({&probe.plan, probe.filter});
    if (options.stack != BpfOptions::Stack::None) wanted.back().callers = callers_of(probe.plan);
  }
  BpfEvents all;
  TRY_ASSIGN(all.made, lower_bpf(wanted, options));
  for (size_t i = 0; i < request.probes.size(); ++i) {
    TRY_ASSIGN(BpfEvents::Code code, place_code(request.probes[i], all.made.events[i].layout, all.events));
    all.codes.push_back(std::move(code));
  }
  all.links = links_of(request, all.made);
  return all;
}

}  // namespace uproar
