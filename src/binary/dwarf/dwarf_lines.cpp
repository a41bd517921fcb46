#include "binary/dwarf/dwarf_lines.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace uproar {
namespace {

constexpr size_t kMaxPlaces = 4096;
constexpr size_t kMaxLikeFiles = 4096;
constexpr size_t kMaxHits = size_t{1} << 22;
constexpr size_t kMaxRows = size_t{1} << 17;  // of one function
constexpr size_t kMaxPath = 4096;             // PATH_MAX

struct Row {
  Dwarf_Addr address = 0;
  uint32_t line = 0;
  bool is_statement = false;
  bool ends_sequence = false;
  const char* file = nullptr;
};

// Calls each(row) for the rows of a unit's line table, by address.
template <typename Each>
void each_row(const DwarfUnit& unit, Each each) {
  Dwarf_Die root = unit.skeleton;
  Dwarf_Lines* table = nullptr;
  size_t count = 0;
  if (dwarf_getsrclines(&root, &table, &count) != 0) return;
  for (size_t i = 0; i < count; ++i) {
    Dwarf_Line* entry = dwarf_onesrcline(table, i);
    Row row;
    int line = 0;
    if (!entry || dwarf_lineaddr(entry, &row.address) != 0) continue;
    dwarf_lineno(entry, &line);
    row.line = line > 0 ? static_cast<uint32_t>(line) : 0;
    dwarf_linebeginstatement(entry, &row.is_statement);
    dwarf_lineendsequence(entry, &row.ends_sequence);
    row.file = dwarf_linesrc(entry, nullptr, nullptr);
    if (row.file && ::strnlen(row.file, kMaxPath) < kMaxPath) each(row);
  }
}

std::string_view base_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The head of a unit's line program, as far as its file names go.
std::string_view line_header(std::string_view section, uint64_t offset) {
  if (offset >= section.size() || section.size() - offset < 16) return {};
  const char* at = section.data() + offset;
  uint32_t length = 0;
  std::memcpy(&length, at, sizeof length);
  const uint64_t left = section.size() - offset;
  if (length == UINT32_MAX) return section.substr(offset, std::min<uint64_t>(left, 1 << 20));
  return section.substr(offset, std::min<uint64_t>(left, uint64_t{length} + 4));
}

}  // namespace

std::optional<Dwarf_Addr> body_address(const DwarfUnit& unit, Dwarf_Addr entry, Dwarf_Addr end) {
  std::optional<Dwarf_Addr> second;
  Dwarf_Die root = unit.skeleton;
  Dwarf_Lines* table = nullptr;
  size_t count = 0;
  if (dwarf_getsrclines(&root, &table, &count) != 0) return std::nullopt;
  for (size_t i = 0; i < count; ++i) {
    Dwarf_Line* row = dwarf_onesrcline(table, i);
    Dwarf_Addr address = 0;
    bool ends_prologue = false;
    if (!row || dwarf_lineaddr(row, &address) != 0 || address <= entry || address >= end) continue;
    dwarf_lineprologueend(row, &ends_prologue);
    if (ends_prologue) return address;
    if (!second || address < *second) second = address;
  }
  return second;
}

bool is_file(std::string_view path, std::string_view wanted) {
  if (wanted.substr(0, 2) == "./") wanted.remove_prefix(2);
  if (wanted.empty() || path.size() < wanted.size()) return false;
  const size_t at = path.size() - wanted.size();
  return path.substr(at) == wanted && (at == 0 || path[at - 1] == '/' || wanted[0] == '/');
}

std::vector<const DwarfUnit*> DwarfLines::units_with(std::string_view base) {
  Elf* elf = dwarf_getelf(units_.file().dwarf());
  std::string_view table = section_bytes(elf, ".debug_line");
  if (table.empty()) table = section_bytes(elf, ".zdebug_line");
  const std::string name(base);
  std::vector<uint32_t> strings;  // where the name stands in the tables of strings
  const size_t kTooMany = 64;
  for (const char* section : {".debug_line_str", ".debug_str", ".zdebug_str"}) {
    const std::string_view bytes = section_bytes(elf, section);
    for (size_t at = 0; strings.size() <= kTooMany;) {
      const void* hit = at < bytes.size()
                            ? ::memmem(bytes.data() + at, bytes.size() - at, name.c_str(), name.size() + 1)
                            : nullptr;
      if (!hit) break;
      at = static_cast<size_t>(static_cast<const char*>(hit) - bytes.data());
      const size_t before = at == 0 ? std::string_view::npos : bytes.rfind('\0', at - 1);
      strings.push_back(static_cast<uint32_t>(at));
      strings.push_back(static_cast<uint32_t>(before == std::string_view::npos ? 0 : before + 1));
      ++at;
    }
  }
  // Where the table mentions the name, as itself or by an offset: looked for once, as the programs of many
  // units may overlap in a damaged table.
  std::vector<size_t> hits;
  bool everywhere = table.empty() || strings.size() > kTooMany;
  auto look_for = [&](std::string_view bytes) {
    for (size_t at = 0; !everywhere && at < table.size(); ++at) {
      const void* hit = ::memmem(table.data() + at, table.size() - at, bytes.data(), bytes.size());
      if (!hit) return;
      at = static_cast<size_t>(static_cast<const char*>(hit) - table.data());
      hits.push_back(at);
      everywhere = hits.size() > kMaxHits;
    }
  };
  look_for({name.c_str(), name.size() + 1});
  for (const uint32_t& each : strings) look_for({reinterpret_cast<const char*>(&each), sizeof each});
  std::sort(hits.begin(), hits.end());
  auto is_any_in = [&](std::string_view part) {
    if (part.empty()) return false;
    const auto begin = static_cast<size_t>(part.data() - table.data());
    auto hit = std::lower_bound(hits.begin(), hits.end(), begin);
    return hit != hits.end() && *hit - begin < part.size();
  };
  std::vector<const DwarfUnit*> found;
  for (const auto& unit : units_.all()) {
    if (!unit->is_code) continue;
    const auto offset = unsigned_of(unit->skeleton, DW_AT_stmt_list);
    if (!offset) continue;
    const std::string_view header = line_header(table, *offset);
    if (everywhere || is_any_in(header)) found.push_back(unit.get());
  }
  return found;
}

void DwarfLines::add_place(uint64_t vaddr, const std::string& file, uint32_t line, LineSearch& search,
                           std::map<const void*, size_t>& by_function, bool is_statement) {
  const Dwarf_Addr pc = units_.file().to_dwarf(vaddr);
  const ScopeChain& chain = scopes_.at(pc);
  // The line belongs to the function that begins last before it, in the same file: where a call is inlined,
  // the line of the call is still the caller's.
  std::optional<Dwarf_Die> owner;
  uint32_t begins = 0;
  for (Dwarf_Die die : chain.scopes) {
    const int tag = dwarf_tag(&die);
    if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) continue;
    const std::string declared = units_.declared_file(die);
    const uint32_t at = declared_line(die);
    const bool fits = at != 0 && at <= line && base_of(declared) == base_of(file);
    if (!fits || at < begins) continue;
    owner = die;
    begins = at;
  }
  if (!owner && !chain.scopes.empty()) owner = chain.scopes.front();
  LinePlace place{{vaddr, file, line}, std::nullopt};
  bool in_entry_part = true;
  if (owner) {
    place.function = functions_.describe(*owner, chain.scopes.front());
    const auto entry = scopes_.entry_of(*owner);
    const auto part = entry ? range_with(*owner, *entry) : std::nullopt;
    in_entry_part = !part || (pc >= part->begin && pc < part->end);
  }
  const void* key = owner ? owner->addr : nullptr;
  // Compilers mark no statement where a call is inlined right behind another of the same line.
  const bool is_inlined = owner && dwarf_tag(&*owner) == DW_TAG_inlined_subroutine;
  if (!is_statement && (!is_inlined || by_function.count(key))) return;
  if (!key) {
    search.places.push_back(std::move(place));
    return;
  }
  // Rows come by address: the first one of the part that holds the entry stays, before any of a cold part.
  auto [known, is_new] = by_function.try_emplace(key, search.places.size());
  if (is_new) {
    search.places.push_back(std::move(place));
    return;
  }
  LinePlace& kept = search.places[known->second];
  const auto entry = scopes_.entry_of(*owner);
  const auto part = entry ? range_with(*owner, *entry) : std::nullopt;
  const Dwarf_Addr kept_pc = units_.file().to_dwarf(kept.at.vaddr);
  const bool kept_in_part = !part || (kept_pc >= part->begin && kept_pc < part->end);
  if ((in_entry_part && !kept_in_part) || (in_entry_part == kept_in_part && vaddr < kept.at.vaddr)) {
    kept = std::move(place);
  }
}

LineSearch DwarfLines::find(std::string_view file, uint32_t line) {
  LineSearch search;
  std::map<const void*, size_t> by_function;
  std::set<std::string> files;
  std::vector<Row> others;              // that begin no statement
  std::map<const char*, bool> matches;  // the table shares its names between rows
  for (const DwarfUnit* unit : units_with(base_of(file))) {
    matches.clear();
    each_row(*unit, [&](const Row& row) {
      auto [known, is_new] = matches.try_emplace(row.file, false);
      if (is_new) {
        known->second = is_file(row.file, file);
        if (known->second) files.insert(row.file);
      }
      if (!known->second || row.ends_sequence) return;
      if (row.line == line && !row.is_statement) {
        if (others.size() < kMaxPlaces) others.push_back(row);
      } else if (row.line == line && search.places.size() < kMaxPlaces) {
        add_place(units_.file().to_file(row.address), row.file, line, search, by_function, true);
      } else if (row.is_statement && row.line > line && (!search.near || row.line < *search.near)) {
        search.near = row.line;
      }
    });
  }
  for (const Row& row : others) {
    add_place(units_.file().to_file(row.address), row.file, line, search, by_function, false);
  }
  std::sort(search.places.begin(), search.places.end(),
            [](const LinePlace& a, const LinePlace& b) { return a.at.vaddr < b.at.vaddr; });
  if (!search.places.empty()) search.near.reset();
  search.files.assign(files.begin(), files.end());
  return search;
}

std::vector<std::string> DwarfLines::files_like(std::string_view) {
  std::set<std::string> files;
  for (const auto& unit : units_.all()) {
    if (!unit->is_code || files.size() >= kMaxLikeFiles) continue;
    Dwarf_Die root = unit->skeleton;
    const std::string name = name_of(root);
    if (!name.empty()) files.insert(std::string(base_of(name)));
  }
  return {files.begin(), files.end()};
}

// Of several rows for one address the first is where the source begins: a function's own line, not that of
// its first statement. libdw gives the last.
static Dwarf_Line* first_of_address(Dwarf_Die& unit, Dwarf_Line* found) {
  Dwarf_Addr address = 0;
  size_t index = 0;
  Dwarf_Lines* lines = nullptr;
  size_t count = 0;
  if (!found || dwarf_lineaddr(found, &address) != 0 || dwarf_getsrclines(&unit, &lines, &count) != 0)
    return found;
  // Rows are sorted by address.
  size_t end = count;
  while (index < end) {
    const size_t middle = index + (end - index) / 2;
    Dwarf_Addr at = 0;
    if (dwarf_lineaddr(dwarf_onesrcline(lines, middle), &at) != 0) return found;
    if (at < address) {
      index = middle + 1;
    } else {
      end = middle;
    }
  }
  for (; index < count; ++index) {
    Dwarf_Line* row = dwarf_onesrcline(lines, index);
    Dwarf_Addr at = 0;
    bool ends = false;
    if (dwarf_lineaddr(row, &at) != 0 || at != address) return found;
    if (dwarf_lineendsequence(row, &ends) == 0 && !ends) return row;
  }
  return found;
}

std::optional<LineAddress> DwarfLines::at(uint64_t vaddr) {
  const Dwarf_Addr pc = units_.file().to_dwarf(vaddr);
  const DwarfUnit* unit = units_.at(pc);
  if (!unit) return std::nullopt;
  Dwarf_Die root = unit->skeleton;
  Dwarf_Line* entry = first_of_address(root, dwarf_getsrc_die(&root, pc));
  int line = 0;
  const char* file = entry ? dwarf_linesrc(entry, nullptr, nullptr) : nullptr;
  if (!file || dwarf_lineno(entry, &line) != 0 || line <= 0) return std::nullopt;
  return LineAddress{vaddr, file, static_cast<uint32_t>(line)};
}

std::vector<LineAddress> DwarfLines::of_function(uint64_t vaddr) {
  std::vector<LineAddress> lines;
  const ScopeChain& chain = scopes_.at(units_.file().to_dwarf(vaddr));
  if (!chain.unit) return lines;
  Dwarf_Die function = chain.scopes.front();
  const auto ranges = ranges_of(function);
  each_row(*chain.unit, [&](const Row& row) {
    const bool inside = std::any_of(ranges.begin(), ranges.end(), [&row](const CodeRange& range) {
      return row.address >= range.begin && row.address < range.end;
    });
    if (!inside || row.ends_sequence || !row.is_statement || row.line == 0 || lines.size() >= kMaxRows)
      return;
    lines.push_back({units_.file().to_file(row.address), row.file, row.line});
  });
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.vaddr < b.vaddr; });
  auto same = [](const LineAddress& a, const LineAddress& b) {
    return a.vaddr == b.vaddr && a.line == b.line && a.file == b.file;
  };
  lines.erase(std::unique(lines.begin(), lines.end(), same), lines.end());
  return lines;
}

}  // namespace uproar
