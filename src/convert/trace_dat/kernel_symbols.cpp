#include "convert/trace_dat/kernel_symbols.h"

#include <algorithm>
#include <string>

#include "base/lines.h"
#include "base/number.h"

namespace uproar::trace_dat {

namespace {

constexpr const char* kKernelName = "[kernel.kallsyms]";  // as perf calls it
constexpr size_t kNamesAtOnce = 4096;

}  // namespace

KernelSymbols::KernelSymbols(std::string_view text) {
  constexpr std::string_view kCode = "tTwWiI";
  for (std::string_view line : Lines(text)) {
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos || line.size() < blank + 4 || line[blank + 2] != ' ') continue;
    if (kCode.find(line[blank + 1]) == std::string_view::npos) continue;
    const auto address = parse_hex_digits(line.substr(0, blank));
    if (!address || *address == 0) continue;
    const std::string_view name = line.substr(blank + 3);
    symbols_.push_back({*address, name.substr(0, name.find_first_of("\t \r"))});
  }
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [](const Symbol& a, const Symbol& b) { return a.address < b.address; });
}

KernelSymbols::Name KernelSymbols::at(uint64_t address) const {
  const auto above =
      std::upper_bound(symbols_.begin(), symbols_.end(), address,
                       [](uint64_t one, const Symbol& symbol) { return one < symbol.address; });
  if (above == symbols_.begin()) return {};
  const uint64_t start = std::prev(above)->address;
  // Of several symbols at one address the first, as the kernel's own list has it.
  const auto first = std::lower_bound(symbols_.begin(), above, start, [](const Symbol& symbol, uint64_t one) {
    return symbol.address < one;
  });
  return {first->name, address - start};
}

MapInfo kernel_map() {
  MapInfo map;
  map.pid = map.tid = -1;
  map.start = 1;
  map.length = ~uint64_t{0} - 1;
  map.page_offset = 1;
  map.path = kKernelName;
  map.protection = 5;  // PROT_READ | PROT_EXEC
  return map;
}

std::vector<AddressNames> names_of(const KernelSymbols& symbols,
                                   const std::unordered_set<uint64_t>& addresses) {
  std::vector<uint64_t> sorted(addresses.begin(), addresses.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<AddressNames> pieces;
  for (const uint64_t address : sorted) {
    const KernelSymbols::Name name = symbols.at(address);
    if (name.symbol.empty()) continue;
    if (pieces.empty() || pieces.back().names.size() >= kNamesAtOnce) {
      pieces.emplace_back();
      pieces.back().path = kKernelName;
    }
    pieces.back().names.push_back({address, std::string(name.symbol), name.offset, {}});
  }
  return pieces;
}

}  // namespace uproar::trace_dat
