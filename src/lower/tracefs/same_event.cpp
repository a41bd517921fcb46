#include "lower/tracefs/same_event.h"

#include <fmt/format.h>

#include <algorithm>

#include "lower/tracefs/argument_text.h"
#include "lower/tracefs/tracefs_arguments.h"
#include "lower/type_names.h"

namespace uproar {
namespace {

std::string declared(const FetchArgument& argument) {
  return argument.name + ":" + kernel_type_name(argument.type);
}

// The kernel tells arguments at one place apart by their texts.
bool same_fetches(const std::vector<FetchArgument>& a, const std::vector<FetchArgument>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return tracefs_argument(x) == tracefs_argument(y); });
}

}  // namespace

std::string why_not_one_event(const ProbePlan& first, const ProbePlan& more) {
  if (first.is_return != more.is_return) return "is p in one of them and r in the other";
  auto one = kernel_arguments(first, Helpers::All);
  auto other = kernel_arguments(more, Helpers::All);
  if (!one.ok() || !other.ok()) return {};  // has an error of its own
  const auto& declares = one->sets.front();
  const auto& wants = other->sets.front();
  const auto differs = std::mismatch(declares.begin(), declares.end(), wants.begin(), wants.end(),
                                     [](const auto& x, const auto& y) { return declared(x) == declared(y); });
  if (differs.first != declares.end() && differs.second != wants.end())
    return fmt::format("has {} in one of them and {} in the other", declared(*differs.first),
                       declared(*differs.second));
  if (declares.size() != wants.size()) return "has not the same number of arguments in both";
  for (const ProbeSite& site : more.sites) {
    for (const ProbeSite& known : first.sites) {
      const bool same = known.path == site.path && known.file_offset == site.file_offset;
      if (same && same_fetches(one->sets[known.argument_set], other->sets[site.argument_set]))
        return "has the same place in both";
    }
  }
  return {};
}

}  // namespace uproar
