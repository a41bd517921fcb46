#include "binary/dwarf/dwarf_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "binary/dwarf/dwarf_variable_location.h"
#include "binary/units/dwarf_language.h"

namespace uproar {
namespace {

constexpr size_t kShownFields = 4096;
constexpr unsigned kGoEmbeddedField = 0x2903;  // DW_AT_go_embedded_field (Go: cmd/internal/dwarf)
constexpr int kMaxEmbedding = 8;
constexpr size_t kMostEmbedded = 256;

}  // namespace

bool refuse(VariableFault& fault, VariableFault::Kind kind, std::string message) {
  fault.kind = kind;
  fault.message = std::move(message);
  return false;
}

bool dots_follow_pointers(int language) {
  return language == DW_LANG_Go || language == DW_LANG_Rust || language == DW_LANG_D ||
         ignores_case(language);
}

void ObjectReader::follow_references(DwarfObject& object) {
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto type = types_.peel(object.type);
    if (!type || !types_.is_reference(*type)) return;
    point(object, reference_of(*type, DW_AT_type));
  }
}

void ObjectReader::point(DwarfObject& object, std::optional<Dwarf_Die> pointee) {
  object.location =
      has_known_place(object)
          ? pointed_at(object.location, context_)
          : Location::unavailable("is behind a pointer whose place only the running program knows");
  object.type = pointee;
  object.dimension = 0;
  object.dimensions.clear();
  object.owner.reset();
  object.variable.reset();
}

DwarfObject ObjectReader::member_of(const DwarfObject& object, const Member& member) {
  DwarfObject part;
  part.type = member.type;
  part.variants = object.variants;
  part.dimensions = object.dimensions;
  part.owner = object.location;
  if (!member.is_reachable) {
    part.location = Location::unavailable("is in a virtual base, whose place only the running program knows");
    return part;
  }
  for (const DwarfVariant& variant : member.variants) add_variant(object, variant, part);
  if (part.location.kind == Location::Kind::Unavailable && !part.location.why.empty()) return part;
  if (member.bit_size == 0) {
    part.location = part_of(object.location, member.offset, types_.size(member.type).value_or(0));
    return part;
  }
  part.bit_size = member.bit_size;
  // The smallest container at its natural alignment; packed structs may need one that begins at any byte.
  for (uint64_t bytes : {1, 2, 4, 8}) {
    const uint64_t start = member.bit_offset / (8 * bytes) * bytes;
    if (member.bit_offset - start * 8 + member.bit_size > bytes * 8) continue;
    part.container = static_cast<uint32_t>(bytes);
    part.bit_offset = static_cast<uint32_t>(member.bit_offset - start * 8);
    if (member.is_swapped) {
      part.bit_offset = static_cast<uint32_t>(bytes * 8) - part.bit_offset - member.bit_size;
      part.is_swapped = bytes > 1;
    }
    part.location = part_of(object.location, start, bytes);
    return part;
  }
  part.container = 8;
  part.bit_offset = static_cast<uint32_t>(member.bit_offset % 8);
  const bool is_too_wide = part.bit_offset + part.bit_size > 64;
  if (member.is_swapped && !is_too_wide) {
    part.bit_offset = 64 - part.bit_offset - part.bit_size;
    part.is_swapped = true;
  }
  part.location = is_too_wide ? Location::unavailable("is a bitfield across more than 64 bits")
                              : part_of(object.location, member.bit_offset / 8, 8);
  return part;
}

void ObjectReader::add_variant(const DwarfObject& whole, const DwarfVariant& variant, DwarfObject& part) {
  Dwarf_Die die = variant.discriminant;
  DwarfObject discriminant;
  discriminant.type = types_.type_of(die);
  const uint64_t size = types_.size(discriminant.type).value_or(0);
  discriminant.location = part_of(whole.location, variant.offset, size);
  VariantTest test;
  test.shape = shape(discriminant, types_.peel(discriminant.type));
  test.shape.kind = ValueShape::Kind::Unsigned;
  test.shape.is_signed = false;
  test.place = place(discriminant, test.shape);
  test.low = variant.low;
  test.high = variant.high;
  const bool is_known = variant.is_told && has_known_place(whole) &&
                        test.place.kind != ValueLocation::Kind::Unavailable && test.shape.swapped_bytes == 0;
  if (!is_known)
    part.location = Location::unavailable("is of one variant of several, and which there is cannot be told");
  part.variants.push_back(std::move(test));
}

bool ObjectReader::step(DwarfObject& object, const VariableStepRequest& request, VariableFault& fault) {
  follow_references(object);
  switch (request.kind) {
    case VariableStepRequest::Kind::Arrow:
      return arrow(object, fault, request.field) && field(object, request.field, fault);
    case VariableStepRequest::Kind::Dot: {
      auto type = types_.peel(object.type);
      if (type && types_.is_pointer(*type)) {
        if (request.field == "all" && ignores_case(context_.language)) return dereference(object, fault);
        if (!dots_follow_pointers(context_.language)) {
          return refuse(
              fault, VariableFault::Kind::NotAStruct,
              fmt::format("is a pointer ({}): write ->{}", types_.name(object.type), request.field));
        }
        // Rust's references may lead to boxes.
        for (int i = 0; i < kMaxDieChain && type && types_.is_pointer(*type); ++i) {
          point(object, reference_of(*type, DW_AT_type));
          type = types_.peel(object.type);
        }
      }
      return field(object, request.field, fault);
    }
    case VariableStepRequest::Kind::Index:
      return index(object, request.index, fault);
    case VariableStepRequest::Kind::Dereference:
      return dereference(object, fault);
  }
  return false;
}

// The pointer in a unique_ptr or shared_ptr.
std::optional<DwarfObject> ObjectReader::smart_pointer(const DwarfObject& object) {
  auto type = types_.complete(object.type);
  if (!type || !types_.is_struct(*type) || !has_known_place(object)) return std::nullopt;
  const std::string own = name_of(*type);
  const bool is_smart = own.rfind("unique_ptr<", 0) == 0 || own.rfind("shared_ptr<", 0) == 0;
  auto inside = is_smart ? any_pointer(object) : std::nullopt;
  auto pointer = inside ? types_.complete(inside->type) : std::nullopt;
  return pointer && types_.is_pointer(*pointer) ? inside : std::nullopt;
}

bool ObjectReader::arrow(DwarfObject& object, VariableFault& fault, const std::string& name) {
  auto type = types_.complete(object.type);
  if (type && types_.is_pointer(*type)) {
    point(object, reference_of(*type, DW_AT_type));
    return true;
  }
  if (type && types_.is_struct(*type)) {
    if (auto inside = smart_pointer(object)) {
      object = *inside;
      return arrow(object, fault, name);
    }
    if (dots_follow_pointers(context_.language)) return true;
    return refuse(fault, VariableFault::Kind::NotAPointer,
                  fmt::format("is no pointer ({}): write .{}", types_.name(object.type), name));
  }
  return refuse(fault, VariableFault::Kind::NotAPointer,
                fmt::format("is no pointer but {}", types_.name(object.type)));
}

bool ObjectReader::field(DwarfObject& object, const std::string& name, VariableFault& fault) {
  auto type = types_.complete(object.type);
  const std::string shown = types_.name(object.type);
  if (!type || !types_.is_struct(*type)) {
    return refuse(fault, VariableFault::Kind::NotAStruct, fmt::format("has no fields: it is {}", shown));
  }
  if (has_attribute(*type, DW_AT_declaration)) {
    return refuse(fault, VariableFault::Kind::NotComplete,
                  fmt::format("is of the type {}, which the debug information only declares", shown));
  }
  if (auto member = types_.member(*type, name)) {
    object = member_of(object, *member);
    return true;
  }
  if (context_.language == DW_LANG_Go) {
    switch (promoted(object, name)) {
      case 0:
        break;
      case 1:
        return true;
      default:
        return refuse(fault, VariableFault::Kind::NoField,
                      fmt::format("{} is promoted from several fields of {}", name, shown));
    }
  }
  // Fortran: an object whose type may be extended stands behind a pointer.
  if (is_fortran(context_.language) && types_.member(*type, "_data") && types_.member(*type, "_vptr")) {
    object = member_of(object, *types_.member(*type, "_data"));
    follow_references(object);
    return field(object, name, fault);
  }
  // Ada.
  if (name == "all" && is_fat_pointer(*type, types_)) return true;
  if (name == "len" || name == "length") {
    auto found = sequence(object);
    if (found && found->length) {
      object = *found->length;
      return true;
    }
  }
  for (const Member& each : types_.members(*type)) {
    if (fault.names.size() < kShownFields) fault.names.push_back(each.name);
  }
  return refuse(fault, VariableFault::Kind::NoField, fmt::format("{} has no field {}", shown, name));
}

// Go: e.N for e.Big.N where Big is embedded. The nearest level of embedding that has the name decides; returns
// how many fields there have it, and makes `object` that field if it is one.
size_t ObjectReader::promoted(DwarfObject& object, const std::string& name) {
  std::vector<DwarfObject> level = {object};
  for (int depth = 0; depth < kMaxEmbedding && !level.empty(); ++depth) {
    std::vector<DwarfObject> next;
    size_t found = 0;
    DwarfObject chosen;
    for (const DwarfObject& each : level) {
      auto type = types_.complete(each.type);
      if (!type || !types_.is_struct(*type)) continue;
      for (const Member& member : types_.members(*type)) {
        Dwarf_Die die = member.die;
        if (!flag_of(die, kGoEmbeddedField) || next.size() >= kMostEmbedded) continue;
        DwarfObject inside = member_of(each, member);
        auto inner = types_.complete(inside.type);
        if (inner && types_.is_pointer(*inner)) point(inside, reference_of(*inner, DW_AT_type));
        inner = types_.complete(inside.type);
        if (auto field = inner && types_.is_struct(*inner) ? types_.member(*inner, name) : std::nullopt) {
          ++found;
          chosen = member_of(inside, *field);
        }
        next.push_back(std::move(inside));
      }
    }
    if (found == 1) object = chosen;
    if (found != 0) return found;
    level = std::move(next);
  }
  return 0;
}

bool ObjectReader::index_from(DwarfObject& object, std::optional<Dwarf_Die> element, int64_t number,
                              VariableFault& fault, uint64_t skip) {
  const auto size = types_.size(element);
  int64_t distance = 0;
  if (!size || *size == 0) {
    return refuse(fault, VariableFault::Kind::NotAnArray,
                  fmt::format("points at {}, whose size is not known", types_.name(element)));
  }
  if (__builtin_mul_overflow(number, static_cast<int64_t>(*size), &distance)) {
    return refuse(fault, VariableFault::Kind::OutOfBounds, fmt::format("has no element {}", number));
  }
  point(object, element);
  distance += static_cast<int64_t>(skip);
  // Any distance may be meant of memory; of what is elsewhere only a part that is there.
  if (object.location.kind == Location::Kind::Memory) {
    object.location.at.addend = wrapping_add(object.location.at.addend, distance);
  } else {
    object.location = part_of(object.location, static_cast<uint64_t>(distance), *size);
  }
  return true;
}

// Go's and Rust's pointers are no arrays: the element of one is the element of what it points at.
void ObjectReader::follow_to_elements(DwarfObject& object) {
  // D's pointers are, as those of C.
  if (!dots_follow_pointers(context_.language) || context_.language == DW_LANG_D) return;
  DwarfObject pointee = object;
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto type = types_.complete(pointee.type);
    if (!type) return;
    if (types_.is_pointer(*type)) {
      point(pointee, reference_of(*type, DW_AT_type));
      continue;
    }
    const bool has_elements = dwarf_tag(&*type) == DW_TAG_array_type || is_fat_pointer(*type, types_) ||
                              (types_.is_struct(*type) && sequence(pointee).has_value());
    if (has_elements) object = pointee;
    return;
  }
}

bool ObjectReader::index(DwarfObject& object, int64_t number, VariableFault& fault) {
  follow_to_elements(object);
  if (auto type = types_.complete(object.type); type && is_fat_pointer(*type, types_)) {
    std::string why;
    if (!describe_fat_pointer(object, *type, why)) return refuse(fault, VariableFault::Kind::NotAnArray, why);
  }
  if (auto inside = smart_pointer(object)) object = *inside;
  auto type = types_.complete(object.type);
  if (type && dwarf_tag(&*type) == DW_TAG_array_type) return index_array(object, *type, number, fault);
  if (type && types_.is_pointer(*type)) {
    return index_from(object, reference_of(*type, DW_AT_type), number, fault);
  }
  if (type && types_.is_struct(*type)) {
    // std::array and its like: a struct around one array.
    const auto inner = types_.members(*type);
    if (inner.size() == 1) {
      auto only = types_.peel(inner[0].type);
      if (only && dwarf_tag(&*only) == DW_TAG_array_type) {
        object = member_of(object, inner[0]);
        return index_array(object, *only, number, fault);
      }
    }
    auto found = sequence(object);
    if (found && found->refused.empty()) {
      object = found->pointer;
      return index_from(object, found->element, number, fault, found->skip);
    }
  }
  return refuse(fault, VariableFault::Kind::NotAnArray,
                fmt::format("is neither array nor pointer but {}", types_.name(object.type)));
}

bool ObjectReader::dereference(DwarfObject& object, VariableFault& fault) {
  if (auto inside = smart_pointer(object)) object = *inside;
  auto type = types_.complete(object.type);
  if (type && dwarf_tag(&*type) == DW_TAG_array_type) return index_array(object, *type, 0, fault);
  if (!type || !types_.is_pointer(*type)) {
    return refuse(fault, VariableFault::Kind::NotAPointer,
                  fmt::format("is no pointer but {}", types_.name(object.type)));
  }
  auto pointee = reference_of(*type, DW_AT_type);
  if (!pointee) {
    return refuse(fault, VariableFault::Kind::NotAPointer,
                  fmt::format("points at nothing of a known type ({})", types_.name(object.type)));
  }
  point(object, pointee);
  return true;
}

}  // namespace uproar
