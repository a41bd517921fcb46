#include "base/cpu_list.h"

#include <algorithm>

#include "base/number.h"

namespace uproar {

std::optional<std::vector<uint32_t>> parse_cpu_list(std::string_view text) {
  // Marks first: ranges that overlap a thousand times take no more memory than one.
  std::vector<bool> listed;
  while (true) {
    const size_t comma = text.find(',');
    const std::string_view range = text.substr(0, comma);
    const size_t dash = range.find('-');
    const auto first = parse_decimal(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_decimal(range.substr(dash + 1));
    if (!first || !last || *first > *last || *last >= kMostListedCpus) return std::nullopt;
    if (listed.size() <= *last) listed.resize(*last + 1);
    std::fill(listed.begin() + static_cast<ptrdiff_t>(*first),
              listed.begin() + static_cast<ptrdiff_t>(*last) + 1, true);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  std::vector<uint32_t> cpus;
  for (uint32_t cpu = 0; cpu < listed.size(); ++cpu) {
    if (listed[cpu]) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace uproar
