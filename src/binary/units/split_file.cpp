#include "binary/units/split_file.h"

#include <gelf.h>

#include <cstring>
#include <utility>

#include "binary/split/split_unit.h"

namespace uproar {
namespace {

constexpr uint64_t kMaxUnpacked = uint64_t{1} << 30;
constexpr size_t kMaxTypes = size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<SplitFile>> SplitFile::open(const std::string& path) {
  auto file = std::unique_ptr<SplitFile>(new SplitFile());
  TRY_ASSIGN(file->handle_, DwarfHandle::open(path));
  TRY(file->read_sections());
  const std::string_view units = file->section(".debug_cu_index");
  if (!units.empty()) {
    file->is_package_ = true;
    auto index = read_split_index(units, file->is_big_endian_);
    auto types = read_split_index(file->section(".debug_tu_index"), file->is_big_endian_);
    if (!index) return Error{"its index makes no sense", {}, {}, 0};
    file->units_ = std::move(*index);
    if (types) file->types_ = std::move(*types);
  } else {
    file->list_units();
  }
  return file;
}

bool SplitFile::parts(uint64_t id, SplitParts& parts) const {
  parts.is_big_endian = is_big_endian_;
  parts.machine = machine_;
  return is_package_ ? packaged(id, parts) : plain(id, parts);
}

std::vector<uint64_t> SplitFile::ids() const {
  std::vector<uint64_t> found;
  for (const auto& [id, unit] : objects_) found.push_back(id);
  return found;
}

std::string_view SplitFile::section(const char* name) const {
  auto found = sections_.find(name);
  return found == sections_.end() || found->second.empty() ? std::string_view() : found->second.front();
}

Result<void> SplitFile::read_sections() {
  Elf* elf = handle_->elf();
  GElf_Ehdr header;
  size_t names = 0;
  if (!gelf_getehdr(elf, &header) || elf_getshdrstrndx(elf, &names) != 0)
    return Error{"it is damaged", {}, {}, 0};
  is_big_endian_ = header.e_ident[EI_DATA] == ELFDATA2MSB;
  machine_ = header.e_machine;
  uint64_t unpacked = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr each;
    if (!gelf_getshdr(section, &each) || each.sh_type == SHT_NOBITS) continue;
    const char* name = elf_strptr(elf, names, each.sh_name);
    if (!name || std::strncmp(name, ".debug_", 7) != 0) continue;
    // libdw has unpacked those that it took.
    GElf_Chdr packed;
    if ((each.sh_flags & SHF_COMPRESSED) && gelf_getchdr(section, &packed)) {
      unpacked += packed.ch_size;
      if (packed.ch_size > kMaxUnpacked || unpacked > kMaxUnpacked || elf_compress(section, 0, 0) < 0)
        return Error{"it could not be unpacked", {}, {}, 0};
    }
    Elf_Data* data = elf_rawdata(section, nullptr);
    if (data && data->d_buf && data->d_size > 0)
      sections_[name].emplace_back(static_cast<const char*>(data->d_buf), data->d_size);
  }
  return {};
}

void SplitFile::list_units() {
  const std::string_view abbreviations = section(".debug_abbrev.dwo");
  for (const char* name : {".debug_info.dwo", ".debug_types.dwo"}) {
    const bool in_types = name == std::string_view(".debug_types.dwo");
    auto found = sections_.find(name);
    if (found == sections_.end()) continue;
    for (std::string_view rest : found->second) {
      while (auto head = read_split_head(rest, abbreviations, in_types, is_big_endian_)) {
        if (head->is_type && object_types_.size() < kMaxTypes) {
          object_types_.push_back(rest.substr(0, head->size));
        } else if (head->id) {
          objects_.try_emplace(*head->id, rest.substr(0, head->size));
        }
        rest.remove_prefix(head->size);
      }
    }
  }
}

bool SplitFile::plain(uint64_t id, SplitParts& parts) const {
  auto unit = objects_.find(id);
  if (unit == objects_.end()) return false;
  parts.unit = unit->second;
  parts.tables = {section(".debug_abbrev.dwo"), section(".debug_str_offsets.dwo"), section(".debug_str.dwo")};
  parts.locations = section(".debug_loc.dwo");
  parts.location_lists = section(".debug_loclists.dwo");
  parts.range_lists = section(".debug_rnglists.dwo");
  for (std::string_view type : object_types_) parts.types.push_back({type, parts.tables});
  return true;
}

std::string_view SplitFile::part(const SplitIndex& index, size_t row, SplitIndex::Table table) const {
  const char* name = nullptr;
  switch (table) {
    case SplitIndex::Table::Info:
      name = ".debug_info.dwo";
      break;
    case SplitIndex::Table::Types:
      name = ".debug_types.dwo";
      break;
    case SplitIndex::Table::Abbreviations:
      name = ".debug_abbrev.dwo";
      break;
    case SplitIndex::Table::Locations:
      name = ".debug_loc.dwo";
      break;
    case SplitIndex::Table::LocationLists:
      name = ".debug_loclists.dwo";
      break;
    case SplitIndex::Table::RangeLists:
      name = ".debug_rnglists.dwo";
      break;
    case SplitIndex::Table::StringOffsets:
      name = ".debug_str_offsets.dwo";
      break;
  }
  const std::string_view whole = section(name);
  const SplitIndex::Part found = index.part(row, table);
  if (found.offset > whole.size() || found.size > whole.size() - found.offset) return {};
  return whole.substr(found.offset, found.size);
}

SplitTables SplitFile::tables(const SplitIndex& index, size_t row) const {
  return {part(index, row, SplitIndex::Table::Abbreviations),
          part(index, row, SplitIndex::Table::StringOffsets), section(".debug_str.dwo")};
}

bool SplitFile::packaged(uint64_t id, SplitParts& parts) const {
  auto row = units_.row(id);
  if (!row) return false;
  const std::string_view own = part(units_, *row, SplitIndex::Table::Info);
  parts.tables = tables(units_, *row);
  parts.locations = part(units_, *row, SplitIndex::Table::Locations);
  parts.location_lists = part(units_, *row, SplitIndex::Table::LocationLists);
  parts.range_lists = part(units_, *row, SplitIndex::Table::RangeLists);
  // A part may begin with type units that came from the same object.
  std::string_view rest = own;
  while (auto head = read_split_head(rest, parts.tables.abbreviations, false, is_big_endian_)) {
    if (head->id == id && !head->is_type) parts.unit = rest.substr(0, head->size);
    rest.remove_prefix(head->size);
  }
  if (parts.unit.empty()) return false;
  std::unordered_map<uint64_t, bool> taken;
  add_types(parts.unit, taken, parts);
  for (size_t i = 0; i < parts.types.size() && i < kMaxTypes; ++i)
    add_types(std::string_view(parts.types[i].bytes), taken, parts);
  return true;
}

// Types are referred to by 8 bytes that are met by chance hardly ever, and then add a type in vain.
void SplitFile::add_types(std::string_view bytes, std::unordered_map<uint64_t, bool>& taken,
                          SplitParts& parts) const {
  for (size_t at = 0; !types_.empty() && at + 8 <= bytes.size(); ++at) {
    uint64_t id = 0;
    std::memcpy(&id, bytes.data() + at, 8);
    auto row =
        types_.row(is_big_endian_ == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? id : __builtin_bswap64(id));
    if (!row || !taken.emplace(id, true).second) continue;
    std::string_view type = part(types_, *row, SplitIndex::Table::Types);
    if (type.empty()) type = part(types_, *row, SplitIndex::Table::Info);
    if (!type.empty()) parts.types.push_back({type, tables(types_, *row)});
  }
}

}  // namespace uproar
