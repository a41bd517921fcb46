#include "binary/symbols/symbol_versions.h"

#include <gelf.h>
#include <libelf.h>

#include <cstring>
#include <utility>

namespace uproar {
namespace {

constexpr int kMostVersions = 4096;  // glibc has 40
constexpr size_t kMaxVersionName = 256;
constexpr uint16_t kHidden = 0x8000;
constexpr uint16_t kFirstVersion = 2;  // 0 is local, 1 global without version

void name_version(Elf* elf, size_t strings, uint16_t index, size_t name, std::vector<std::string>& names) {
  index = static_cast<uint16_t>(index & ~kHidden);
  const char* text = elf_strptr(elf, strings, name);
  if (!text || index < kFirstVersion || index >= kMostVersions) return;
  if (names.size() <= index) names.resize(index + size_t{1});
  names[index].assign(text, ::strnlen(text, kMaxVersionName));
}

void read_definitions(Elf* elf, Elf_Data* data, size_t strings, std::vector<std::string>& names) {
  GElf_Verdef definition;
  int at = 0;
  for (int i = 0; i < kMostVersions && gelf_getverdef(data, at, &definition); ++i) {
    GElf_Verdaux name;
    const bool is_file_name = (definition.vd_flags & VER_FLG_BASE) != 0;
    if (!is_file_name && gelf_getverdaux(data, at + static_cast<int>(definition.vd_aux), &name))
      name_version(elf, strings, definition.vd_ndx, name.vda_name, names);
    if (definition.vd_next == 0 || definition.vd_next > INT32_MAX / 2 || at > INT32_MAX / 2) return;
    at += static_cast<int>(definition.vd_next);
  }
}

}  // namespace

SymbolVersions::SymbolVersions(Elf* elf, size_t dynsym) {
  bool has_names = false;
  bool has_indices = false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) continue;
    if (header.sh_type != SHT_GNU_versym && header.sh_type != SHT_GNU_verdef) continue;
    if (header.sh_type == SHT_GNU_versym && header.sh_link != dynsym) continue;
    // The first of each: sound files have one, and libelf keeps what it has read.
    bool& seen = header.sh_type == SHT_GNU_verdef ? has_names : has_indices;
    if (std::exchange(seen, true)) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data || !data->d_buf) continue;
    if (header.sh_type == SHT_GNU_verdef) {
      read_definitions(elf, data, header.sh_link, names_);
      continue;
    }
    const size_t count = data->d_size / sizeof(GElf_Versym);
    indices_.resize(count);
    for (size_t i = 0; i < count; ++i) {
      GElf_Versym version = 0;
      if (gelf_getversym(data, static_cast<int>(i), &version)) indices_[i] = version;
    }
  }
}

SymbolVersions::Version SymbolVersions::of(size_t symbol) const {
  if (symbol >= indices_.size()) return {};
  const size_t index = indices_[symbol] & ~kHidden;
  if (index >= names_.size() || names_[index].empty()) return {};
  return {names_[index], (indices_[symbol] & kHidden) == 0};
}

}  // namespace uproar
