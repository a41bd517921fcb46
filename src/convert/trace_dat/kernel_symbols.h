// Names of the kernel's addresses by the list of its symbols that a trace.dat carries. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "recording/metadata/session_info.h"

namespace uproar::trace_dat {

// The text of /proc/kallsyms: "ffffffff81000000 T startup_64" and behind symbols of a module "\t[module]".
class KernelSymbols {
 public:
  // `text` must outlive it. Lines that are none are passed over; so are data, which no call chain leads
  // through, and symbols at 0, which is what the kernel shows to who may not see addresses.
  explicit KernelSymbols(std::string_view text);

  struct Name {
    std::string_view symbol;  // empty: none is below the address
    uint64_t offset = 0;
  };
  Name at(uint64_t address) const;
  bool empty() const { return symbols_.empty(); }

 private:
  struct Symbol {
    uint64_t address;
    std::string_view name;
  };
  std::vector<Symbol> symbols_;  // ascending
};

// A map of the whole kernel, under which replay looks for AddressNames of the kernel.
MapInfo kernel_map();
// Names of `addresses`, in pieces for the recording.
std::vector<AddressNames> names_of(const KernelSymbols& symbols,
                                   const std::unordered_set<uint64_t>& addresses);

}  // namespace uproar::trace_dat
