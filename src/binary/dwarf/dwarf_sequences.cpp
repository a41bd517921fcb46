// ObjectReader: texts and sequences of C++, Go, D and Pascal, by the members that their debug information tells.
#include "binary/dwarf/dwarf_object.h"

namespace uproar {
namespace {

constexpr int kMaxWrappers = 10;
constexpr int kMaxSearched = 1000;

bool begins(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

}  // namespace

std::optional<Dwarf_Die> first_type_argument(Dwarf_Die& type) {
  for (DieChildren child(type); child; child.next()) {
    if (child.tag() == DW_TAG_template_type_parameter) return reference_of(*child, DW_AT_type);
  }
  return std::nullopt;
}

// The first pointer among the members, in the order of the source: Unique<NonNull<*const T>> and the like.
std::optional<DwarfObject> ObjectReader::first_pointer(const DwarfObject& object, int depth) {
  auto type = types_.complete(object.type);
  if (!type || depth > kMaxWrappers || --budget_ < 0) return std::nullopt;
  if (types_.is_pointer(*type)) return object;
  if (!types_.is_struct(*type)) return std::nullopt;
  for (const Member& member : types_.members(*type)) {
    if (member.bit_size != 0) continue;
    if (auto found = first_pointer(member_of(object, member), depth + 1)) return found;
  }
  return std::nullopt;
}

std::optional<DwarfObject> ObjectReader::any_pointer(const DwarfObject& object) {
  budget_ = kMaxSearched;
  return first_pointer(object, 0);
}

std::optional<DwarfObject> ObjectReader::path(DwarfObject object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    auto type = types_.complete(object.type);
    auto member = type && types_.is_struct(*type) ? types_.member(*type, name) : std::nullopt;
    if (!member) return std::nullopt;
    object = member_of(object, *member);
  }
  return object;
}

// libstdc++ keeps a string's pointer in a struct of its own, which clang does not describe in a file that
// makes none.
std::optional<DwarfObject> ObjectReader::undescribed_holder(const DwarfObject& text) {
  auto holder = path(text, {"_M_dataplus"});
  auto type = holder ? types_.complete(holder->type) : std::nullopt;
  return type && has_attribute(*type, DW_AT_declaration) ? holder : std::nullopt;
}

// The characters of std::basic_string<T> and its like: 0 if T is no type of characters.
uint32_t ObjectReader::characters_of(const DwarfObject& object, const std::string& name) {
  auto type = types_.complete(object.type);
  if (auto argument = type ? first_type_argument(*type) : std::nullopt)
    return types_.character_size(argument);
  // Of a type that is only declared the name tells.
  const std::string argument = name.substr(name.find('<') + 1);
  auto is = [&argument](std::string_view own) {
    return begins(argument, own) && argument.size() > own.size() &&
           (argument[own.size()] == ',' || argument[own.size()] == '>');
  };
  if (is("char") || is("char8_t")) return 1;
  if (is("char16_t")) return 2;
  return is("char32_t") || is("wchar_t") ? 4 : 0;
}

// libc++ keeps a short text in the object itself. Whether it does, its first byte tells, or in the alternate
// layout its last (libc++: include/string, _LIBCPP_ABI_ALTERNATE_STRING_LAYOUT).
bool ObjectReader::libcxx_string(const DwarfObject& object, DwarfSequence& found) {
  std::optional<DwarfObject> body;
  for (const auto& way : {std::initializer_list<const char*>{"__r_", "__value_"}, {"__r_"}, {"__rep_"}}) {
    body = path(object, way);
    if (body && path(*body, {"__l"}) && path(*body, {"__s"})) break;
    body.reset();
  }
  constexpr uint64_t kObjectBytes = 24;
  if (!body || types_.size(object.type) != kObjectBytes) return false;
  auto offset_of = [&](std::initializer_list<const char*> way) -> std::optional<int64_t> {
    // Relative to an object at an address of its own: where the string is does not matter.
    DwarfObject at_zero = *body;
    at_zero.location = Location();
    at_zero.location.kind = Location::Kind::Memory;
    auto part = path(at_zero, way);
    if (!part) return std::nullopt;
    return part->location.at.addend;
  };
  const auto pointer = offset_of({"__l", "__data_"});
  const auto length = offset_of({"__l", "__size_"});
  const auto inside = offset_of({"__s", "__data_"});
  if (!pointer || !inside || length != 8) return false;
  const bool length_first = *pointer == 16 && *inside == found.character_size;
  found.length_is_last = *pointer == 0 && *inside == 0;
  if (!length_first && !found.length_is_last) return false;
  found.pointer = *path(*body, {"__l", "__data_"});
  found.object = object;
  return true;
}

std::optional<DwarfSequence> ObjectReader::cxx_string(const DwarfObject& object, const std::string& name) {
  DwarfSequence found;
  const bool is_view = begins(name, "basic_string_view<");
  found.is_text = true;
  found.character_size = characters_of(object, name);
  if (found.character_size == 0) return std::nullopt;
  auto pointer = is_view ? path(object, {"_M_str"}) : path(object, {"_M_dataplus", "_M_p"});
  auto length = is_view ? path(object, {"_M_len"}) : path(object, {"_M_string_length"});
  if (is_view && !pointer) {  // libc++
    pointer = path(object, {"__data_"});
    length = path(object, {"__size_"});
    if (!pointer) pointer = path(object, {"__data"});
    if (!length) length = path(object, {"__size"});
  }
  auto type = types_.complete(object.type);
  if (!pointer && !is_view) pointer = undescribed_holder(object);
  if (!pointer && type && has_attribute(*type, DW_AT_declaration)) {
    found.refused =
        "is of a string type that the debug information only declares (clang tells it with "
        "-fstandalone-debug)";
    return found;
  }
  if (!pointer && libcxx_string(object, found)) {
    pointer = found.pointer;
  } else if (!pointer) {
    found.refused =
        "is a string of a layout that is not known, or that the debug information does not tell whole";
    return found;
  }
  found.pointer = *pointer;
  found.length = length;  // none: the older std::string, whose text ends with a NUL
  found.ends_in_nul = !is_view;
  if (auto target = types_.complete(pointer->type)) found.element = reference_of(*target, DW_AT_type);
  if (!found.element && type) found.element = first_type_argument(*type);
  return found;
}

// std::span<T, N> has no place for what its type says.
std::optional<uint64_t> ObjectReader::static_extent(const DwarfObject& span) {
  auto type = types_.complete(span.type);
  if (!type) return std::nullopt;
  for (DieChildren child(*type); child; child.next()) {
    if (child.tag() == DW_TAG_template_value_parameter) return unsigned_of(*child, DW_AT_const_value);
  }
  return std::nullopt;
}

std::optional<DwarfSequence> ObjectReader::cxx_sequence(const DwarfObject& object, const std::string& name) {
  if (begins(name, "basic_string_view<") || begins(name, "basic_string<")) return cxx_string(object, name);
  DwarfSequence found;
  if (begins(name, "span<")) {
    auto pointer = path(object, {"_M_ptr"});
    if (!pointer) pointer = path(object, {"__data_"});
    if (!pointer) pointer = path(object, {"__data"});
    if (!pointer) return std::nullopt;
    found.pointer = *pointer;
    found.length = path(object, {"_M_extent", "_M_extent_value"});
    if (!found.length) found.length = path(object, {"__size_"});
    if (!found.length) found.length = path(object, {"__size"});
    if (!found.length) found.count = static_extent(object);
    if (auto target = types_.complete(pointer->type)) found.element = reference_of(*target, DW_AT_type);
    return found;
  }
  if (!begins(name, "vector<")) return std::nullopt;
  auto pointer = path(object, {"_M_impl", "_M_start"});
  if (!pointer) pointer = path(object, {"__begin_"});
  if (!pointer) return std::nullopt;
  found.pointer = *pointer;
  if (auto type = types_.complete(pointer->type)) found.element = reference_of(*type, DW_AT_type);
  return found;
}

// A slice of D; strings are slices of characters that never change.
std::optional<DwarfSequence> ObjectReader::d_sequence(const DwarfObject& object) {
  auto type = types_.complete(object.type);
  auto length = path(object, {"length"});
  auto pointer = path(object, {"ptr"});
  if (!type || !length || !pointer || types_.members(*type).size() != 2) return std::nullopt;
  DwarfSequence found;
  found.length = length;
  found.pointer = *pointer;
  if (auto target = types_.complete(pointer->type)) found.element = reference_of(*target, DW_AT_type);
  // string, wstring, dstring.
  const uint32_t character = types_.character_size(found.element);
  found.is_text = character != 0;
  if (found.is_text) found.character_size = character;
  return found;
}

// Free Pascal's short string as DWARF 2 has it: a length and an array.
std::optional<DwarfSequence> ObjectReader::pascal_string(const DwarfObject& object) {
  auto type = types_.complete(object.type);
  auto length = path(object, {"length"});
  auto text = path(object, {"st"});
  auto array = text ? types_.complete(text->type) : std::nullopt;
  if (!type || !length || !array || dwarf_tag(&*array) != DW_TAG_array_type) return std::nullopt;
  DwarfSequence found;
  found.is_text = true;
  found.is_in_place = true;
  found.length = length;
  found.pointer = *text;
  found.element = reference_of(*array, DW_AT_type);
  return found;
}

std::optional<DwarfSequence> ObjectReader::sequence(const DwarfObject& object, bool inside_text) {
  auto type = types_.complete(object.type);
  if (!type || !types_.is_struct(*type) || !has_known_place(object)) return std::nullopt;
  const std::string name = name_of(*type);
  if (context_.language == DW_LANG_D) return d_sequence(object);
  if (context_.language == DW_LANG_Pascal83) return pascal_string(object);
  if (context_.language == DW_LANG_Rust) return rust_sequence(object, name, inside_text);
  if (context_.language != DW_LANG_Go) return cxx_sequence(object, name);
  DwarfSequence found;
  auto text = path(object, {"str"});
  auto elements = path(object, {"array"});
  found.length = path(object, {"len"});
  if ((!text && !elements) || !found.length) return std::nullopt;
  found.is_text = text.has_value();
  found.pointer = text ? *text : *elements;
  if (auto pointer = types_.complete(found.pointer.type)) found.element = reference_of(*pointer, DW_AT_type);
  return found;
}

}  // namespace uproar
