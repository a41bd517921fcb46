#include "binary/split/abbreviations.h"

#include <dwarf.h>

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

constexpr size_t kMaxAttributes = 1024;  // of one abbreviation
constexpr size_t kMaxAbbreviations = size_t{1} << 20;

}  // namespace

std::optional<Abbreviation> find_abbreviation(std::string_view table, uint64_t code, size_t* table_end) {
  OrderedBytes in(table, false);
  std::optional<Abbreviation> found;
  bool by_string = false;
  for (size_t i = 0; i < kMaxAbbreviations; ++i) {
    Abbreviation each;
    each.begin = in.at();
    const uint64_t number = in.leb();
    if (!in.good() || number == 0) break;
    each.tag = in.leb();
    each.has_children = static_cast<uint8_t>(in.number(1));
    for (size_t count = 0; count < kMaxAttributes; ++count) {
      AbbreviationAttribute attribute;
      attribute.name = in.leb();
      attribute.form = in.leb();
      by_string |= attribute.form == DW_FORM_strp || attribute.form == DW_FORM_line_strp;
      if (attribute.form == DW_FORM_implicit_const) attribute.constant = in.signed_leb();
      if (!in.good() || (attribute.name == 0 && attribute.form == 0)) break;
      each.attributes.push_back(attribute);
    }
    if (!in.good()) return std::nullopt;
    each.end = in.at();
    if (number == code && !found) {
      found = std::move(each);
      if (!table_end) return found;
    }
  }
  if (table_end) *table_end = std::min(in.at(), table.size());
  if (found) found->by_string = by_string;
  return found;
}

bool skip_value(OrderedBytes& in, uint64_t form, size_t address_size) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return true;
    case DW_FORM_data1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return in.skip(1), in.good();
    case DW_FORM_data2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return in.skip(2), in.good();
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return in.skip(3), in.good();
    case DW_FORM_data4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_ref4:
      return in.skip(4), in.good();
    case DW_FORM_data8:
    case DW_FORM_ref_sig8:
      return in.skip(8), in.good();
    case DW_FORM_addr:
      return in.skip(address_size), in.good();
    case DW_FORM_string:
      return in.skip_text(), in.good();
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_str_index:
    case DW_FORM_GNU_addr_index:
      return in.leb(), in.good();
    default:
      return false;
  }
}

}  // namespace uproar
