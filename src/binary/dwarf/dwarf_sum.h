// Internal to this folder: numbers that bounds of arrays, distances and lengths are, made of several numbers of
// the running program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "binary/dwarf/dwarf_expression.h"
#include "binary/dwarf/dwarf_location.h"

namespace uproar {

// number + factor * values[0] * values[1] … + …
struct DwarfSum {
  struct Term {
    int64_t factor = 1;
    std::vector<Symbolic> values;  // each is a number that the program will know, without an addend
  };
  int64_t number = 0;
  std::vector<Term> terms;

  bool is_constant() const { return terms.empty(); }
  static DwarfSum of(int64_t number) { return {number, {}}; }
};
// A sum of one value that is added, one that is taken away, and what is constant; is_simple: it is no more than that.
struct SumParts {
  std::optional<Symbolic> added, taken;
  int64_t number = 0;
  bool is_simple = true;
};
SumParts parts_of(const DwarfSum& sum);

DwarfSum plus(DwarfSum left, const DwarfSum& right, int64_t factor = 1);
// Nothing where both have terms and one of them several.
std::optional<DwarfSum> product(const DwarfSum& left, const DwarfSum& right);

// The number of `size` bytes that is kept at `location`; nothing, and `why` set, if it cannot be had.
std::optional<DwarfSum> sum_at(const Location& location, uint64_t size, std::string& why);

// What an expression (DW_FORM_exprloc) of a type says of an object that is at `object`, which
// DW_OP_push_object_address means. Where the expression looks whether a pointer is null before it reads behind it,
// the value is that of a pointer that is not: reading behind null gives 0 in a probe anyway. Nothing, and `why`
// set, if the number cannot be had.
std::optional<DwarfSum> sum_of(Dwarf_Attribute& attribute, const Location& object,
                               const LocationContext& context, std::string& why);

// The place of a number that is one value alone, and how many bytes it has there.
struct RunningValue {
  Location location;
  uint64_t size = 8;
};
RunningValue location_of(const Symbolic& value);

}  // namespace uproar
