#include "binary/elf/relocations.h"

#include <gelf.h>
#include <libelf.h>

namespace uproar {
namespace {

constexpr uint64_t kMaxRelocationBytes = uint64_t{1} << 30;
constexpr int kMaxTables = 16;  // sound files have two; libelf keeps what it has read

bool is_relative(unsigned machine, uint64_t type) {
  return (machine == EM_X86_64 && type == R_X86_64_RELATIVE) ||
         (machine == EM_AARCH64 && type == R_AARCH64_RELATIVE);
}

bool is_symbol_address(unsigned machine, uint64_t type) {
  if (machine == EM_X86_64)
    return type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT || type == R_X86_64_64;
  return machine == EM_AARCH64 &&
         (type == R_AARCH64_GLOB_DAT || type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_ABS64);
}

std::optional<uint64_t> symbol_address(Elf* elf, size_t table, size_t index) {
  Elf_Scn* section = elf_getscn(elf, table);
  Elf_Data* data = section ? elf_getdata(section, nullptr) : nullptr;
  GElf_Sym symbol;
  if (!data || !gelf_getsym(data, static_cast<int>(index), &symbol) || symbol.st_shndx == SHN_UNDEF)
    return std::nullopt;
  return symbol.st_value;
}

}  // namespace

std::optional<uint64_t> relocated_value(Elf* elf, uint64_t vaddr) {
  GElf_Ehdr file;
  if (!gelf_getehdr(elf, &file)) return std::nullopt;
  int tables = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA || !(header.sh_flags & SHF_ALLOC))
      continue;
    if (header.sh_size > kMaxRelocationBytes) continue;
    if (++tables > kMaxTables) break;
    Elf_Data* data = elf_getdata(section, nullptr);
    GElf_Rela entry;
    for (int i = 0; data && gelf_getrela(data, i, &entry); ++i) {
      if (entry.r_offset != vaddr) continue;
      const uint64_t type = GELF_R_TYPE(entry.r_info);
      const uint64_t addend = static_cast<uint64_t>(entry.r_addend);
      if (is_relative(file.e_machine, type)) return addend;
      if (!is_symbol_address(file.e_machine, type)) return std::nullopt;
      auto base = symbol_address(elf, header.sh_link, GELF_R_SYM(entry.r_info));
      if (!base) return std::nullopt;
      return *base + addend;
    }
  }
  return std::nullopt;
}

}  // namespace uproar
