#include "binary/split/split_image.h"

#include <dwarf.h>

#include <array>
#include <cstring>
#include <unordered_map>

#include "binary/split/abbreviations.h"
#include "binary/split/ordered_bytes.h"
#include "binary/split/section_image.h"

namespace uproar {
namespace {

constexpr size_t kListHeader = 12;  // of .debug_loclists and .debug_rnglists, 32-bit DWARF
constexpr size_t kOffsetsHeader = 8;

Error fault(std::string message) {
  return Error{std::move(message), {}, {}, 0};
}

class ImageMaker {
 public:
  explicit ImageMaker(const SplitParts& parts) : parts_(parts) {}

  Result<std::string> make() {
    TRY(add_unit());
    for (const SplitTypeUnit& each : parts_.types) TRY(add_type(each));
    return elf();
  }

 private:
  // Offsets into the strings of the image instead of those of the file: a unit refers to few of them.
  uint64_t add_strings(const SplitTables& tables, bool has_header) {
    auto [known, is_new] = offsets_.try_emplace(tables.string_offsets.data(), string_offsets_.size());
    const uint64_t base = known->second + (has_header ? kOffsetsHeader : 0);
    if (!is_new) return base;
    OrderedBytes in(tables.string_offsets, parts_.is_big_endian);
    if (has_header) {
      string_offsets_ += tables.string_offsets.substr(0, kOffsetsHeader);
      in.skip(kOffsetsHeader);
    }
    while (in.good() && tables.string_offsets.size() - in.at() >= 4)
      put_number(string_offsets_, string_at(tables.strings, in.number(4)), 4, parts_.is_big_endian);
    return base;
  }

  uint64_t string_at(std::string_view strings, uint64_t offset) {
    if (strings_.empty()) strings_ += '\0';
    if (offset >= strings.size()) return 0;
    const char* text = strings.data() + offset;
    auto [known, is_new] = string_places_.try_emplace(text, strings_.size());
    if (is_new) {
      strings_.append(text, ::strnlen(text, strings.size() - offset));
      strings_ += '\0';
    }
    return known->second;
  }

  // Appends the table with the root's declaration as `root`, and returns where it begins.
  uint64_t add_abbreviations(std::string_view table, const Abbreviation& old, size_t table_end, uint64_t code,
                             const std::vector<AbbreviationAttribute>& root) {
    const size_t begin = abbreviations_.size();
    put_leb(abbreviations_, code);
    put_leb(abbreviations_, old.tag);
    abbreviations_ += static_cast<char>(old.has_children);
    for (const AbbreviationAttribute& each : root) {
      put_leb(abbreviations_, each.name);
      put_leb(abbreviations_, each.form);
      if (each.form == DW_FORM_implicit_const) put_signed_leb(abbreviations_, each.constant);
    }
    abbreviations_.append(2, '\0');
    abbreviations_ += table.substr(0, old.begin);
    abbreviations_ += table.substr(old.end, table_end - old.end);
    if (table_end == 0 || table[table_end - 1] != '\0') abbreviations_ += '\0';
    return begin;
  }

  struct Root {
    SplitUnitLayout layout;
    uint64_t code = 0;
    size_t values_at = 0;
    Abbreviation declaration;
    std::string_view table;
    size_t table_end = 0;
  };

  Result<Root> root_of(std::string_view bytes, const SplitTables& tables, bool in_types) const {
    Root root;
    auto layout = split_unit_layout(bytes, in_types, parts_.is_big_endian);
    if (!layout) return fault("its DWARF is of a version or form that is not known");
    root.layout = *layout;
    if (layout->head.abbreviations >= tables.abbreviations.size()) return fault("it is damaged");
    root.table = tables.abbreviations.substr(layout->head.abbreviations);
    OrderedBytes in(bytes.substr(0, layout->head.size), parts_.is_big_endian);
    in.seek(layout->root_at);
    root.code = in.leb();
    root.values_at = in.at();
    auto declaration = find_abbreviation(root.table, root.code, &root.table_end);
    if (!in.good() || !declaration) return fault("it is damaged");
    if (declaration->by_string) return fault("it refers to its strings in a way that is not known");
    root.declaration = std::move(*declaration);
    return root;
  }

  static AbbreviationAttribute constant(uint64_t name, uint64_t value) {
    return {name, DW_FORM_implicit_const, static_cast<int64_t>(value)};
  }

  // The skeleton's address takes the place of the id: in the header (version 5), which becomes that of a plain
  // unit, or in the root. So nothing moves, and references within the unit stay right. What else is told
  // takes no room in the unit.
  Result<void> add_unit() {
    TRY_ASSIGN(Root root, root_of(parts_.unit, parts_.tables, false));
    const SplitUnitLayout& layout = root.layout;
    const std::string_view bytes = parts_.unit.substr(0, layout.head.size);
    const bool is_new = layout.head.version == 5;
    const uint64_t strings = add_strings(parts_.tables, is_new);
    std::vector<AbbreviationAttribute> attributes;
    const size_t begin = info_.size();
    std::string low_pc;
    put_number(low_pc, parts_.low_pc, 8, parts_.is_big_endian);
    if (layout.address_size != 8) return fault("its addresses have not 8 bytes");
    if (is_new) {
      if (layout.type != DW_UT_split_compile) return fault("it is no unit of split DWARF");
      info_ += bytes.substr(0, layout.abbreviations_at + 4);
      info_[begin + 6] = DW_UT_compile;
      info_ += bytes.substr(layout.root_at, root.values_at - layout.root_at);
      info_ += low_pc;
      info_ += bytes.substr(root.values_at);
      attributes.push_back({DW_AT_low_pc, DW_FORM_addr, 0});
    } else {
      info_ += bytes;
    }
    OrderedBytes in(bytes, parts_.is_big_endian);
    in.seek(root.values_at);
    bool has_place = is_new;
    for (AbbreviationAttribute each : root.declaration.attributes) {
      const size_t at = in.at();
      const bool is_id = !is_new && each.name == DW_AT_GNU_dwo_id && each.form == DW_FORM_data8;
      if (!has_place && !skip_value(in, each.form, layout.address_size)) return fault("it is damaged");
      if (is_id && !has_place) {
        OrderedBytes id(bytes, parts_.is_big_endian);
        id.seek(at);
        const uint64_t value = id.number(8);
        info_.replace(begin + at, 8, low_pc);
        attributes.push_back({DW_AT_low_pc, DW_FORM_addr, 0});
        attributes.push_back(constant(DW_AT_GNU_dwo_id, value));
        has_place = true;
      } else {
        attributes.push_back(each);
      }
    }
    if (!has_place) return fault("it has no id");
    if (is_new) {
      attributes.push_back(constant(DW_AT_str_offsets_base, strings));
      attributes.push_back(constant(DW_AT_addr_base, 0));
      if (!parts_.location_lists.empty()) attributes.push_back(constant(DW_AT_loclists_base, kListHeader));
      if (!parts_.range_lists.empty()) attributes.push_back(constant(DW_AT_rnglists_base, kListHeader));
    }
    const uint64_t table =
        add_abbreviations(root.table, root.declaration, root.table_end, root.code, attributes);
    put_number_at(info_, begin + layout.abbreviations_at, table, 4, parts_.is_big_endian);
    return {};
  }

  Result<void> add_type(const SplitTypeUnit& type) {
    TRY_ASSIGN(Root root, root_of(type.bytes, type.tables, true));
    const bool is_new = root.layout.head.version == 5;
    const uint64_t strings = add_strings(type.tables, is_new);
    std::vector<AbbreviationAttribute> attributes = root.declaration.attributes;
    attributes.push_back(constant(DW_AT_str_offsets_base, strings));
    std::string& section = is_new ? info_ : types_;
    const size_t begin = section.size();
    section += type.bytes.substr(0, root.layout.head.size);
    if (is_new) section[begin + 6] = DW_UT_type;
    const uint64_t table =
        add_abbreviations(root.table, root.declaration, root.table_end, root.code, attributes);
    put_number_at(section, begin + root.layout.abbreviations_at, table, 4, parts_.is_big_endian);
    return {};
  }

  std::string elf() const {
    const std::array<ImageSection, 10> sections = {{{".debug_info", info_},
                                                    {".debug_types", types_},
                                                    {".debug_abbrev", abbreviations_},
                                                    {".debug_str", strings_},
                                                    {".debug_str_offsets", string_offsets_},
                                                    {".debug_loc", parts_.locations},
                                                    {".debug_loclists", parts_.location_lists},
                                                    {".debug_rnglists", parts_.range_lists},
                                                    {".debug_addr", parts_.addresses},
                                                    {".debug_ranges", parts_.ranges}}};
    return section_image(sections, parts_.machine, parts_.is_big_endian);
  }

  const SplitParts& parts_;
  std::string info_;
  std::string types_;
  std::string abbreviations_;
  std::string strings_;
  std::string string_offsets_;
  std::unordered_map<const char*, uint64_t> offsets_;        // by the beginning of the file's part
  std::unordered_map<const char*, uint64_t> string_places_;  // by the text in the file
};

}  // namespace

Result<std::string> split_image(const SplitParts& parts) {
  return ImageMaker(parts).make();
}

}  // namespace uproar
