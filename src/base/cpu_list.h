// Lists of CPUs as people and the kernel write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace uproar {

// No machine has more (kernel: NR_CPUS is at most 8192).
inline constexpr uint32_t kMostListedCpus = 65536;

// "0-1,3": numbers and ranges in any order, without blanks; ascending and each once in the result, which is
// never empty. nullopt: no such list, a range that falls, or a CPU beyond kMostListedCpus.
std::optional<std::vector<uint32_t>> parse_cpu_list(std::string_view text);

}  // namespace uproar
