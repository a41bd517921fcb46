// ObjectReader: which bytes of a value are a text, and which text a pointer leads to.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;

constexpr int kMaxBehind = 8;   // pointers to pointers
constexpr int kMaxNested = 10;  // structs within structs

ValueLocation unavailable(std::string why) {
  ValueLocation place;
  place.why = std::move(why);
  return place;
}

ValueLocation constant(uint64_t number) {
  ValueLocation place;
  place.kind = ValueLocation::Kind::Constant;
  place.constant = static_cast<int64_t>(number);
  return place;
}

bool is_text(const ValueShape& shape) {
  return shape.kind == Kind::CString || shape.kind == Kind::CharArray || shape.kind == Kind::SizedString ||
         shape.kind == Kind::SmallString;
}

// Also where they cannot be reached, which has a reason then.
bool is_bytes(const FoundValue& value) {
  return (value.shape.kind == Kind::Aggregate || value.shape.kind == Kind::Array) &&
         (value.text.kind == ValueLocation::Kind::Memory || !value.text.why.empty());
}

// What the source calls a reference to one value, and no pointer that may be to many.
bool is_reference_to_one(Dwarf_Die& pointer) {
  const std::string name = name_of(pointer);
  return name.rfind('&', 0) == 0 || name.find("Box<") != std::string::npos;
}

}  // namespace

void ObjectReader::read_text(const DwarfObject& object, std::optional<Dwarf_Die> type, FoundValue& value) {
  if (value.shape.kind == Kind::CString) {
    value.text = memory_place(pointed_at(object.location, context_));
    return;
  }
  if (value.shape.kind == Kind::CharArray) {
    value.text = value.place;
    return;
  }
  if (value.shape.kind == Kind::SizedString) return read_string(object, *type, value);
  auto found = sequence(object);
  // Elsewhere the slice itself is what a type that the user gives it reads.
  const bool is_whole = found && (context_.language == DW_LANG_D || name_of(*type).rfind("span<", 0) == 0);
  const bool has_end = found && (found->length || found->count);
  if (is_whole && has_end && types_.is_char(found->element)) found->is_text = true;
  DwarfObject elements = object;
  if (is_whole && !found->is_text && describe_sequence(elements, *found)) {
    element_shape(found->element, value.shape);
    read_bytes(*found, value);
    return read_described(elements, value);
  }
  if (!found || !found->is_text) {
    for (const Member& member : types_.members(*type)) value.fields.push_back(member.name);
    if (found) read_bytes(*found, value);
    return;
  }
  const bool is_sized = found->length || found->count;
  value.shape.kind = found->object ? Kind::SmallString : is_sized ? Kind::SizedString : Kind::CString;
  value.shape.character_size = found->character_size;
  if (!found->refused.empty()) {
    value.shape.kind = Kind::SizedString;
    value.place = unavailable(found->refused);
    value.text = value.length = value.place;
    return;
  }
  value.text = first_element(*found);
  if (found->object) {
    value.object = memory_place(found->object->location);
    value.shape.length_is_last = found->length_is_last;
    return;
  }
  value.shape.ends_in_nul = found->ends_in_nul;
  add_length(*found, value);
}

// Bytes are text to whoever says so: b:string, b:string(b.len).
void ObjectReader::read_bytes(const DwarfSequence& sequence, FoundValue& value) {
  if (!sequence.refused.empty() || types_.size(sequence.element) != uint64_t{1}) return;
  value.text = first_element(sequence);
  add_length(sequence, value);
}

ValueLocation ObjectReader::first_element(const DwarfSequence& sequence) {
  Location first =
      sequence.is_in_place ? sequence.pointer.location : pointed_at(sequence.pointer.location, context_);
  if (first.kind == Location::Kind::Memory)
    first.at.addend = wrapping_add(first.at.addend, static_cast<int64_t>(sequence.skip));
  return memory_place(first);
}

// How many characters a text has.
void ObjectReader::add_length(const DwarfSequence& sequence, FoundValue& value) {
  if (sequence.count) value.length = constant(*sequence.count);
  if (!sequence.length) return;
  const DwarfObject& length = *sequence.length;
  ValueShape number = shape(length, types_.peel(length.type));
  number.is_signed = false;
  value.length = place(length, number);
  value.shape.length_size = number.size;
  if (number.bit_size != 0 || number.swapped_bytes != 0)
    value.length = unavailable("has its length in the upper part of a register");
}

// Arrays of bytes: nothing ends them but their length.
void ObjectReader::read_array_bytes(FoundValue& value) {
  if (value.shape.element_size != 1 || value.shape.count == 0 || is_text(value.shape)) return;
  value.text = value.place;
  value.length = constant(value.shape.count);
}

// Whether what begins as `type` does may be a text as C has it. An object of the library that holds a text is none,
// even where it keeps short ones in itself; a union only if all that it may be is one.
bool ObjectReader::begins_with_characters(std::optional<Dwarf_Die> type, int depth) {
  type = types_.complete(type);
  if (!type || depth > kMaxNested) return true;
  const int tag = dwarf_tag(&*type);
  if (tag == DW_TAG_array_type) return begins_with_characters(reference_of(*type, DW_AT_type), depth + 1);
  if (!types_.is_struct(*type)) return tag == DW_TAG_base_type && types_.size(type) == uint64_t{1};
  DwarfObject at_zero;
  at_zero.type = type;
  at_zero.location.kind = Location::Kind::Memory;
  if (sequence(at_zero)) return false;
  const std::vector<Member> members = types_.members(*type);
  if (members.empty()) return depth == 0;  // of a struct that is only declared nothing is known
  auto begins = [&](const Member& member) {
    return member.offset == 0 && member.bit_size == 0 && begins_with_characters(member.type, depth + 1);
  };
  if (tag == DW_TAG_union_type) return std::all_of(members.begin(), members.end(), begins);
  return std::any_of(members.begin(), members.end(), begins);
}

// What is one step behind a value that is no text: what a pointer points at, or what is in an Option.
std::optional<DwarfObject> ObjectReader::inside_of(const DwarfObject& object, Dwarf_Die& type) {
  DwarfObject inside = object;
  if (types_.is_pointer(type)) {
    auto target = reference_of(type, DW_AT_type);
    if (!target) return std::nullopt;  // void
    point(inside, target);
    return inside;
  }
  if (auto pointer = smart_pointer(object)) return pointer;
  return inside_rust(object);
}

// Whether who knows no better may take what `pointer` points at, which is `target`, for the characters of a text.
bool ObjectReader::may_be_characters(Dwarf_Die& pointer, std::optional<Dwarf_Die> target) {
  const bool is_c_like = is_of_c_family(context_.language) || context_.language == 0;
  target = types_.complete(target);
  if (!target) return true;
  switch (dwarf_tag(&*target)) {
    case DW_TAG_base_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_subrange_type:
      return is_c_like || (types_.size(target) == uint64_t{1} && !is_reference_to_one(pointer));
    case DW_TAG_pointer_type:
    case DW_TAG_array_type:
    case DW_TAG_subroutine_type:
      return false;
    default:
      return !types_.is_struct(*target) || (is_c_like && begins_with_characters(target, 0));
  }
}

// What :string means of a pointer: the text or the bytes that it leads to, however many pointers that takes.
void ObjectReader::read_behind(const DwarfObject& object, Dwarf_Die& type, FoundValue& value) {
  const bool is_struct = value.shape.kind == Kind::Aggregate && types_.is_struct(type);
  const bool is_array = value.shape.kind == Kind::Array;
  const bool may_lead = value.shape.kind == Kind::Pointer || is_array || is_struct;
  const bool is_known = is_array || (object.bit_size == 0 && has_known_place(object));
  if (!may_lead || !is_known || is_bytes(value) || behind_ >= kMaxBehind) return;
  if (dwarf_tag(&type) == DW_TAG_subroutine_type) {  // a function of Go
    value.no_text = fmt::format("is a function ({}), and no text", value.shape.name);
    return;
  }
  auto inside = is_array ? std::nullopt : inside_of(object, type);
  if (inside) {
    ++behind_;
    FoundValue found = read(*inside);
    --behind_;
    const bool is_meant = is_text(found.shape) || is_bytes(found);
    value.leads_to = is_meant ? std::make_shared<const FoundValue>(std::move(found)) : found.leads_to;
    if (value.leads_to) return;
  }
  if (value.shape.kind == Kind::Array) {
    value.no_text = fmt::format("is an array ({}), and no text", value.shape.name);
  } else if (is_struct) {
    if (!may_be_characters(type, object.type))
      value.no_text = fmt::format("is a whole struct ({}), and no text", value.shape.name);
  } else if (inside && !may_be_characters(type, inside->type)) {
    value.no_text = fmt::format("points at {}, which is no text", types_.name(inside->type));
  }
}

}  // namespace uproar
