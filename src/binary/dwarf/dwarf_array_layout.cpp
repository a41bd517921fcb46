// ObjectReader: how an array lies in memory: its bounds, its distances and its place, as types tell them.
#include <fmt/format.h>

#include <algorithm>

#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"

namespace uproar {
namespace {

// The distances that nobody tells: what the nearer dimensions take, as far as that is known.
void fill_steps(std::vector<DwarfDimension>& dimensions, uint64_t element_size) {
  std::optional<int64_t> packed = static_cast<int64_t>(element_size);
  for (DwarfDimension& each : dimensions) {
    if (!each.step && packed) each.step = DwarfSum::of(*packed);
    const bool known = each.step && each.step->is_constant() && each.first.is_constant() && each.last &&
                       each.last->is_constant();
    int64_t next = 0;
    const bool fits = known && !__builtin_sub_overflow(each.last->number, each.first.number, &next) &&
                      !__builtin_mul_overflow(each.step->number, std::max<int64_t>(next + 1, 0), &next);
    packed = fits ? std::optional(next) : std::nullopt;
  }
}

}  // namespace

// Nothing of it but what the type says is needed to find its elements.
bool ObjectReader::is_plain(Dwarf_Die& type) {
  if (has_attribute(type, DW_AT_data_location) || has_attribute(type, DW_AT_rank)) return false;
  const bool may_pass_ends = types_.language(type) == DW_LANG_Pascal83;
  for (int i = 0;; ++i) {
    auto array = types_.array(type, i);
    if (!array) return i > 0;
    const bool has_end =
        has_attribute(array->dimension, DW_AT_upper_bound) || has_attribute(array->dimension, DW_AT_count);
    if (!array->bounds.lower || !array->stride || ((has_end || may_pass_ends) && !array->bounds.count))
      return false;
  }
}

// A bound of the running program: an expression, or a variable or a field of the struct that the array is in.
std::optional<DwarfSum> ObjectReader::bound(const DwarfObject& object, Dwarf_Die& dimension, unsigned name,
                                            std::string& why) {
  if (auto number = constant_bound(dimension, name)) return DwarfSum::of(*number);
  auto target = reference_of(dimension, name);
  if (!target) {
    Dwarf_Attribute attribute;
    if (!dwarf_attr(&dimension, name, &attribute)) return std::nullopt;
    return sum_of(attribute, object.location, context_, why);
  }
  const uint64_t size = types_.size(types_.type_of(*target)).value_or(0);
  if (dwarf_tag(&*target) != DW_TAG_member)
    return sum_at(scopes_.object(*target, context_).location, size, why);
  const auto offset = unsigned_of(*target, DW_AT_data_member_location);
  if (!object.owner || !offset || !has_known_place(object)) {
    why = "has a bound that is a field of a struct which is not known";
    return std::nullopt;
  }
  return sum_at(part_of(*object.owner, *offset, size), size, why);
}

// Free Pascal passes the last index of an open array behind it.
std::optional<DwarfSum> ObjectReader::open_array_bound(const DwarfObject& object, std::string& why) {
  if (!object.variable || context_.language != DW_LANG_Pascal83) return std::nullopt;
  Dwarf_Die variable = *object.variable;
  for (const char* prefix : {"$high", "high"}) {
    auto high = scopes_.companion(variable, prefix + name_of(variable));
    if (!high) continue;
    return sum_at(scopes_.object(*high, context_).location, types_.size(types_.type_of(*high)).value_or(8),
                  why);
  }
  return std::nullopt;
}

bool ObjectReader::describe_dimension(const DwarfObject& object, Dwarf_Die& type, const ArrayOf& array,
                                      DwarfDimension& made, std::string& why) {
  Dwarf_Die own = array.dimension;
  if (auto index = types_.peel(reference_of(own, DW_AT_type))) {
    made.is_signed = types_.is_signed(*index);
  } else {
    made.is_signed = false;
  }
  std::optional<DwarfSum> first;
  if (array.bounds.lower) first = DwarfSum::of(*array.bounds.lower);
  if (!first) first = bound(object, own, DW_AT_lower_bound, why);
  if (!first) return false;
  made.first = *std::move(first);
  std::string unknown;  // an end that is not known does not keep anybody from an element
  if (array.bounds.upper) {
    made.last = DwarfSum::of(*array.bounds.upper);
  } else if (has_attribute(own, DW_AT_upper_bound)) {
    made.last = bound(object, own, DW_AT_upper_bound, unknown);
  } else if (has_attribute(own, DW_AT_count)) {
    auto count = bound(object, own, DW_AT_count, unknown);
    if (count) made.last = plus(plus(*count, made.first), DwarfSum::of(-1));
  } else {
    made.last = open_array_bound(object, unknown);
  }
  if (array.stride) {
    if (*array.stride % 8 != 0) {
      why = "is an array of elements that are packed to less than bytes";
      return false;
    }
    made.step = DwarfSum::of(*array.stride / 8);
  } else if (has_attribute(own, DW_AT_byte_stride)) {
    made.step = bound(object, own, DW_AT_byte_stride, why);
    if (!made.step) return false;
  } else if (has_attribute(own, DW_AT_bit_stride) || !types_.size(reference_of(type, DW_AT_type))) {
    why = "is an array whose distances the debug information does not tell";
    return false;
  }
  return true;
}

bool ObjectReader::describe(DwarfObject& object, Dwarf_Die& type, std::string& why) {
  DwarfObject made = object;
  if (!object.dimensions.empty()) {
    why = "is in an array whose places only the running program knows";
    return false;
  }
  Dwarf_Attribute attribute;
  if (has_attribute(type, DW_AT_rank)) {
    why = "is an array of any number of dimensions, which only the running program knows";
    return false;
  }
  if (dwarf_attr(&type, DW_AT_data_location, &attribute)) {
    auto place = sum_of(attribute, object.location, context_, why);
    if (!place) return false;
    const SumParts parts = parts_of(*place);
    if (!parts.is_simple || !parts.added || parts.taken || parts.added->valid_bits != 64) {
      why = "is an array whose place is computed";
      return false;
    }
    made.location = Location{};
    made.location.kind = Location::Kind::Memory;
    made.location.at = *parts.added;
    made.location.at.addend = parts.number;
  }
  made.type = type;
  made.dimension = 0;
  for (int i = 0;; ++i) {
    auto array = types_.array(type, i);
    if (!array) break;
    DwarfDimension dimension;
    if (!describe_dimension(object, type, *array, dimension, why)) return false;
    made.dimensions.push_back(std::move(dimension));
  }
  if (!types_.is_column_major(type)) std::reverse(made.dimensions.begin(), made.dimensions.end());
  fill_steps(made.dimensions, types_.size(reference_of(type, DW_AT_type)).value_or(0));
  object = std::move(made);
  return !object.dimensions.empty();
}

// The bounds that the type tells of are in the same place, in more words.
bool ObjectReader::describe_fat_pointer(DwarfObject& object, Dwarf_Die& type, std::string& why) {
  auto data = path(object, {"P_ARRAY"});
  auto bounds = path(object, {"P_BOUNDS"});
  auto pointer = data ? types_.complete(data->type) : std::nullopt;
  auto array = pointer ? types_.complete(reference_of(*pointer, DW_AT_type)) : std::nullopt;
  auto second = bounds ? types_.complete(bounds->type) : std::nullopt;
  const bool is_known = array && dwarf_tag(&*array) == DW_TAG_array_type && second &&
                        types_.is_pointer(*second) && has_known_place(object);
  why = fmt::format("is an array whose layout is not told ({})", types_.name(type));
  if (!is_known) return false;
  const auto element_size = types_.size(reference_of(*array, DW_AT_type));
  point(*bounds, reference_of(*second, DW_AT_type));
  point(*data, array);
  if (!element_size) return false;
  for (int i = 0;; ++i) {
    auto each = types_.array(*array, i);
    if (!each) break;
    DwarfDimension dimension;
    for (bool is_last : {false, true}) {
      const std::string name = fmt::format("{}{}", is_last ? "UB" : "LB", i);
      auto member = types_.complete(bounds->type);
      auto found = member ? types_.member(*member, name) : std::nullopt;
      if (!found) return false;
      const DwarfObject part = member_of(*bounds, *found);
      why.clear();
      auto sum = sum_at(part.location, types_.size(part.type).value_or(0), why);
      if (!sum) return false;
      if (auto index = types_.peel(part.type)) dimension.is_signed = types_.is_signed(*index);
      if (is_last) {
        dimension.last = *std::move(sum);
      } else {
        dimension.first = *std::move(sum);
      }
    }
    data->dimensions.push_back(std::move(dimension));
  }
  if (data->dimensions.empty()) return false;
  std::reverse(data->dimensions.begin(), data->dimensions.end());
  fill_steps(data->dimensions, *element_size);
  object = *std::move(data);
  return true;
}

// A pointer and a length: counted from 0.
bool ObjectReader::describe_sequence(DwarfObject& object, const DwarfSequence& sequence) {
  if ((!sequence.length && !sequence.count) || !sequence.element || sequence.is_text) return false;
  std::string why;
  const uint64_t size = types_.size(sequence.element).value_or(0);
  auto length = sequence.length
                    ? sum_at(sequence.length->location, types_.size(sequence.length->type).value_or(0), why)
                    : std::optional(DwarfSum::of(static_cast<int64_t>(*sequence.count)));
  if (!length || size == 0) return false;
  DwarfObject made = sequence.pointer;
  point(made, sequence.element);
  DwarfDimension dimension;
  dimension.last = plus(*length, DwarfSum::of(-1));
  dimension.step = DwarfSum::of(static_cast<int64_t>(size));
  made.dimensions.push_back(std::move(dimension));
  object = std::move(made);
  return true;
}

}  // namespace uproar
