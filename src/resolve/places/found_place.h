// One place that a SITE means, before it is decided which instruction takes the probe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace uproar {

struct FoundPlace {
  uint64_t vaddr = 0;  // address in the file's own numbering
  std::string symbol;  // function it belongs to, as replay shows it; empty when unknown
  // In the tables, of the function that was asked for, whose code may be that of others too; as debug information
  // names it where no table does; empty: the code was asked for, or an inlined call.
  std::string linkage_name;
  uint64_t symbol_offset = 0;      // distance from that function's start
  bool offset_given = false;       // the user wrote SYMBOL+0xN
  uint64_t function_vaddr = 0;     // start of the code that holds the place, 0 when unknown
  uint64_t function_size = 0;      // its length, 0 when unknown
  bool is_function_entry = false;  // nothing of the function has run: the ABI says where its arguments are
  bool is_inlined = false;         // the beginning of an inlined call: no return, arguments by DWARF only
  uint64_t ref_counter = 0;        // file offset of the USDT semaphore, 0: none
  std::string usdt_probe;          // USDT: "provider:name"; empty when the place is no USDT probe
  std::string usdt_arguments;      // USDT: the note's argument text for this place ("-4@%edi 8@8(%rsp)")
};

using FoundPlaces = std::vector<FoundPlace>;

}  // namespace uproar
