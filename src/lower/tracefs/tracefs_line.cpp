#include "lower/tracefs/tracefs_line.h"

#include <fmt/format.h>

#include "base/result.h"
#include "event/helper_fields.h"
#include "lower/tracefs/argument_text.h"

namespace uproar {

std::string tracefs_line(const ProbePlan& plan, const KernelArguments& arguments, size_t site,
                         std::string_view group, std::string_view event) {
  CHECK(site < plan.sites.size());
  const ProbeSite& place = plan.sites[site];
  // kernel: kernel/trace/trace_uprobe.c trace_uprobe_show
  std::string line = fmt::format("{}:{}/{} {}:0x{:016x}", plan.is_return ? 'r' : 'p', group, event,
                                 place.path, place.file_offset);
  if (place.ref_counter != 0) line += fmt::format("(0x{:x})", place.ref_counter);
  for (const FetchArgument& argument : arguments.sets[place.argument_set])
    line += ' ' + tracefs_argument(argument);
  if (arguments.numbers_places) line += ' ' + tracefs_argument(place_argument(site));
  return line;
}

LineSource line_source(const ProbePlan& plan, const KernelArguments& arguments) {
  const DefinitionSource& source = plan.source;
  LineSource made{plan.definition, source.head, source.event, source.place, {}};
  if (!source.group.empty()) made.name.begin = source.group.begin;
  for (const FetchArgument& argument : arguments.sets.front()) {
    Span span = argument.source.argument;
    const auto helper = span.empty() ? parse_helper_name(argument.name) : std::nullopt;
    const bool serves_one =
        helper && !helper->serves.empty() && helper->serves.front() < plan.arguments().size();
    if (serves_one) span = plan.arguments()[helper->serves.front()].source.argument;
    made.arguments.push_back(span);
  }
  return made;
}

}  // namespace uproar
