// Functions by path and file offset, for tables.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "binary/elf/elf_file.h"

namespace uproar {

// Each file is opened once.
class SymbolLookup {
 public:
  // "readline" or "readline+0x12", empty when unknown.
  std::string at(const std::string& path, uint64_t file_offset);

 private:
  std::map<std::string, std::unique_ptr<ElfFile>> files_;  // nullptr: cannot be opened
};

}  // namespace uproar
