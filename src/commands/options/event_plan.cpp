#include "commands/options/event_plan.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "event/helper_fields.h"
#include "resolve/resolver.h"

namespace uproar {
namespace {

// "p:GROUP/EVENT PATH:OFFSET" and the arguments behind it; the kernel lists no path with a blank.
std::pair<std::string, std::string> split_line(const std::string& line) {
  size_t end = line.find(' ');
  if (end != std::string::npos) end = line.find(' ', end + 1);
  if (end == std::string::npos) return {line, {}};
  return {line.substr(0, end), line.substr(end)};
}

// The number of the place is the last argument of an event of many functions, and another one at each: programs
// are told it otherwise.
std::string without_place_number(std::string arguments) {
  const std::string start = " " + helper_name(HelperField::Role::Place, {}) + "=";
  const size_t at = arguments.rfind(' ');
  if (at != std::string::npos && std::string_view(arguments).substr(at).starts_with(start))
    arguments.resize(at);
  return arguments;
}

}  // namespace

std::string shown_symbol(const ListedEvent::Place& place, SymbolLookup& symbols) {
  const std::string symbol = symbols.at(place.path, place.file_offset);
  return symbol.substr(0, symbol.rfind("+0x"));
}

Result<ProbePlan> plan_of_event(const ListedEvent& event, SymbolLookup& symbols) {
  ResolveOptions as_it_is;
  as_it_is.exact_site = true;
  as_it_is.force = true;
  ProbePlan plan;
  std::vector<std::string> known;  // the arguments of each set
  for (size_t i = 0; i < event.lines.size() && i < event.places.size(); ++i) {
    const auto [head, listed] = split_line(event.lines[i]);
    const std::string arguments = without_place_number(listed);
    const auto set = std::find(known.begin(), known.end(), arguments) - known.begin();
    if (set == std::ssize(known)) {
      TRY_ASSIGN(Resolved resolved,
                 resolve_definition(head + arguments, default_path_environment(), as_it_is));
      std::vector<FetchArgument> fetched = std::move(resolved.plan.argument_sets.front());
      if (known.empty()) {
        plan = std::move(resolved.plan);
        plan.sites.clear();
        plan.argument_sets.clear();
      }
      plan.argument_sets.push_back(std::move(fetched));
      known.push_back(arguments);
    }
    ProbeSite site;
    site.path = event.places[i].path;
    site.file_offset = event.places[i].file_offset;
    site.ref_counter = event.places[i].ref_counter;
    site.symbol = shown_symbol(event.places[i], symbols);
    site.argument_set = static_cast<uint32_t>(set);
    plan.sites.push_back(std::move(site));
  }
  if (plan.sites.empty())
    return Error{"event " + event.group + "/" + event.name + " has no place",
                 {},
                 "uproar events lists what there is",
                 0};
  return plan;
}

}  // namespace uproar
