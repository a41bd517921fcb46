#include "binary/symbols/imported_calls.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace uproar {
namespace {

constexpr size_t kMaxTable = size_t{64} << 20;  // bytes
constexpr size_t kMaxName = 4096;

std::string name_at(const std::vector<uint8_t>& names, uint64_t offset) {
  if (offset >= names.size()) return {};
  const char* name = reinterpret_cast<const char*>(names.data()) + offset;
  return {name, ::strnlen(name, std::min<size_t>(names.size() - offset, kMaxName))};
}

}  // namespace

ImportedCalls::ImportedCalls(const ElfFile& file) {
  if (file.machine() != EM_X86_64 || !file.is_64_bit()) return;
  const auto symbols = file.section_bytes(".dynsym", kMaxTable);
  const auto names = file.section_bytes(".dynstr", kMaxTable);
  if (!symbols || !names) return;
  // Where functions are bound at the start, the linker may tell of their slots among those of data.
  for (const char* table : {".rela.plt", ".rela.dyn"}) {
    const auto bytes = file.section_bytes(table, kMaxTable);
    if (!bytes) continue;
    for (size_t at = 0; at + sizeof(Elf64_Rela) <= bytes->size(); at += sizeof(Elf64_Rela)) {
      Elf64_Rela entry;
      std::memcpy(&entry, bytes->data() + at, sizeof entry);
      const uint64_t type = ELF64_R_TYPE(entry.r_info);
      if ((type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) || entry.r_addend != 0) continue;
      const uint64_t symbol_at = ELF64_R_SYM(entry.r_info) * sizeof(Elf64_Sym);
      if (symbol_at + sizeof(Elf64_Sym) > symbols->size()) continue;
      Elf64_Sym symbol;
      std::memcpy(&symbol, symbols->data() + symbol_at, sizeof symbol);
      slots_[entry.r_offset] = name_at(*names, symbol.st_name);
    }
  }
}

std::string ImportedCalls::called_by(std::span<const uint8_t> code, uint64_t vaddr) const {
  size_t at = code.size() >= 4 && code[0] == 0xf3 && code[1] == 0x0f && code[2] == 0x1e ? 4 : 0;  // endbr64
  if (at < code.size() && code[at] == 0xf2) ++at;                                                 // bnd
  constexpr size_t kJump = 6;  // jmp *DISTANCE(%rip)
  if (code.size() < at + kJump || code[at] != 0xff || code[at + 1] != 0x25) return {};
  int32_t distance = 0;
  std::memcpy(&distance, code.data() + at + 2, sizeof distance);
  const auto slot = slots_.find(vaddr + at + kJump + static_cast<uint64_t>(int64_t{distance}));
  return slot == slots_.end() ? std::string() : slot->second;
}

}  // namespace uproar
