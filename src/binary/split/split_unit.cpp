#include "binary/split/split_unit.h"

#include <dwarf.h>

#include "binary/split/abbreviations.h"
#include "binary/split/ordered_bytes.h"

namespace uproar {

std::optional<SplitUnitLayout> split_unit_layout(std::string_view bytes, bool in_types, bool is_big_endian) {
  SplitUnitLayout layout;
  OrderedBytes in(bytes, is_big_endian);
  const uint64_t length = in.number(4);
  if (!in.good() || length >= 0xfffffff0 || length > bytes.size() - 4) return std::nullopt;
  layout.head.size = length + 4;
  layout.head.version = static_cast<uint16_t>(in.number(2));
  if (layout.head.version == 5) {
    layout.type = static_cast<uint8_t>(in.number(1));
    layout.address_size = static_cast<uint8_t>(in.number(1));
    layout.abbreviations_at = in.at();
    layout.head.abbreviations = in.number(4);
    layout.head.is_type = layout.type == DW_UT_type || layout.type == DW_UT_split_type;
    const bool has_id =
        layout.head.is_type || layout.type == DW_UT_skeleton || layout.type == DW_UT_split_compile;
    if (has_id) layout.head.id = in.number(8);
    if (layout.head.is_type) in.skip(4);
  } else if (layout.head.version == 4) {
    layout.abbreviations_at = in.at();
    layout.head.abbreviations = in.number(4);
    layout.address_size = static_cast<uint8_t>(in.number(1));
    layout.head.is_type = in_types;
    if (in_types) {
      layout.head.id = in.number(8);
      in.skip(4);
    }
  } else {
    return std::nullopt;
  }
  layout.root_at = in.at();
  if (!in.good() || layout.root_at >= layout.head.size) return std::nullopt;
  return layout;
}

std::optional<SplitUnitHead> read_split_head(std::string_view bytes, std::string_view abbreviations,
                                             bool in_types, bool is_big_endian) {
  auto layout = split_unit_layout(bytes, in_types, is_big_endian);
  if (!layout) return std::nullopt;
  if (layout->head.id || layout->head.abbreviations >= abbreviations.size()) return layout->head;
  OrderedBytes in(bytes.substr(0, layout->head.size), is_big_endian);
  in.seek(layout->root_at);
  auto root = find_abbreviation(abbreviations.substr(layout->head.abbreviations), in.leb(), nullptr);
  for (size_t i = 0; root && in.good() && i < root->attributes.size(); ++i) {
    const AbbreviationAttribute& each = root->attributes[i];
    if (each.name == DW_AT_GNU_dwo_id && each.form == DW_FORM_data8) {
      layout->head.id = in.number(8);
      break;
    }
    if (!skip_value(in, each.form, layout->address_size)) break;
  }
  return layout->head;
}

}  // namespace uproar
