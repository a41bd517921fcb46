#include "binary/symbols/symbol_tables.h"

#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "binary/elf/elf_errors.h"
#include "binary/symbols/symbol_versions.h"

namespace uproar {
namespace {

// More than any real file has; what a sparse file of zeros could claim without these limits would take hours.
constexpr uint64_t kMaxSymbols = uint64_t{1} << 25;
constexpr uint64_t kMaxSymbolBytes = uint64_t{1} << 31;
constexpr uint64_t kMaxNameBytes = uint64_t{1} << 30;
constexpr int kMaxTables = 16;  // sound files have two; many could claim the same bytes

struct CodeSection {
  uint64_t start = 0;
  uint64_t size = 0;  // 0: not code
};

std::vector<CodeSection> code_sections(Elf* elf) {
  std::vector<CodeSection> found;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    found.resize(elf_ndxscn(section) + 1);
    if (gelf_getshdr(section, &header) && (header.sh_flags & SHF_EXECINSTR))
      found.back() = {header.sh_addr, header.sh_size};
  }
  return found;
}

// The end of a section has labels too (etext), and $x and $d of AArch64 only tell code from data.
bool is_code_label(const GElf_Sym& raw, std::string_view name, const std::vector<CodeSection>& sections) {
  if (GELF_ST_TYPE(raw.st_info) != STT_NOTYPE || raw.st_shndx >= sections.size()) return false;
  const CodeSection& section = sections[raw.st_shndx];
  return raw.st_value >= section.start && raw.st_value - section.start < section.size && name[0] != '$';
}

class TableReader {
 public:
  TableReader(Elf* elf, const std::string& path, SymbolTables& tables)
      : elf_(elf), path_(path), tables_(tables), sections_(code_sections(elf)) {}

  Result<void> read(Elf_Scn* section, const GElf_Shdr& header) {
    if (header.sh_size > kMaxSymbolBytes || header.sh_entsize == 0 || ++tables_read_ > kMaxTables)
      return damaged_elf(path_, "its symbol table makes no sense");
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data) return damaged_by_libelf(path_);
    const uint64_t count = header.sh_size / header.sh_entsize;
    symbols_read_ += count;
    if (symbols_read_ > kMaxSymbols) return damaged_elf(path_, "its symbol table makes no sense");
    const bool is_dynamic = header.sh_type == SHT_DYNSYM;
    std::optional<SymbolVersions> versions;
    if (is_dynamic) versions.emplace(elf_, elf_ndxscn(section));
    for (uint64_t i = 1; i < count; ++i) {  // entry 0 is the null symbol
      GElf_Sym raw;
      if (!gelf_getsym(data, static_cast<int>(i), &raw)) return damaged_by_libelf(path_);
      if (!is_place(raw)) continue;
      const char* text = elf_strptr(elf_, header.sh_link, raw.st_name);
      if (!text)
        return damaged_elf(path_, fmt::format("the name of symbol {} lies outside its string table", i));
      std::string_view name = text;
      if (name.empty()) continue;
      name_bytes_ += name.size();
      if (name_bytes_ > kMaxNameBytes) return damaged_elf(path_, "its symbol names make no sense");
      add(raw, name, is_dynamic, versions ? versions->of(i) : SymbolVersions::Version{});
    }
    return {};
  }

 private:
  // Absolute symbols are numbers, not places; common ones have none yet.
  static bool is_place(const GElf_Sym& raw) {
    const unsigned type = GELF_ST_TYPE(raw.st_info);
    return (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_OBJECT || type == STT_NOTYPE) &&
           raw.st_shndx != SHN_ABS && raw.st_shndx != SHN_COMMON;
  }

  // .symtab has versions in its text; a name that begins with '@' is left alone.
  void add(const GElf_Sym& raw, std::string_view name, bool is_dynamic, SymbolVersions::Version version) {
    if (size_t at = name.find('@', 1); at != std::string_view::npos) {
      std::string_view rest = name.substr(at + 1);
      version.is_default = rest.starts_with('@');
      version.name = std::string(rest.substr(version.is_default ? 1 : 0));
      name = name.substr(0, at);
    }
    if (raw.st_shndx == SHN_UNDEF) {
      if (is_dynamic) tables_.imported.emplace_back(name);
      return;
    }
    const unsigned type = GELF_ST_TYPE(raw.st_info);
    ElfSymbol& symbol = tables_.defined.emplace_back();
    symbol.name = std::string(name);
    symbol.version = std::move(version.name);
    symbol.is_default_version = version.is_default;
    symbol.vaddr = raw.st_value;
    symbol.size = raw.st_size;
    symbol.is_ifunc = type == STT_GNU_IFUNC;
    symbol.is_function = type == STT_FUNC || symbol.is_ifunc;
    symbol.is_label = is_code_label(raw, name, sections_);
    symbol.is_object = type == STT_OBJECT;
    symbol.is_global = GELF_ST_BIND(raw.st_info) != STB_LOCAL;
    symbol.is_dynamic = is_dynamic;
  }

  Elf* elf_;
  const std::string& path_;
  SymbolTables& tables_;
  std::vector<CodeSection> sections_;
  uint64_t name_bytes_ = 0;
  uint64_t symbols_read_ = 0;
  int tables_read_ = 0;
};

Result<void> check_section_table(Elf* elf, const std::string& path, uint64_t file_size) {
  GElf_Ehdr header;
  if (!gelf_getehdr(elf, &header)) return damaged_by_libelf(path);
  if (header.e_shoff == 0) return {};
  uint64_t table = uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > file_size || table > file_size - header.e_shoff) {
    return damaged_elf(
        path, fmt::format("its section table at 0x{:x} ends past the end of the file", header.e_shoff));
  }
  return {};
}

// One of .symtab has no version where .dynsym knows it.
bool are_same(const ElfSymbol& a, const ElfSymbol& b) {
  return a.vaddr == b.vaddr && a.name == b.name &&
         (a.version == b.version || a.version.empty() || b.version.empty());
}

void join(ElfSymbol& first, ElfSymbol& other) {
  if (first.version.empty()) {
    first.version = std::move(other.version);
    first.is_default_version = other.is_default_version;
  }
  first.size = std::max(first.size, other.size);
  first.is_function |= other.is_function;
  first.is_ifunc |= other.is_ifunc;
  first.is_label |= other.is_label;
  first.is_object |= other.is_object;
  first.is_global |= other.is_global;
  first.is_dynamic |= other.is_dynamic;
}

}  // namespace

Result<void> read_symbol_tables(Elf* elf, const std::string& path, uint64_t file_size, SymbolTables& tables) {
  TRY(check_section_table(elf, path, file_size));
  TableReader reader(elf, path, tables);
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) return damaged_by_libelf(path);
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) TRY(reader.read(section, header));
  }
  return {};
}

void sort_and_join(std::vector<ElfSymbol>& symbols) {
  // Numbers are moved about instead of symbols, which are ten times as long.
  std::vector<std::pair<uint64_t, uint32_t>> order;
  order.reserve(symbols.size());
  for (const ElfSymbol& symbol : symbols)
    order.emplace_back(symbol.vaddr, static_cast<uint32_t>(order.size()));
  std::sort(order.begin(), order.end(), [&symbols](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const ElfSymbol& x = symbols[a.second];
    const ElfSymbol& y = symbols[b.second];
    return std::tie(x.name, x.version, a.second) < std::tie(y.name, y.version, b.second);
  });
  std::vector<ElfSymbol> sorted;
  sorted.reserve(symbols.size());
  for (const auto& [vaddr, index] : order) {
    if (!sorted.empty() && are_same(sorted.back(), symbols[index])) {
      join(sorted.back(), symbols[index]);
    } else {
      sorted.push_back(std::move(symbols[index]));
    }
  }
  symbols = std::move(sorted);
}

}  // namespace uproar
