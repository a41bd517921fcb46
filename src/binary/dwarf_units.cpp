#include "binary/dwarf_units.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace uproar {
namespace {

constexpr int kMaxScopeDepth = 64;
constexpr size_t kMaxUnits = size_t{1} << 20;
constexpr size_t kMaxEntries = size_t{1} << 25;  // DIEs of one unit that are looked at
constexpr size_t kMaxNameOffsets = 32;

// The bytes of a unit with its header. libdw has checked that they lie in the section.
std::string_view unit_bytes(Dwarf_Die root) {
  const Dwarf_Off inside = dwarf_cuoffset(&root);
  if (!root.addr || inside == static_cast<Dwarf_Off>(-1)) return {};
  const char* start = static_cast<const char*>(root.addr) - inside;
  uint32_t length = 0;
  std::memcpy(&length, start, sizeof length);
  if (length != UINT32_MAX) return {start, size_t{length} + 4};
  uint64_t wide = 0;
  std::memcpy(&wide, start + 4, sizeof wide);
  return {start, wide + 12};
}

std::string_view four_bytes(const uint32_t& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

bool holds_number(std::string_view bytes, const std::vector<uint64_t>& numbers) {
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
    // A string that ends with the name may be referred to by its own beginning (Go: main.main).
    const size_t before = section.rfind('\0', at == 0 ? 0 : at - 1);
    const size_t begin = at == 0 || before == std::string_view::npos ? 0 : before + 1;
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

bool is_scope(int tag) {
  return tag == DW_TAG_namespace || tag == DW_TAG_module || tag == DW_TAG_structure_type ||
         tag == DW_TAG_class_type || tag == DW_TAG_union_type || tag == DW_TAG_enumeration_type ||
         tag == DW_TAG_variant_part || tag == DW_TAG_variant;
}

class ContentsWalk {
 public:
  ContentsWalk(UnitContents& contents, bool deep) : contents_(contents), deep_(deep) {}

  void walk(Dwarf_Die& parent, Dwarf_Off end, int depth) {
    if (depth > kMaxScopeDepth) return;
    size_t open = kNone;
    for (DieChildren child(parent); child && ++seen_ < kMaxEntries; child.next()) {
      if (open != kNone) close(open, dwarf_dieoffset(&*child));
      open = enter(child, end, depth);
    }
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  // A scope ends where the next sibling begins, and with it all that were opened in it.
  void close(size_t open, Dwarf_Off end) {
    for (size_t i = open; i < contents_.scopes.size(); ++i) {
      contents_.scopes[i].end = std::min(contents_.scopes[i].end, end);
    }
  }

  // The number of the scope that was opened.
  size_t enter(DieChildren& child, Dwarf_Off end, int depth) {
    const int tag = child.tag();
    note(tag, *child);
    const bool body = deep_ && (tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block);
    if ((!is_scope(tag) && !body) || !dwarf_haschildren(&*child)) return kNone;
    if (tag == DW_TAG_enumeration_type) return kNone;
    const size_t number = contents_.scopes.size();
    std::string name = name_of(*child);
    if (name.empty() && tag == DW_TAG_namespace) name = "(anonymous namespace)";
    contents_.scopes.push_back({dwarf_dieoffset(&*child), end, std::move(name)});
    walk(*child, end, depth + 1);
    return number;
  }

  void note(int tag, Dwarf_Die& die) {
    switch (tag) {
      case DW_TAG_subprogram:
        if (has_attribute(die, DW_AT_low_pc) || has_attribute(die, DW_AT_ranges)) {
          contents_.functions.push_back(die);
        } else if (has_attribute(die, DW_AT_inline)) {
          contents_.abstracts.push_back(die);
        }
        break;
      case DW_TAG_variable:
        contents_.variables.push_back(die);
        break;
      case DW_TAG_structure_type:
      case DW_TAG_class_type:
      case DW_TAG_union_type:
      case DW_TAG_enumeration_type:
        if (!has_attribute(die, DW_AT_declaration)) contents_.types.push_back(die);
        break;
      default:
        break;
    }
  }

  UnitContents& contents_;
  bool deep_;
  size_t seen_ = 0;
};

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
    unit->is_split = type == DW_UT_skeleton;
    unit->is_code = type != DW_UT_partial && dwarf_tag(&root) != DW_TAG_partial_unit;
    by_cu_[cu] = unit.get();
    units_.push_back(std::move(unit));
  }
  return units_;
}

void DwarfUnits::complete(DwarfUnit& unit) {
  if (unit.complete) return;
  unit.complete = true;
  if (unit.is_split) {
    Dwarf_Die split{};
    const bool found =
        dwarf_cu_info(unit.cu, nullptr, nullptr, nullptr, &split, nullptr, nullptr, nullptr) == 0 &&
        split.addr;
    unit.split_missing = !found;
    if (found) {
      unit.root = split;
      by_cu_[split.cu] = &unit;
    }
  }
  unit.language = dwarf_srclang(&unit.root);
  if (unit.language < 0) unit.language = 0;
}

const DwarfUnit* DwarfUnits::of(Dwarf_Die& die) {
  all();
  auto known = by_cu_.find(die.cu);
  if (known == by_cu_.end()) {
    Dwarf_Die root;
    if (!dwarf_diecu(&die, &root, nullptr, nullptr)) return nullptr;
    auto unit = std::make_unique<DwarfUnit>();
    unit->cu = die.cu;
    unit->skeleton = root;
    unit->root = root;
    known = by_cu_.emplace(die.cu, unit.get()).first;
    others_.push_back(std::move(unit));
  }
  complete(*known->second);
  return known->second;
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

const UnitContents& DwarfUnits::contents(const DwarfUnit& unit) {
  auto [entry, is_new] = contents_.try_emplace(&unit);
  if (!is_new) return entry->second;
  auto owned = by_cu_.find(unit.cu);
  if (owned != by_cu_.end()) complete(*owned->second);
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, false).walk(root, UINT64_MAX, 0);
  return entry->second;
}

const UnitContents& DwarfUnits::deep_contents(const DwarfUnit& unit) {
  auto [entry, is_new] = deep_.try_emplace(&unit);
  if (!is_new) return entry->second;
  Dwarf_Die root = unit.root;
  ContentsWalk(entry->second, true).walk(root, UINT64_MAX, 0);
  return entry->second;
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

bool DwarfUnits::mentions(DwarfUnit& unit, const std::string& name) {
  complete(unit);
  const std::string_view bytes = unit_bytes(unit.root);
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
  const std::string_view table =
      first_section(dwarf_getelf(file_.dwarf()), {".debug_str_offsets", ".zdebug_str_offsets"});
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
  return found;
}

std::vector<const DwarfUnit*> DwarfUnits::referring_to(const std::vector<Dwarf_Off>& offsets) {
  std::vector<const DwarfUnit*> found;
  const bool all_of_them = offsets.size() > kMaxNameOffsets;
  for (const auto& unit : all()) {
    complete(*unit);
    if (all_of_them || holds_number(unit_bytes(unit->root), offsets)) found.push_back(unit.get());
  }
  return found;
}

std::string DwarfUnits::qualified_name(Dwarf_Die die) {
  Dwarf_Die declared = declaration_of(die);
  std::string name = name_of(die);
  const DwarfUnit* unit = of(declared);
  if (!unit) return name;
  const Dwarf_Off offset = dwarf_dieoffset(&declared);
  std::string scopes;
  for (const DwarfScope& scope : contents(*unit).scopes) {
    if (scope.begin >= offset) break;
    if (offset < scope.end && !scope.name.empty()) scopes += scope.name + "::";
  }
  return scopes + name;
}

}  // namespace uproar
