#include "binary/elf/relocations.h"

#include <gelf.h>
#include <libelf.h>

#include <cstring>
#include <string>
#include <utility>

namespace uproar {
namespace {

constexpr uint64_t kMaxRelocationBytes = uint64_t{1} << 30;
constexpr size_t kMaxName = size_t{32} << 10;
constexpr size_t kMaxPointers = size_t{1} << 20;
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

bool is_word(unsigned machine, uint64_t type) {
  return (machine == EM_X86_64 && type == R_X86_64_64) || (machine == EM_AARCH64 && type == R_AARCH64_ABS64);
}

bool is_table_entry(unsigned machine, uint64_t type) {
  return (machine == EM_X86_64 && type == R_X86_64_GLOB_DAT) ||
         (machine == EM_AARCH64 && type == R_AARCH64_GLOB_DAT);
}

// What the dynamic linker makes unwritable when it has written there (PT_GNU_RELRO): pointers in tables of
// constants stay what they are, as those of the global offset table do.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};
Range unwritable(Elf* elf) {
  size_t count = 0;
  GElf_Phdr header;
  if (elf_getphdrnum(elf, &count) != 0) return {};
  for (size_t i = 0; i < count && i < 1024; ++i) {
    if (gelf_getphdr(elf, static_cast<int>(i), &header) && header.p_type == PT_GNU_RELRO)
      return {header.p_vaddr, header.p_vaddr + header.p_memsz};
  }
  return {};
}

std::optional<GElf_Sym> symbol_of(Elf* elf, size_t table, size_t index) {
  Elf_Scn* section = elf_getscn(elf, table);
  Elf_Data* data = section ? elf_getdata(section, nullptr) : nullptr;
  GElf_Sym symbol;
  if (!data || !gelf_getsym(data, static_cast<int>(index), &symbol)) return std::nullopt;
  return symbol;
}

std::optional<uint64_t> symbol_address(Elf* elf, size_t table, size_t index) {
  auto symbol = symbol_of(elf, table, index);
  if (!symbol || symbol->st_shndx == SHN_UNDEF) return std::nullopt;
  return symbol->st_value;
}

// Calls `each` with the relocations that the dynamic linker applies, and the number of their symbol table,
// until it returns false.
template <typename Each>
void each_relocation(Elf* elf, Each each) {
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
      if (!each(entry, size_t{header.sh_link})) return;
    }
  }
}

}  // namespace

std::optional<uint64_t> relocated_value(Elf* elf, uint64_t vaddr) {
  GElf_Ehdr file;
  if (!gelf_getehdr(elf, &file)) return std::nullopt;
  std::optional<uint64_t> value;
  each_relocation(elf, [&](const GElf_Rela& entry, size_t symbols) {
    if (entry.r_offset != vaddr) return true;
    const uint64_t type = GELF_R_TYPE(entry.r_info);
    const auto addend = static_cast<uint64_t>(entry.r_addend);
    if (is_relative(file.e_machine, type)) value = addend;
    if (!is_symbol_address(file.e_machine, type)) return false;
    if (auto base = symbol_address(elf, symbols, GELF_R_SYM(entry.r_info))) value = *base + addend;
    return false;
  });
  return value;
}

std::vector<DataPointer> data_pointers(Elf* elf) {
  std::vector<DataPointer> found;
  GElf_Ehdr file;
  if (!gelf_getehdr(elf, &file)) return found;
  const Range constant = unwritable(elf);
  each_relocation(elf, [&](const GElf_Rela& entry, size_t symbols) {
    const uint64_t type_of_entry = GELF_R_TYPE(entry.r_info);
    const bool is_constant = is_word(file.e_machine, type_of_entry) && entry.r_offset >= constant.begin &&
                             entry.r_offset < constant.end;
    if ((!is_table_entry(file.e_machine, type_of_entry) && !is_constant) || entry.r_addend != 0) return true;
    auto symbol = symbol_of(elf, symbols, GELF_R_SYM(entry.r_info));
    GElf_Shdr header;
    Elf_Scn* table = elf_getscn(elf, symbols);
    if (!symbol || !table || !gelf_getshdr(table, &header)) return true;
    const int type = GELF_ST_TYPE(symbol->st_info);
    const bool is_data = type == STT_OBJECT || type == STT_NOTYPE || type == STT_COMMON;
    const char* name = elf_strptr(elf, header.sh_link, symbol->st_name);
    if (!is_data || !name || !*name) return true;
    DataPointer pointer;
    pointer.name = std::string(name, ::strnlen(name, kMaxName));
    pointer.slot = entry.r_offset;
    pointer.is_defined = symbol->st_shndx != SHN_UNDEF;
    pointer.vaddr = symbol->st_value;
    pointer.size = symbol->st_size;
    found.push_back(std::move(pointer));
    return found.size() < kMaxPointers;
  });
  return found;
}

}  // namespace uproar
