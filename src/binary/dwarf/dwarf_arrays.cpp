// ObjectReader: elements of arrays, and arrays whose bounds, length or place only the running program knows.
#include <fmt/format.h>

#include <algorithm>

#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_scopes.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;

// As many elements as every back end takes.
constexpr uint64_t kWindow = 64;
// Of them so many before the place where the element is if nothing lies between the elements: Fortran's sections
// may run backwards.
constexpr int64_t kBackwards = 16;

bool refuse_index(VariableFault& fault, int64_t number, std::optional<int64_t> first,
                  std::optional<int64_t> last) {
  const bool has_elements = first && last && *last >= *first;
  return refuse(fault, VariableFault::Kind::OutOfBounds,
                has_elements ? fmt::format("has no element {}: it has [{}] to [{}]", number, *first, *last)
                             : fmt::format("has no element {}", number));
}

int64_t minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

NumberPlace constant(int64_t number) {
  NumberPlace made;
  made.place.kind = ValueLocation::Kind::Constant;
  made.place.constant = number;
  return made;
}

DwarfSum sum_of_value(const Symbolic& value) {
  DwarfSum made;
  made.terms.push_back({1, {value}});
  return made;
}

bool has_all_indices(const DwarfObject& object) {
  return std::all_of(object.dimensions.begin(), object.dimensions.end(),
                     [](const DwarfDimension& each) { return each.index.has_value(); });
}

// Dimensions of which index, begin and distance are known move the place, and have nothing more to say than
// whether the index is one.
void fold_known(DwarfObject& object) {
  auto& all = object.dimensions;
  for (DwarfDimension& each : all) {
    const bool known = each.index && each.first.is_constant() && each.step && each.step->is_constant();
    if (!known) continue;
    const auto distance =
        static_cast<int64_t>((static_cast<uint64_t>(*each.index) - static_cast<uint64_t>(each.first.number)) *
                             static_cast<uint64_t>(each.step->number));
    if (object.location.kind == Location::Kind::Memory) {
      object.location.at.addend = wrapping_add(object.location.at.addend, distance);
    } else if (distance != 0) {
      continue;
    }
    each.step = DwarfSum::of(0);
  }
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const DwarfDimension& each) {
                             const bool moves_nothing = each.index && each.step && each.step->is_constant() &&
                                                        each.step->number == 0;
                             return moves_nothing && each.first.is_constant() &&
                                    (!each.last || each.last->is_constant());
                           }),
            all.end());
}

}  // namespace

bool has_known_place(const DwarfObject& object) {
  return std::all_of(object.dimensions.begin(), object.dimensions.end(), [](const DwarfDimension& each) {
    return each.index && each.step && each.step->is_constant() && each.step->number == 0;
  });
}

bool is_fat_pointer(Dwarf_Die& type, DwarfTypes& types) {
  return types.is_struct(type) && ignores_case(types.language(type)) && types.member(type, "P_ARRAY") &&
         types.member(type, "P_BOUNDS");
}

bool ObjectReader::index_array(DwarfObject& object, Dwarf_Die& type, int64_t number, VariableFault& fault) {
  auto array = types_.array(type, object.dimension);
  if (!array) {
    return refuse(fault, VariableFault::Kind::NotAnArray,
                  fmt::format("is an array whose layout is not told ({})", types_.name(object.type)));
  }
  const bool is_begun = !object.dimensions.empty() && !has_all_indices(object);
  const bool by_column = types_.is_column_major(type) && types_.array(type, 1);
  if (!is_begun && is_plain(type) && !by_column) return index_plain(object, type, *array, number, fault);
  std::string why;
  if (!is_begun && !describe(object, type, why)) {
    return refuse(fault, VariableFault::Kind::NotAnArray,
                  fmt::format("{} ({})", why.empty() ? "is an array whose layout is not told" : why,
                              types_.name(object.type)));
  }
  return index_described(object, type, number, fault);
}

bool ObjectReader::index_plain(DwarfObject& object, Dwarf_Die& type, const ArrayOf& array, int64_t number,
                               VariableFault& fault) {
  const ConstantBounds& bounds = array.bounds;
  int64_t distance = 0;  // bits
  const bool beyond = number < *bounds.lower || (bounds.upper && number > *bounds.upper) ||
                      (bounds.count && *bounds.count == 0) ||
                      __builtin_sub_overflow(number, *bounds.lower, &distance) ||
                      __builtin_mul_overflow(distance, *array.stride, &distance);
  if (beyond) return refuse_index(fault, number, bounds.lower, bounds.upper);
  object.variable.reset();
  step_by_bits(object, distance, static_cast<uint64_t>(*array.stride));
  if (types_.array(type, object.dimension + 1)) {
    object.type = type;
    ++object.dimension;
  } else {
    object.type = array.element;
    object.dimension = 0;
  }
  return true;
}

bool ObjectReader::index_described(DwarfObject& object, Dwarf_Die& type, int64_t number,
                                   VariableFault& fault) {
  const size_t count = object.dimensions.size();
  const auto written = static_cast<size_t>(object.dimension);
  DwarfDimension& own = object.dimensions[types_.is_column_major(type) ? written : count - 1 - written];
  const bool below = own.first.is_constant() && number < own.first.number;
  const bool above = own.last && own.last->is_constant() && number > own.last->number;
  if (below || above) {
    auto known = [](const DwarfSum& sum) {
      return sum.is_constant() ? std::optional(sum.number) : std::nullopt;
    };
    return refuse_index(fault, number, known(own.first), own.last ? known(*own.last) : std::nullopt);
  }
  own.index = number;
  ++object.dimension;
  if (!has_all_indices(object)) return true;
  object.type = reference_of(type, DW_AT_type);
  object.dimension = 0;
  object.variable.reset();
  object.owner.reset();
  fold_known(object);
  return true;
}

// To the element of `size` bits that lies `distance` bits behind where `object` begins. Ones that are packed
// to less than bytes are read like bit fields.
void ObjectReader::step_by_bits(DwarfObject& object, int64_t distance, uint64_t size) {
  if (distance % 8 == 0 && size % 8 == 0) {
    object.location = part_of(object.location, static_cast<uint64_t>(distance / 8), size / 8);
    return;
  }
  Member element;
  element.type = object.type;
  element.bit_size = static_cast<uint32_t>(std::min<uint64_t>(size, 64));
  element.bit_offset = static_cast<uint64_t>(distance);
  const int dimension = object.dimension;
  object = member_of(object, element);
  object.dimension = dimension;
}

std::optional<NumberPlace> ObjectReader::number_place(const DwarfSum& sum, bool is_signed) {
  if (sum.is_constant()) return constant(sum.number);
  const SumParts parts = parts_of(sum);
  if (!parts.is_simple || !parts.added || parts.taken || parts.number != 0) return std::nullopt;
  const RunningValue found = location_of(*parts.added);
  DwarfObject object;
  object.location = found.location;
  ValueShape shape;
  shape.kind = Kind::Unsigned;
  shape.size = found.size;
  NumberPlace made;
  made.place = place(object, shape);
  made.size = shape.size;
  made.is_signed = is_signed || shape.size == 8;
  const bool can_be = made.place.kind != ValueLocation::Kind::Unavailable && shape.bit_size == 0;
  return can_be ? std::optional(made) : std::nullopt;
}

// The bounds in such a form that each is one number: what counts is how far they are apart, and how far the
// index is from the first.
std::optional<ArrayDimension> ObjectReader::placed(const DwarfDimension& dimension) {
  ArrayDimension made;
  const SumParts first = parts_of(dimension.first);
  const SumParts last = dimension.last ? parts_of(*dimension.last) : SumParts{};
  if (!first.is_simple || first.taken) return std::nullopt;
  if (first.added) {
    made.first = number_place(sum_of_value(*first.added), dimension.is_signed);
    if (!made.first) return std::nullopt;
    if (dimension.index) made.index = minus(*dimension.index, first.number);
    const int64_t more = minus(last.number, first.number);
    if (dimension.last && last.is_simple && !last.taken) {
      if (last.added && more == 0) made.last = number_place(sum_of_value(*last.added), dimension.is_signed);
      if (!last.added) made.last = constant(more);
    }
  } else {
    const int64_t more = minus(last.number, first.number);
    if (dimension.index) made.index = minus(*dimension.index, first.number);
    made.is_from_zero = true;
    if (dimension.last && last.is_simple && last.added) {
      made.last = number_place(sum_of_value(*last.added), dimension.is_signed);
      if (!last.taken) made.first = constant(minus(0, more));
      if (last.taken && more == 0) made.first = number_place(sum_of_value(*last.taken), dimension.is_signed);
      if (!made.first) made.last.reset();
    } else if (dimension.last && dimension.last->is_constant()) {
      made.first = constant(first.number);
      made.last = constant(last.number);
    }
    if (!made.last) made.first.reset();
  }
  if (!dimension.step) return made;
  if (dimension.step->is_constant()) {
    made.step = constant(dimension.step->number);
    return made;
  }
  const bool is_product = dimension.step->number == 0 && dimension.step->terms.size() == 1 &&
                          dimension.step->terms[0].values.size() <= 2;
  if (!is_product) return std::nullopt;
  const DwarfSum::Term& term = dimension.step->terms[0];
  made.step = number_place(sum_of_value(term.values[0]), true);
  if (!made.step) return std::nullopt;
  if (term.values.size() == 2) {
    if (term.factor != 1) return std::nullopt;
    made.span = number_place(sum_of_value(term.values[1]), true);
    if (!made.span) return std::nullopt;
  } else if (term.factor != 1) {
    made.span = constant(term.factor);
  }
  return made;
}

// A text of which the running program knows the length: as many characters as there are indices.
void ObjectReader::read_running_text(const DwarfObject& object, FoundValue& value) {
  value.text = memory_place(object.location);
  const DwarfDimension& dimension = object.dimensions.front();
  const bool is_dense = dimension.step && dimension.step->is_constant() && dimension.step->number == 1;
  auto bounds = placed(dimension);
  if (is_like_c(context_.language) && is_dense) {  // char text[n]: ends with its NUL
    value.shape.kind = Kind::CString;
    return;
  }
  value.shape.kind = Kind::SizedString;
  if (!is_dense || !bounds || !bounds->last || object.dimensions.size() != 1 || dimension.index) {
    value.place = ValueLocation{};
    value.place.why = "is a text whose length is not known at this place";
    value.text = value.length = value.place;
    return;
  }
  add_extent(*bounds, value);
}

// Characters or bytes from one index to another.
void ObjectReader::add_extent(const ArrayDimension& bounds, FoundValue& value) {
  value.length = bounds.last->place;
  value.shape.length_size = bounds.last->size;
  const bool counts_from_one = bounds.first && bounds.first->place.kind == ValueLocation::Kind::Constant &&
                               bounds.first->place.constant == 1;
  if (!counts_from_one || bounds.last->is_signed) value.text_first = bounds.first;
}

void ObjectReader::read_array(const DwarfObject& object, Dwarf_Die& type, FoundValue& value) {
  const bool is_begun = !object.dimensions.empty() && !has_all_indices(object);
  if (is_begun) return read_described(object, value);
  DwarfObject whole = object;
  std::string why;
  if (describe(whole, type, why)) return read_described(whole, value);
  value.place = ValueLocation{};
  value.place.why = why.empty() ? "is an array whose layout is not told" : std::move(why);
  value.text = value.length = value.place;
}

void ObjectReader::read_described(const DwarfObject& object, FoundValue& value) {
  value.shape.kind = Kind::Array;
  value.place = place(object, value.shape);
  value.shape.count = value.window = kWindow;
  const DwarfDimension& nearest = object.dimensions.front();
  if (nearest.first.is_constant()) value.shape.first_index = nearest.first.number;
  if (value.shape.element == Kind::Character) return read_running_text(object, value);
  for (const DwarfDimension& each : object.dimensions) {
    auto made = placed(each);
    if (made && (made->last || made->index)) {
      value.dimensions.push_back(*std::move(made));
      continue;
    }
    value.place = ValueLocation{};
    value.place.why = "is an array whose bounds are not known at this place";
    value.dimensions.clear();
    return;
  }
  const bool is_dense = nearest.step && nearest.step->is_constant() && nearest.step->number == 1;
  const bool is_bytes = value.shape.element_size == 1 && is_dense && value.dimensions.size() == 1;
  if (!is_bytes || !value.dimensions.front().last || value.dimensions.front().index) return;
  value.text = memory_place(object.location);
  add_extent(value.dimensions.front(), value);
}

// One element that the record tells the place of: it is looked for around where it is if the array has no gaps.
void ObjectReader::read_element(const DwarfObject& object, FoundValue& value) {
  const uint64_t size = value.shape.size;
  const bool is_number = (size == 1 || size == 2 || size == 4 || size == 8) && object.bit_size == 0 &&
                         value.shape.kind != Kind::Aggregate && value.shape.kind != Kind::CString &&
                         value.shape.kind != Kind::SizedString && value.shape.kind != Kind::CharArray &&
                         value.shape.kind != Kind::Array;
  if (!is_number && !has_known_place(object)) {
    value.place = ValueLocation{};
    value.place.why = "is in an array whose places only the running program knows, and is no plain number";
    value.text = value.length = value.place;
    return;
  }
  if (!is_number) return;
  for (const DwarfDimension& each : object.dimensions) {
    auto made = placed(each);
    if (!made) {
      value.place = ValueLocation{};
      value.place.why = "is in an array whose bounds are not known at this place";
      return;
    }
    value.dimensions.push_back(*std::move(made));
  }
  value.window = 1;
  if (has_known_place(object)) return;
  value.window = kWindow;
  const DwarfDimension& nearest = object.dimensions.front();
  const bool is_known_step = nearest.step && nearest.step->is_constant();
  const auto bytes = static_cast<int64_t>(size);
  const int64_t step = is_known_step ? nearest.step->number : bytes;
  const int64_t first =
      nearest.first.is_constant() ? nearest.first.number : default_lower_bound(context_.language);
  int64_t expected = 0;
  if (object.dimensions.size() > 1 || __builtin_mul_overflow(*nearest.index - first, step, &expected))
    expected = 0;
  value.skip = std::max<int64_t>(expected, 0) - kBackwards * bytes;
  if (is_known_step) value.skip = std::max<int64_t>(value.skip - kBackwards * bytes, 0);
  ValueLocation& place = value.place;
  if (place.kind == ValueLocation::Kind::Memory && !place.displacements.empty())
    place.displacements.back() = wrapping_add(place.displacements.back(), value.skip);
}

}  // namespace uproar
