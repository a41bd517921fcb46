// Internal to binary: what a table of .debug_abbrev says of an entry's attributes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "binary/split/ordered_bytes.h"

namespace uproar {

struct AbbreviationAttribute {
  uint64_t name = 0;
  uint64_t form = 0;
  int64_t constant = 0;  // DW_FORM_implicit_const
};

struct Abbreviation {
  uint64_t tag = 0;
  uint8_t has_children = 0;
  std::vector<AbbreviationAttribute> attributes;
  size_t begin = 0;
  size_t end = 0;
  bool by_string = false;  // of the whole table: a declaration refers to a string by its place
};

// That of `code`, and if asked how far the whole table goes. Nothing where there is none or the table is damaged.
std::optional<Abbreviation> find_abbreviation(std::string_view table, uint64_t code, size_t* table_end);

// Steps over a value of a root's attribute. False: a form that no root has, or the value is cut off.
bool skip_value(OrderedBytes& in, uint64_t form, size_t address_size);

}  // namespace uproar
