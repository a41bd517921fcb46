#include "commands/options/event_choice.h"

#include <sys/utsname.h>

#include <algorithm>
#include <iterator>

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

// Definitions of one name are one event, if they can be.
Result<void> check_name(const ProbePlan& plan, const std::string& filter, const RecordRequest& request) {
  for (const auto& earlier : request.probes) {
    const bool same = earlier.plan.group == plan.group && earlier.plan.event == plan.event;
    if (!same || earlier.filter != filter) continue;
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

}  // namespace

Result<Tracefs> tracefs_for_new_events(Console& console) {
  TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
  TRY_ASSIGN(const std::vector<std::string> leftovers, remove_leftovers(tracefs));
  for (const std::string& leftover : leftovers)
    console.note("uproar: removed " + leftover + ", left by a recorder that was killed\n");
  return tracefs;
}

Result<Resolved> resolve_and_fit(const std::string& text, const ResolveOptions& options, Backend backend) {
  TRY_ASSIGN(Resolved resolved, resolve_definition(text, default_path_environment(), options));
  TRY_ASSIGN(Hazards more, backend == Backend::Bpf ? fit_to_bpf(resolved.plan, this_machine())
                                                   : fit_to_tracefs(resolved.plan));
  std::move(more.begin(), more.end(), std::back_inserter(resolved.hazards));
  return resolved;
}

Result<ProbePlan> resolve_with_warnings(const std::string& text, const ResolveOptions& options,
                                        Console& console, Backend backend) {
  TRY_ASSIGN(Resolved resolved, resolve_and_fit(text, options, backend));
  for (const Diagnostic& warning : resolved.warnings)
    console.note("uproar: " + render_warning(warning, text));
  for (const Hazard& hazard : resolved.hazards) {
    if (hazard.level == Hazard::Level::Detail) continue;
    if (hazard.level == Hazard::Level::Refused && !(hazard.overridable && options.force))
      return refusal(hazard, text);
    console.warn(hazard.message + (hazard.remedy.empty() ? "" : " (" + hazard.remedy + ")"));
  }
  warn_of_helper_names(resolved.plan, console);
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

Result<void> choose_events(const Tracefs& tracefs, const std::vector<EventChoice>& choices,
                           const ResolveOptions& options, Backend backend, RecordRequest& request,
                           Console& console) {
  Result<std::vector<ListedEvent>> found = list_uprobe_events(tracefs);
  if (!found.ok() && backend != Backend::Bpf) return std::move(found.error());
  const std::vector<ListedEvent> listed = found.ok() ? std::move(*found) : std::vector<ListedEvent>();
  SymbolLookup symbols;
  for (const EventChoice& choice : choices) {
    if (is_one_word(choice.text)) {
      auto matches = match_events(listed, choice.text);
      for (const ListedEvent* event : matches) {
        warn_of_replaced_file(*event, console);
        if (backend != Backend::Bpf) {
          request.existing.push_back({describe(*event, symbols), choice.filter});
          continue;
        }
        TRY_ASSIGN(ProbePlan plan, plan_of_event(*event, symbols));
        request.probes.push_back({std::move(plan), choice.filter});
      }
      if (!matches.empty()) continue;
      if (choice.text.find(':') == std::string::npos) {
        if (!found.ok()) return std::move(found.error());
        return Error{"no uprobe event is named '" + choice.text + "'",
                     {},
                     "uproar events lists what there is; a definition names a place: PATH:SYMBOL",
                     0};
      }
    }
    TRY_ASSIGN(ProbePlan plan, resolve_with_warnings(choice.text, options, console, backend));
    TRY(check_name(plan, choice.filter, request));
    request.probes.push_back({std::move(plan), choice.filter});
  }
  return {};
}

}  // namespace uproar
