#include "commands/options/event_choice.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>

#include "base/glob.h"
#include "binary/symbols/symbol_lookup.h"
#include "commands/options/event_plan.h"
#include "definition/diagnostic.h"
#include "event/helper_fields.h"
#include "kernel/ownership.h"
#include "kernel/provenance.h"
#include "lower/bpf/bpf_check.h"
#include "lower/tracefs/same_event.h"
#include "lower/tracefs/tracefs_check.h"

namespace uproar {
namespace {

// Could be the name of an event: one word without a place.
bool is_one_word(const std::string& text) {
  return text.find_first_of(" \t\"") == std::string::npos;
}

EventInfo describe(const ListedEvent& event, SymbolLookup& symbols) {
  EventInfo info;
  info.schema.group = event.group;
  info.schema.name = event.name;
  for (const std::string& line : event.lines) info.definition += (info.definition.empty() ? "" : "\n") + line;
  for (const auto& place : event.places) {
    SiteInfo site;
    site.path = place.path;
    site.file_offset = place.file_offset;
    site.symbol = shown_symbol(place, symbols);
    info.sites.push_back(std::move(site));
  }
  return info;
}

void warn_of_replaced_file(const ListedEvent& event, Console& console) {
  for (const auto& place : event.places) {
    if (Provenance().is_same_file(event.group, event.name, place.path, place.file_offset) != false) continue;
    console.warn(
        place.path + " was replaced since " + event.group + "/" + event.name +
        " was defined: programs started since then are not seen (remove the event and add it again)");
    return;
  }
}

// Such a name has a meaning of its own when the recording is shown (event/helper_fields.h).
void warn_of_helper_names(const ProbePlan& plan, Console& console) {
  for (const FetchArgument& argument : plan.arguments()) {
    if (!parse_helper_name(argument.name)) continue;
    console.warn("argument " + argument.name +
                 " has a name of uproar's own helper fields, and will be taken for one: choose another");
  }
}

Error refusal(const Hazard& hazard, const std::string& text) {
  std::string remedy = hazard.remedy;
  if (hazard.overridable)
    remedy += (remedy.empty() ? "" : "; ") + std::string("--force arms it all the same");
  return Error{hazard.message, "  " + text, std::move(remedy), 0};
}

// One event has one filter: a second one would be dropped in silence.
Error filters_differ(const std::string& group, const std::string& name) {
  return Error{"event " + group + "/" + name + " is named twice, with different filters",
               {},
               "give both the same filter, or give the definitions different names",
               EINVAL};
}

// Definitions of one name are one event, if they can be.
Result<void> check_name(const ProbePlan& plan, const std::string& filter, const RecordRequest& request) {
  for (const auto& earlier : request.probes) {
    if (earlier.plan.group != plan.group || earlier.plan.event != plan.event) continue;
    if (earlier.filter != filter) return filters_differ(plan.group, plan.event);
    const std::string why = why_not_one_event(earlier.plan, plan);
    if (why.empty()) continue;
    return Error{"two definitions are named " + plan.group + "/" + plan.event + ", which " + why,
                 "  " + plan.definition, "give one of them another name: p:NAME PATH:SITE", 0};
  }
  return {};
}

std::string this_machine() {
  utsname system{};
  return ::uname(&system) == 0 ? system.machine : "";
}

// `console` null: only what refuses matters.
Result<void> tell(const Resolved& resolved, const ResolveOptions& options, Console* console) {
  const std::string& text = resolved.plan.definition;
  if (console) {
    for (const Diagnostic& warning : resolved.warnings)
      console->note("uproar: " + render_warning(warning, text));
  }
  for (const Hazard& hazard : resolved.hazards) {
    if (hazard.level == Hazard::Level::Detail) continue;
    if (hazard.level == Hazard::Level::Refused && !(hazard.overridable && options.force))
      return refusal(hazard, text);
    if (console) console->warn(hazard.message + (hazard.remedy.empty() ? "" : " (" + hazard.remedy + ")"));
  }
  if (console) warn_of_helper_names(resolved.plan, *console);
  return {};
}

}  // namespace

Result<Tracefs> tracefs_for_new_events(Console& console) {
  TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
  TRY_ASSIGN(const std::vector<std::string> leftovers, remove_leftovers(tracefs));
  for (const std::string& leftover : leftovers)
    console.note("uproar: removed " + leftover + ", left by a recorder that was killed\n");
  return tracefs;
}

Result<void> fit(Resolved& resolved, Backend backend) {
  TRY_ASSIGN(Hazards more, backend == Backend::Bpf ? fit_to_bpf(resolved.plan, this_machine())
                                                   : fit_to_tracefs(resolved.plan));
  std::move(more.begin(), more.end(), std::back_inserter(resolved.hazards));
  return {};
}

Result<Resolved> resolve_and_fit(const std::string& text, const ResolveOptions& options, Backend backend) {
  TRY_ASSIGN(Resolved resolved, resolve_definition(text, default_path_environment(), options));
  TRY(fit(resolved, backend));
  return resolved;
}

Result<ProbePlan> resolve_with_warnings(const std::string& text, const ResolveOptions& options,
                                        Console& console, Backend backend) {
  TRY_ASSIGN(Resolved resolved, resolve_and_fit(text, options, backend));
  TRY(tell(resolved, options, &console));
  return std::move(resolved.plan);
}

std::vector<const ListedEvent*> match_events(const std::vector<ListedEvent>& listed,
                                             const std::string& glob) {
  std::string pattern = from_shell_glob(glob);
  size_t separator = pattern.find_first_of("/:");
  if (separator == std::string::npos) {
    pattern = "*/" + pattern;
  } else {
    pattern[separator] = '/';
  }
  std::vector<const ListedEvent*> matches;
  for (const ListedEvent& event : listed) {
    std::string name = event.group + "/" + event.name;
    if (!glob_matches(pattern, name)) continue;
    if (owner_of_group(event.group) && pattern.rfind(event.group + "/", 0) != 0) continue;
    matches.push_back(&event);
  }
  return matches;
}

Result<std::vector<const ListedEvent*>> match_all(const std::vector<ListedEvent>& listed,
                                                  const std::vector<std::string>& globs) {
  std::vector<const ListedEvent*> all;
  for (const std::string& glob : globs) {
    auto matches = match_events(listed, glob);
    if (matches.empty())
      return Error{"no uprobe event matches '" + glob + "'", {}, "uproar events lists what there is", 0};
    for (const ListedEvent* event : matches) {
      if (std::find(all.begin(), all.end(), event) == all.end()) all.push_back(event);
    }
  }
  return all;
}

Result<ChosenEvents> ChosenEvents::find(const Tracefs& tracefs, const std::vector<EventChoice>& choices,
                                        const ResolveOptions& options) {
  Result<std::vector<ListedEvent>> found = list_uprobe_events(tracefs);
  const std::vector<ListedEvent> listed = found.ok() ? *found : std::vector<ListedEvent>();
  ChosenEvents all;
  all.options_ = options;
  for (const EventChoice& choice : choices) {
    Chosen& chosen = all.chosen_.emplace_back();
    chosen.choice = choice;
    if (is_one_word(choice.text)) {
      for (const ListedEvent* event : match_events(listed, choice.text)) chosen.events.push_back(*event);
      if (!chosen.events.empty()) continue;
      if (choice.text.find(':') == std::string::npos) {
        if (!found.ok()) return std::move(found.error());
        return Error{"no uprobe event is named '" + choice.text + "'",
                     {},
                     "uproar events lists what there is; a definition names a place: PATH:SYMBOL",
                     0};
      }
    }
    TRY_ASSIGN(chosen.resolved, resolve_definition(choice.text, default_path_environment(), options));
  }
  return all;
}

std::vector<const ProbePlan*> ChosenEvents::plans() const {
  std::vector<const ProbePlan*> plans;
  for (const Chosen& chosen : chosen_) {
    if (chosen.resolved) plans.push_back(&chosen.resolved->plan);
  }
  return plans;
}

bool ChosenEvents::has_defined_events() const {
  return std::any_of(chosen_.begin(), chosen_.end(), [](const Chosen& chosen) { return !chosen.resolved; });
}

bool ChosenEvents::has_filters() const {
  return std::any_of(chosen_.begin(), chosen_.end(),
                     [](const Chosen& chosen) { return !chosen.choice.filter.empty(); });
}

Result<void> ChosenEvents::fit(Backend backend, RecordRequest& request, Console* console) const {
  SymbolLookup symbols;
  std::map<std::string, std::string> filters;  // of events that exist
  for (const Chosen& chosen : chosen_) {
    for (const ListedEvent& event : chosen.events) {
      const auto [named, is_first] = filters.emplace(event.group + "/" + event.name, chosen.choice.filter);
      if (named->second != chosen.choice.filter) return filters_differ(event.group, event.name);
      if (!is_first) continue;
      if (console) warn_of_replaced_file(event, *console);
      if (backend != Backend::Bpf) {
        request.existing.push_back({describe(event, symbols), chosen.choice.filter});
        continue;
      }
      TRY_ASSIGN(ProbePlan plan, plan_of_event(event, symbols));
      request.probes.push_back({std::move(plan), chosen.choice.filter});
    }
    if (!chosen.resolved) continue;
    Resolved resolved = *chosen.resolved;
    TRY(uproar::fit(resolved, backend));
    TRY(tell(resolved, options_, console));
    TRY(check_name(resolved.plan, chosen.choice.filter, request));
    request.probes.push_back({std::move(resolved.plan), chosen.choice.filter});
  }
  return {};
}

Result<void> choose_events(const Tracefs& tracefs, const std::vector<EventChoice>& choices,
                           const ResolveOptions& options, Backend backend, RecordRequest& request,
                           Console& console) {
  TRY_ASSIGN(const ChosenEvents chosen, ChosenEvents::find(tracefs, choices, options));
  return chosen.fit(backend, request, &console);
}

}  // namespace uproar
