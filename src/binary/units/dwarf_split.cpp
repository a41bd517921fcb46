#include "binary/units/dwarf_split.h"

#include <fmt/format.h>
#include <gelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

#include "binary/split/split_image.h"
#include "binary/split/split_index.h"
#include "binary/units/dwarf_die.h"

namespace uproar {
namespace {

constexpr const char* kDebugFolder = "/usr/lib/debug";
constexpr uint64_t kMaxUnpacked = uint64_t{1} << 30;
constexpr size_t kMaxTypes = size_t{1} << 20;

std::string real_path(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  std::string text = real ? real : path;
  ::free(real);
  return text;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

std::optional<uint64_t> id_of(Dwarf_Die skeleton) {
  uint8_t type = 0;
  Dwarf_Half version = 0;
  uint64_t id = 0;
  const bool known =
      dwarf_cu_info(skeleton.cu, &version, &type, nullptr, nullptr, &id, nullptr, nullptr) == 0;
  if (known && version >= 5) return id;
  return unsigned_of(skeleton, DW_AT_GNU_dwo_id);
}

}  // namespace

bool is_skeleton(Dwarf_Die root) {
  uint8_t type = 0;
  if (dwarf_cu_info(root.cu, nullptr, &type, nullptr, nullptr, nullptr, nullptr, nullptr) == 0 &&
      type == DW_UT_skeleton) {
    return true;
  }
  return has_attribute(root, DW_AT_GNU_dwo_id) && has_attribute(root, DW_AT_GNU_dwo_name) &&
         (has_attribute(root, DW_AT_GNU_addr_base) || has_attribute(root, DW_AT_stmt_list));
}

std::string split_name(Dwarf_Die skeleton) {
  const std::string name = string_of(skeleton, DW_AT_dwo_name);
  return name.empty() ? string_of(skeleton, DW_AT_GNU_dwo_name) : name;
}

// A .dwo or .dwp file, with its sections by name.
class SplitUnits::File {
 public:
  static Result<std::unique_ptr<File>> open(const std::string& path) {
    auto file = std::unique_ptr<File>(new File());
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

  // The parts of the unit with that id and of the type units that it may refer to. False: there is none.
  bool parts(uint64_t id, SplitParts& parts) const {
    parts.is_big_endian = is_big_endian_;
    parts.machine = machine_;
    return is_package_ ? packaged(id, parts) : plain(id, parts);
  }

  // Of the units that there are, for a message.
  std::vector<uint64_t> ids() const {
    std::vector<uint64_t> found;
    for (const auto& [id, unit] : objects_) found.push_back(id);
    return found;
  }

 private:
  std::string_view section(const char* name) const {
    auto found = sections_.find(name);
    return found == sections_.end() || found->second.empty() ? std::string_view() : found->second.front();
  }

  Result<void> read_sections() {
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

  void list_units() {
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

  bool plain(uint64_t id, SplitParts& parts) const {
    auto unit = objects_.find(id);
    if (unit == objects_.end()) return false;
    parts.unit = unit->second;
    parts.tables = {section(".debug_abbrev.dwo"), section(".debug_str_offsets.dwo"),
                    section(".debug_str.dwo")};
    parts.locations = section(".debug_loc.dwo");
    parts.location_lists = section(".debug_loclists.dwo");
    parts.range_lists = section(".debug_rnglists.dwo");
    for (std::string_view type : object_types_) parts.types.push_back({type, parts.tables});
    return true;
  }

  std::string_view part(const SplitIndex& index, size_t row, SplitIndex::Table table) const {
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

  SplitTables tables(const SplitIndex& index, size_t row) const {
    return {part(index, row, SplitIndex::Table::Abbreviations),
            part(index, row, SplitIndex::Table::StringOffsets), section(".debug_str.dwo")};
  }

  bool packaged(uint64_t id, SplitParts& parts) const {
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
  void add_types(std::string_view bytes, std::unordered_map<uint64_t, bool>& taken, SplitParts& parts) const {
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

  std::unique_ptr<DwarfHandle> handle_;
  std::map<std::string, std::vector<std::string_view>> sections_;
  bool is_big_endian_ = false;
  uint16_t machine_ = 0;
  bool is_package_ = false;
  SplitIndex units_;
  SplitIndex types_;
  std::map<uint64_t, std::string_view> objects_;
  std::vector<std::string_view> object_types_;
};

struct SplitUnits::Image {
  std::string bytes;
  Elf* elf = nullptr;
  Dwarf* dwarf = nullptr;

  ~Image() {
    if (dwarf) dwarf_end(dwarf);
    if (elf) elf_end(elf);
  }
};

SplitUnits::SplitUnits(DwarfFile& file) : file_(file) {}
SplitUnits::~SplitUnits() = default;

SplitUnits::File* SplitUnits::open(const std::string& path, std::string& why) {
  auto known = files_.find(path);
  if (known != files_.end()) return known->second.get();
  auto bad = unusable_.find(path);
  if (bad == unusable_.end()) {
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) {
      bad =
          unusable_.emplace(path, errno == ENOENT || errno == ENOTDIR ? "is not there" : std::strerror(errno))
              .first;
    } else {
      auto opened = File::open(path);
      if (opened.ok()) return files_.emplace(path, std::move(*opened)).first->second.get();
      bad = unusable_.emplace(path, "cannot be used: " + opened.error().message).first;
    }
  }
  why = path + " " + bad->second;
  return nullptr;
}

std::vector<std::string> SplitUnits::packages() const {
  std::vector<std::string> paths;
  auto add = [&](std::string path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(std::move(path));
  };
  const std::string& program = file_.file().path();
  for (const std::string& each : {program, file_.dwarf_path()}) {
    add(each + ".dwp");
    add(real_path(each) + ".dwp");
  }
  add(kDebugFolder + real_path(program) + ".dwp");
  return paths;
}

std::vector<std::string> SplitUnits::objects(Dwarf_Die skeleton) const {
  const std::string name = split_name(skeleton);
  if (name.empty()) return {};
  std::vector<std::string> paths;
  auto add = [&](std::string path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(std::move(path));
  };
  const bool is_whole = name.front() == '/';
  if (is_whole) add(name);
  const std::string folder = string_of(skeleton, DW_AT_comp_dir);
  if (!is_whole && !folder.empty()) add(folder + "/" + name);
  const std::string beside = folder_of(real_path(file_.dwarf_path()));
  if (!is_whole) add(beside + "/" + name);
  // A build that was moved as a whole.
  add(beside + "/" + name.substr(name.rfind('/') + 1));
  return paths;
}

// From where the skeleton's base leads in the program's table to where that of another one does.
std::string_view SplitUnits::from_base(Dwarf_Die skeleton, bool is_addresses) {
  auto base_of = [](Dwarf_Die root, bool addresses) -> std::optional<uint64_t> {
    if (!addresses) return unsigned_of(root, DW_AT_GNU_ranges_base);
    auto base = unsigned_of(root, DW_AT_addr_base);
    return base ? base : unsigned_of(root, DW_AT_GNU_addr_base);
  };
  if (!based_) {
    based_ = true;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die root;
    while (dwarf_get_units(file_.dwarf(), unit, &unit, nullptr, nullptr, &root, nullptr) == 0) {
      if (!root.addr) continue;
      if (auto base = base_of(root, true)) address_bases_.push_back(*base);
      if (auto base = base_of(root, false)) range_bases_.push_back(*base);
    }
    std::sort(address_bases_.begin(), address_bases_.end());
    std::sort(range_bases_.begin(), range_bases_.end());
  }
  const std::string_view table =
      section_bytes(dwarf_getelf(file_.dwarf()), is_addresses ? ".debug_addr" : ".debug_ranges");
  auto base = base_of(skeleton, is_addresses);
  if (!base && !is_addresses) base = 0;
  if (!base || *base > table.size()) return {};
  const auto& bases = is_addresses ? address_bases_ : range_bases_;
  auto next = std::upper_bound(bases.begin(), bases.end(), *base);
  return table.substr(*base, next == bases.end() ? std::string_view::npos : *next - *base);
}

Dwarf_Die SplitUnits::root_of(File& file, Dwarf_Die skeleton, uint64_t id, std::string& why) {
  SplitParts parts;
  Dwarf_Die root{};
  if (!file.parts(id, parts)) {
    const auto there = file.ids();
    why = there.size() == 1
              ? fmt::format("is of another build (its id is {:016x}, not {:016x})", there.front(), id)
              : fmt::format("has no unit with the id {:016x}", id);
    return root;
  }
  parts.addresses = from_base(skeleton, true);
  parts.ranges = from_base(skeleton, false);
  Dwarf_Addr low = 0;
  if (dwarf_lowpc(&skeleton, &low) == 0) parts.low_pc = low;
  auto made = split_image(parts);
  if (!made.ok()) {
    why = "cannot be used: " + made.error().message;
    return root;
  }
  auto image = std::make_unique<Image>();
  image->bytes = std::move(*made);
  image->elf = elf_memory(image->bytes.data(), image->bytes.size());
  image->dwarf = image->elf ? dwarf_begin_elf(image->elf, DWARF_C_READ, nullptr) : nullptr;
  Dwarf_CU* unit = nullptr;
  uint8_t type = 0;
  while (image->dwarf && dwarf_get_units(image->dwarf, unit, &unit, nullptr, &type, &root, nullptr) == 0) {
    if (type != DW_UT_type && type != DW_UT_split_type && root.addr) {
      images_.push_back(std::move(image));
      return root;
    }
  }
  why = "cannot be used: its debug information makes no sense";
  return Dwarf_Die{};
}

SplitUnit SplitUnits::find(Dwarf_Die skeleton) {
  SplitUnit found;
  const auto id = id_of(skeleton);
  if (!id) {
    found.why = "has no id by which it could be found";
    return found;
  }
  std::vector<std::string> absent;
  std::vector<std::string> bad;
  auto look = [&](const std::string& path) {
    std::string why;
    File* file = open(path, why);
    if (!file) {
      (why.ends_with("is not there") ? absent : bad).push_back(why.ends_with("is not there") ? path : why);
      return false;
    }
    found.root = root_of(*file, skeleton, *id, why);
    if (!found.root.addr) bad.push_back(path + " " + why);
    return found.root.addr != nullptr;
  };
  for (const std::string& path : packages()) {
    if (look(path)) return found;
  }
  for (const std::string& path : objects(skeleton)) {
    if (look(path)) return found;
  }
  std::string places;
  for (const std::string& each : absent) places += (places.empty() ? "" : ", ") + each;
  found.why = fmt::format("{}", fmt::join(bad, "; "));
  if (bad.empty()) found.why = "it is not there (looked for " + places + ")";
  return found;
}

}  // namespace uproar
