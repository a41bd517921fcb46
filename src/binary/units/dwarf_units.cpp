#include "binary/units/dwarf_units.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace uproar {
namespace {

constexpr size_t kMaxUnits = size_t{1} << 20;
constexpr size_t kMaxEntries = size_t{1} << 25;  // DIEs of one unit that are looked at
constexpr size_t kMaxNameOffsets = 32;

std::string_view four_bytes(const uint32_t& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool holds_number(std::string_view bytes, const std::vector<uint64_t>& numbers) {
  if (bytes.empty()) return false;
  return std::any_of(numbers.begin(), numbers.end(), [bytes](uint64_t number) {
    const auto narrow = static_cast<uint32_t>(number);
    return narrow == number && ::memmem(bytes.data(), bytes.size(), &narrow, sizeof narrow) != nullptr;
  });
}

// Where `name` stands at the end of a string, or before its template arguments.
template <typename Each>
void each_mention(std::string_view bytes, const std::string& name, Each each) {
  size_t at = 0;
  while (at < bytes.size()) {
    const void* found = ::memmem(bytes.data() + at, bytes.size() - at, name.data(), name.size());
    if (!found) return;
    at = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
    const size_t end = at + name.size();
    if (end < bytes.size() && (bytes[end] == '\0' || bytes[end] == '<') && !each(at)) return;
    ++at;
  }
}

void add_offsets(std::string_view section, const std::string& name, bool& too_many,
                 std::vector<uint64_t>& offsets) {
  each_mention(section, name, [&](size_t at) {
    // The linker lets a string be the end of a longer one, which others refer to by its own beginning: that
    // is the same name only behind a package (Go: main.main).
    const bool behind_package = at > 0 && (section[at - 1] == '.' || section[at - 1] == '/');
    const size_t before = behind_package ? section.rfind('\0', at - 1) : std::string_view::npos;
    const size_t begin = before == std::string_view::npos ? at : before + 1;
    for (uint64_t offset : {static_cast<uint64_t>(at), static_cast<uint64_t>(begin)}) {
      if (std::find(offsets.begin(), offsets.end(), offset) == offsets.end()) offsets.push_back(offset);
    }
    too_many = offsets.size() > kMaxNameOffsets;
    return !too_many;
  });
}

std::string_view first_section(Elf* elf, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    std::string_view bytes = section_bytes(elf, name);
    if (!bytes.empty()) return bytes;
  }
  return {};
}

}  // namespace

const std::vector<std::unique_ptr<DwarfUnit>>& DwarfUnits::all() {
  if (listed_) return units_;
  listed_ = true;
  Dwarf_CU* cu = nullptr;
  Dwarf_CU* next = nullptr;
  Dwarf_Die root;
  uint8_t type = 0;
  while (units_.size() < kMaxUnits &&
         dwarf_get_units(file_.dwarf(), cu, &next, nullptr, &type, &root, nullptr) == 0) {
    cu = next;
    if (type == DW_UT_type || type == DW_UT_split_type || !root.addr) continue;
    auto unit = std::make_unique<DwarfUnit>();
    unit->cu = cu;
    unit->skeleton = root;
    unit->root = root;
    unit->is_split = is_skeleton(root);
    unit->is_partial = type == DW_UT_partial || dwarf_tag(&root) == DW_TAG_partial_unit;
    unit->is_code = !unit->is_partial;
    by_cu_[cu] = unit.get();
    units_.push_back(std::move(unit));
  }
  return units_;
}

const std::vector<std::unique_ptr<DwarfUnit>>& DwarfUnits::shared() {
  if (shared_listed_) return shared_;
  shared_listed_ = true;
  Dwarf* alternate = dwarf_getalt(file_.dwarf());
  Dwarf_CU* cu = nullptr;
  Dwarf_Die root;
  uint8_t type = 0;
  while (alternate && shared_.size() < kMaxUnits &&
         dwarf_get_units(alternate, cu, &cu, nullptr, &type, &root, nullptr) == 0) {
    if (type == DW_UT_type || !root.addr || by_cu_.count(cu)) continue;
    auto unit = std::make_unique<DwarfUnit>();
    unit->cu = cu;
    unit->skeleton = root;
    unit->root = root;
    unit->is_partial = true;
    by_cu_[cu] = unit.get();
    shared_.push_back(std::move(unit));
  }
  return shared_;
}

void DwarfUnits::complete(DwarfUnit& unit) {
  if (unit.complete) return;
  unit.complete = true;
  if (unit.is_split) {
    SplitUnit split = splits_.find(unit.skeleton);
    if (!split.root.addr)
      dwarf_cu_info(unit.cu, nullptr, nullptr, nullptr, &split.root, nullptr, nullptr, nullptr);
    if (split.root.addr && split.root.cu != unit.cu) {
      unit.root = split.root;
      by_cu_[split.root.cu] = &unit;
    } else {
      unit.split_fault = split.why;
    }
  }
  unit.language = dwarf_srclang(&unit.root);
  if (unit.language < 0) unit.language = 0;
}

const DwarfUnit* DwarfUnits::of(Dwarf_Die& die) {
  all();
  shared();
  auto known = by_cu_.find(die.cu);
  if (known == by_cu_.end()) {
    Dwarf_Die root;
    if (!dwarf_diecu(&die, &root, nullptr, nullptr)) return nullptr;
    auto unit = std::make_unique<DwarfUnit>();
    unit->cu = die.cu;
    unit->skeleton = root;
    unit->root = root;
    unit->is_partial = dwarf_tag(&root) == DW_TAG_partial_unit;
    known = by_cu_.emplace(die.cu, unit.get()).first;
    others_.push_back(std::move(unit));
  }
  complete(*known->second);
  return known->second;
}

std::string DwarfUnits::declared_file(Dwarf_Die die) {
  // The attribute may come from an origin in another unit, whose table counts. A split unit has that of its
  // skeleton.
  Dwarf_Attribute attribute;
  if (!dwarf_attr_integrate(&die, DW_AT_decl_file, &attribute)) return {};
  auto known = by_cu_.find(attribute.cu);
  const bool is_split = known != by_cu_.end() && known->second->is_split;
  return uproar::declared_file(die, is_split ? std::optional(known->second->skeleton) : std::nullopt);
}

const DwarfUnit* DwarfUnits::by_aranges(Dwarf_Addr address) {
  Dwarf_Aranges* table = nullptr;
  size_t count = 0;
  if (dwarf_getaranges(file_.dwarf(), &table, &count) != 0 || count == 0) return nullptr;
  Dwarf_Arange* entry = dwarf_getarange_addr(table, address);
  Dwarf_Off offset = 0;
  Dwarf_Die root;
  if (!entry || dwarf_getarangeinfo(entry, nullptr, nullptr, &offset) != 0) return nullptr;
  // The offset of the first DIE, as dwarf_offdie wants it.
  if (!dwarf_offdie(file_.dwarf(), offset, &root)) return nullptr;
  all();
  auto known = by_cu_.find(root.cu);
  return known == by_cu_.end() ? nullptr : known->second;
}

const DwarfUnit* DwarfUnits::by_ranges(Dwarf_Addr address) {
  if (!ranged_) {
    ranged_ = true;
    for (const auto& unit : all()) {
      if (!unit->is_code) continue;
      const size_t before = ranges_.size();
      Dwarf_Addr base = 0;
      Dwarf_Addr begin = 0;
      Dwarf_Addr end = 0;
      for (ptrdiff_t at = 0; (at = dwarf_ranges(&unit->skeleton, at, &base, &begin, &end)) > 0 &&
                             ranges_.size() < kMaxEntries;) {
        if (begin < end) ranges_.push_back({begin, end, unit.get()});
      }
      if (ranges_.size() == before) rangeless_.push_back(unit.get());
    }
    std::stable_sort(ranges_.begin(), ranges_.end(),
                     [](const Range& a, const Range& b) { return a.begin < b.begin; });
  }
  auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                [](Dwarf_Addr wanted, const Range& range) { return wanted < range.begin; });
  // Ranges of units do not overlap in a sound file: a few steps back are enough.
  for (int back = 0; back < 4 && after != ranges_.begin(); ++back) {
    --after;
    if (address < after->end) return after->unit;
  }
  for (const DwarfUnit* unit : rangeless_) {
    for (Dwarf_Die function : contents(*unit).functions) {
      if (dwarf_haspc(&function, address) == 1) return unit;
    }
  }
  return nullptr;
}

const DwarfUnit* DwarfUnits::at(Dwarf_Addr address) {
  const DwarfUnit* unit = by_aranges(address);
  if (!unit) unit = by_ranges(address);
  if (!unit) return nullptr;
  complete(*by_cu_[unit->cu]);
  return unit;
}

const NameOffsets& DwarfUnits::offsets_of(Dwarf* dwarf, const std::string& name) {
  auto [entry, is_new] = offsets_.try_emplace({dwarf, name});
  NameOffsets& offsets = entry->second;
  if (!is_new) return offsets;
  Elf* elf = dwarf_getelf(dwarf);
  add_offsets(first_section(elf, {".debug_str", ".debug_str.dwo", ".zdebug_str"}), name, offsets.too_many,
              offsets.strings);
  const std::vector<uint64_t> own = offsets.strings;
  if (Dwarf* alternate = dwarf_getalt(dwarf)) {
    add_offsets(first_section(dwarf_getelf(alternate), {".debug_str"}), name, offsets.too_many,
                offsets.strings);
  }
  const std::string_view table =
      first_section(elf, {".debug_str_offsets", ".debug_str_offsets.dwo", ".zdebug_str_offsets"});
  for (uint64_t each : own) {
    const auto narrow = static_cast<uint32_t>(each);
    for (size_t at = table.find(four_bytes(narrow)); at != std::string_view::npos;
         at = table.find(four_bytes(narrow), at + 1)) {
      offsets.indexed.push_back(at);
      if (offsets.indexed.size() > kMaxNameOffsets * kMaxNameOffsets) offsets.too_many = true;
      if (offsets.too_many) break;
    }
  }
  return offsets;
}

// The bytes of a unit with its header. Its length is what it says of itself: libdw does not mind where it
// goes beyond the section.
std::string_view DwarfUnits::bytes_of(Dwarf_Die root) {
  const Dwarf_Off inside = dwarf_cuoffset(&root);
  if (!root.addr || inside == static_cast<Dwarf_Off>(-1)) return {};
  Dwarf* dwarf = dwarf_cu_getdwarf(root.cu);
  auto [known, is_new] = sections_.try_emplace(dwarf);
  if (is_new) {
    for (const char* name : {".debug_info", ".debug_info.dwo", ".zdebug_info", ".zdebug_info.dwo",
                             ".debug_types", ".debug_types.dwo", ".zdebug_types"})
      known->second.push_back(section_bytes(dwarf_getelf(dwarf), name));
  }
  const char* die = static_cast<const char*>(root.addr);
  for (std::string_view section : known->second) {
    if (die < section.data() || die >= section.data() + section.size()) continue;
    const auto at = static_cast<size_t>(die - section.data());
    if (inside > at) return {};
    const std::string_view rest = section.substr(at - inside);
    uint32_t length = 0;
    uint64_t wide = 0;
    if (rest.size() < 12) return rest;
    std::memcpy(&length, rest.data(), sizeof length);
    if (length != UINT32_MAX) return rest.substr(0, size_t{length} + 4);
    std::memcpy(&wide, rest.data() + 4, sizeof wide);
    return wide > rest.size() ? rest : rest.substr(0, wide + 12);
  }
  return {};
}

bool DwarfUnits::mentions(DwarfUnit& unit, const std::string& name) {
  complete(unit);
  const std::string_view bytes = bytes_of(unit.root);
  const NameOffsets& offsets = offsets_of(dwarf_cu_getdwarf(unit.root.cu), name);
  if (offsets.too_many || holds_number(bytes, offsets.strings)) return true;
  bool inline_name = false;
  each_mention(bytes, name, [&](size_t) { return !(inline_name = true); });
  if (inline_name || offsets.indexed.empty()) return inline_name;
  // Split units have the whole table for themselves; others a part of it that begins at their base.
  const uint64_t base =
      unsigned_of(unit.root, DW_AT_str_offsets_base).value_or(unit.is_split ? 0 : UINT64_MAX);
  if (base == UINT64_MAX) return false;
  if (unit.is_split) return true;
  if (!string_offsets_)
    string_offsets_ =
        first_section(dwarf_getelf(file_.dwarf()), {".debug_str_offsets", ".zdebug_str_offsets"});
  const std::string_view table = *string_offsets_;
  uint32_t length = 0;
  if (base < 8 || base > table.size()) return true;
  std::memcpy(&length, table.data() + base - 8, sizeof length);
  return std::any_of(offsets.indexed.begin(), offsets.indexed.end(), [&](uint64_t at) {
    return at >= base && (length == UINT32_MAX || at < base - 4 + length);
  });
}

std::vector<const DwarfUnit*> DwarfUnits::mentioning(std::string_view name) {
  const std::string wanted(name);
  std::vector<const DwarfUnit*> found;
  if (wanted.empty()) return found;
  for (const auto& unit : all()) {
    if (mentions(*unit, wanted)) found.push_back(unit.get());
  }
  for (const auto& unit : shared()) {
    if (mentions(*unit, wanted)) found.push_back(unit.get());
  }
  return found;
}

std::vector<const DwarfUnit*> DwarfUnits::referring_to(const std::vector<Dwarf_Off>& offsets) {
  std::vector<const DwarfUnit*> found;
  const bool all_of_them = offsets.size() > kMaxNameOffsets;
  for (const auto& unit : all()) {
    complete(*unit);
    if (all_of_them || holds_number(bytes_of(unit->root), offsets)) found.push_back(unit.get());
  }
  return found;
}

}  // namespace uproar
