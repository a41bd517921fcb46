#include "binary/units/dwarf_split.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "binary/split/split_image.h"
#include "binary/units/dwarf_die.h"
#include "binary/units/split_file.h"

namespace uproar {
namespace {

constexpr const char* kDebugFolder = "/usr/lib/debug";

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

SplitFile* SplitUnits::open(const std::string& path, std::string& why) {
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
      auto opened = SplitFile::open(path);
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

Dwarf_Die SplitUnits::root_of(SplitFile& file, Dwarf_Die skeleton, uint64_t id, std::string& why) {
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
    SplitFile* file = open(path, why);
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
