#include "symbolize/frame_symbols.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "base/lines.h"
#include "binary/elf/elf_handle.h"
#include "symbolize/frame_symbol_files.h"
#include "symbolize/frame_symbol_tree.h"
#include "symbolize/load_segments.h"

namespace uproar {

namespace {

// Beyond what real files have; a sparse file could claim any number.
constexpr uint64_t kMostSymbols = uint64_t{1} << 23;
constexpr uint64_t kMostTableBytes = uint64_t{1} << 31;
constexpr size_t kLongestPltName = 1023;  // perf's buffer

struct Table {
  Elf_Scn* section = nullptr;
  GElf_Shdr header = {};
  size_t index = 0;
};

Table section_named(Elf* elf, std::string_view name) {
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return {};
  Table found;
  while ((found.section = elf_nextscn(elf, found.section)) != nullptr) {
    if (!gelf_getshdr(found.section, &found.header)) continue;
    const char* text = elf_strptr(elf, names, found.header.sh_name);
    if (text != nullptr && name == text) {
      found.index = elf_ndxscn(found.section);
      return found;
    }
  }
  return {};
}

Table section_of_type(Elf* elf, std::string_view name, uint32_t type) {
  Table found = section_named(elf, name);
  return found.section != nullptr && found.header.sh_type == type ? found : Table{};
}

// Which sections perf takes labels from: by their names.
bool holds_labels(const char* section) {
  const std::string_view name = section == nullptr ? "" : section;
  return name.find("text") != std::string_view::npos || name.find("data") != std::string_view::npos;
}

// What the file says of its sections, by number.
struct Sections {
  struct Section {
    GElf_Shdr header = {};
    const char* name = nullptr;
  };
  explicit Sections(Elf* elf) {
    size_t names = 0;
    if (elf_getshdrstrndx(elf, &names) != 0) return;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
      all.resize(elf_ndxscn(section) + 1);
      if (gelf_getshdr(section, &all.back().header))
        all.back().name = elf_strptr(elf, names, all.back().header.sh_name);
    }
  }
  const Section* at(size_t index) const { return index < all.size() ? &all[index] : nullptr; }
  std::vector<Section> all;
};

// perf: dso__load_sym_internal.
void read_table(Elf* elf, Elf* runtime, const Table& table, FrameSymbolTree& tree) {
  if (table.header.sh_entsize == 0 || table.header.sh_size > kMostTableBytes) return;
  Elf_Data* data = elf_getdata(table.section, nullptr);
  GElf_Ehdr file;
  if (data == nullptr || !gelf_getehdr(elf, &file)) return;
  const bool arm = file.e_machine == EM_ARM || file.e_machine == EM_AARCH64;
  const Sections sections(elf), runtime_sections(runtime);
  const std::vector<GElf_Phdr> segments = load_segments(runtime);
  const uint64_t count = std::min(table.header.sh_size / table.header.sh_entsize, kMostSymbols);
  for (uint64_t i = 0; i < count; ++i) {
    GElf_Sym raw;
    if (!gelf_getsym(data, static_cast<int>(i), &raw)) break;
    const unsigned type = GELF_ST_TYPE(raw.st_info), visibility = GELF_ST_VISIBILITY(raw.st_other);
    const bool label = type == STT_NOTYPE && visibility != STV_HIDDEN && visibility != STV_INTERNAL;
    const bool typed = type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_OBJECT;
    if (raw.st_name == 0 || raw.st_shndx == SHN_UNDEF || raw.st_shndx == SHN_ABS || (!label && !typed))
      continue;
    const char* name = elf_strptr(elf, table.header.sh_link, raw.st_name);
    if (name == nullptr) continue;
    if (arm && name[0] == '$' && name[1] != '\0' &&
        std::string_view("adtx").find(name[1]) != std::string_view::npos &&
        (name[2] == '\0' || name[2] == '.'))
      continue;
    const Sections::Section* section = sections.at(raw.st_shndx);
    if (section == nullptr || !(section->header.sh_flags & SHF_ALLOC)) continue;
    // A debug file has no code: its sections tell no offsets.
    if (section->header.sh_type == SHT_NOBITS) section = runtime_sections.at(raw.st_shndx);
    if (section == nullptr || (label && !holds_labels(section->name))) continue;
    uint64_t start = raw.st_value;
    const GElf_Phdr* segment = nullptr;
    for (const GElf_Phdr& one : segments)
      if (start >= one.p_vaddr && start - one.p_vaddr < one.p_memsz && segment == nullptr) segment = &one;
    start -= segment != nullptr ? segment->p_vaddr - segment->p_offset
                                : section->header.sh_addr - section->header.sh_offset;
    tree.insert({start, start + raw.st_size, static_cast<unsigned>(GELF_ST_BIND(raw.st_info)), type, name});
  }
}

// perf 6.1: dso__synthesize_plt_symbols. An entry of .plt for each relocation, in their order.
void read_plt(Elf* elf, FrameSymbolTree& tree) {
  const Table names = section_of_type(elf, ".dynsym", SHT_DYNSYM);
  Table relocations = section_named(elf, ".rela.plt");
  if (relocations.section == nullptr) relocations = section_named(elf, ".rel.plt");
  const Table plt = section_named(elf, ".plt");
  GElf_Ehdr file;
  if (names.section == nullptr || relocations.section == nullptr || plt.section == nullptr) return;
  if (relocations.header.sh_link != names.index || relocations.header.sh_entsize == 0) return;
  Elf_Data* data = elf_getdata(relocations.section, nullptr);
  Elf_Data* symbols = elf_getdata(names.section, nullptr);
  if (data == nullptr || symbols == nullptr || !gelf_getehdr(elf, &file)) return;
  uint64_t head = plt.header.sh_entsize, entry = plt.header.sh_entsize;
  if (file.e_machine == EM_ARM) head = 20, entry = 12;
  if (file.e_machine == EM_AARCH64) head = 32, entry = 16;
  const bool with_addend = relocations.header.sh_type == SHT_RELA;
  const uint64_t count = std::min(relocations.header.sh_size / relocations.header.sh_entsize, kMostSymbols);
  uint64_t at = plt.header.sh_offset + head;
  for (uint64_t i = 0; i < count; ++i, at += entry) {
    GElf_Rela rela;
    GElf_Rel rel;
    uint64_t info = 0;
    if (with_addend) {
      if (!gelf_getrela(data, static_cast<int>(i), &rela)) return;
      info = rela.r_info;
    } else {
      if (!gelf_getrel(data, static_cast<int>(i), &rel)) return;
      info = rel.r_info;
    }
    GElf_Sym symbol;
    if (!gelf_getsym(symbols, static_cast<int>(GELF_R_SYM(info)), &symbol)) continue;
    const char* name = elf_strptr(elf, names.header.sh_link, symbol.st_name);
    std::string shown = frame_symbol_name(name == nullptr ? "" : name) + "@plt";
    if (shown.size() > kLongestPltName) shown.resize(kLongestPltName);
    tree.insert({at, at + entry, STB_GLOBAL, STT_FUNC, std::move(shown)});
  }
}

class Found final : public FrameSymbols {
 public:
  FrameSymbolTree tree;
  std::optional<FrameName> at(uint64_t address) const override {
    const FrameSymbol* symbol = tree.find(address);
    if (symbol == nullptr) return std::nullopt;
    return FrameName{frame_symbol_name(symbol->name), address - symbol->start};
  }
};

// Lines "START SIZE NAME", numbers in hexadecimal.
std::unique_ptr<FrameSymbols> read_perf_map(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  // Anybody may write to /tmp: perf takes what root or the user wrote.
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) return nullptr;
  const auto text = read_file(path);
  if (!text.ok()) return nullptr;
  auto found = std::make_unique<Found>();
  std::string_view rest = *text;
  while (!rest.empty() && found->tree.size() < kMostSymbols) {
    const std::string_view line = take_line(rest);
    uint64_t start = 0, size = 0;
    const char* end = line.data() + line.size();
    const auto first = std::from_chars(line.data(), end, start, 16);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') continue;
    const auto second = std::from_chars(first.ptr + 1, end, size, 16);
    if (second.ec != std::errc() || end - second.ptr < 2 || *second.ptr != ' ') continue;
    found->tree.insert({start, start + size, STB_GLOBAL, STT_FUNC, std::string(second.ptr + 1, end)});
  }
  return found;
}

std::string build_id_of_file(const std::string& path) {
  const auto opened = open_elf(path);
  return opened ? build_id_of(opened->elf.get(), opened->size) : std::string();
}

}  // namespace

std::unique_ptr<FrameSymbols> FrameSymbols::open(const std::string& path, const std::string& build_id) {
  if (path.starts_with("/tmp/perf-") && path.ends_with(".map")) return read_perf_map(path);
  Fd vdso;
  std::string id = build_id;
  if (id.empty() && path.starts_with('/')) id = build_id_of_file(path);
  std::vector<std::string> files = frame_symbol_files(path, id);
  if (path == "[vdso]") {
    vdso = vdso_file();
    if (vdso.valid()) files.push_back(fmt::format("/proc/self/fd/{}", vdso.get()));
  }

  std::unique_ptr<OpenedElf> symbols, runtime;  // with the symbols, with what is needed at run time
  Table table;
  Elf* runtime_elf = nullptr;
  for (const std::string& candidate : files) {
    auto opened = open_elf(candidate);
    if (!opened || (!id.empty() && build_id_of(opened->elf.get(), opened->size) != id)) continue;
    const Table symtab = section_of_type(opened->elf.get(), ".symtab", SHT_SYMTAB);
    const bool running = section_of_type(opened->elf.get(), ".dynsym", SHT_DYNSYM).section != nullptr;
    const bool takes_symbols = symtab.section != nullptr && !symbols;
    if (running && runtime_elf == nullptr) {
      runtime_elf = opened->elf.get();
      if (!takes_symbols) runtime = std::move(opened);
    }
    if (takes_symbols) {
      table = symtab;
      symbols = std::move(opened);
    }
    if (symbols && runtime_elf != nullptr) break;
  }
  if (!symbols && runtime_elf == nullptr) return nullptr;
  Elf* elf = symbols ? symbols->elf.get() : runtime_elf;
  if (runtime_elf == nullptr) runtime_elf = elf;
  if (table.section == nullptr) table = section_of_type(elf, ".dynsym", SHT_DYNSYM);
  auto found = std::make_unique<Found>();
  read_table(elf, runtime_elf, table, found->tree);
  found->tree.fix_ends();
  found->tree.drop_duplicates();
  if (!found->tree.empty()) read_plt(runtime_elf, found->tree);
  if (found->tree.empty()) return nullptr;
  return found;
}

}  // namespace uproar
