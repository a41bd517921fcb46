// ObjectReader: texts and sequences of Rust, by the members that its debug information tells (library/alloc,
// library/core and library/std of Rust; what a pointer with a length points at: core::ptr::metadata).
#include "binary/dwarf/dwarf_object.h"
#include "binary/dwarf/dwarf_variable_location.h"

namespace uproar {
namespace {

constexpr int kMaxWrappers = 10;

bool begins(const std::string& text, std::string_view with) {
  return text.compare(0, with.size(), with) == 0;
}

bool is_counted(const std::string& name) {
  return begins(name, "Rc<") || begins(name, "Arc<");
}

}  // namespace

std::optional<DwarfSequence> ObjectReader::rust_sequence(const DwarfObject& object, const std::string& name,
                                                         bool inside_text) {
  if (!inside_text) {
    if (auto wrapped = rust_wrapped_text(object, name)) return wrapped;
  }
  if (begins(name, "Vec<")) {
    auto buffer = path(object, {"buf"});
    auto pointer = buffer ? any_pointer(*buffer) : std::nullopt;
    if (!pointer) return std::nullopt;
    DwarfSequence found;
    found.pointer = *pointer;
    found.length = path(object, {"len"});
    // The pointer itself may be to bytes, whatever the elements are.
    auto type = types_.complete(object.type);
    found.element = first_type_argument(*type);
    return found;
  }
  if (is_counted(name)) {
    auto pointer = path(object, {"ptr", "pointer"});
    return pointer ? rust_fat_pointer(*pointer, name) : std::nullopt;
  }
  if (begins(name, "Cow<")) return rust_cow(object);
  return rust_fat_pointer(object, name);
}

// Structs around a sequence of bytes that are texts by what they are for.
std::optional<DwarfSequence> ObjectReader::rust_wrapped_text(const DwarfObject& object,
                                                             const std::string& name) {
  const bool is_path = name == "OsString" || name == "PathBuf";
  if (name != "String" && name != "CString" && !is_path) return std::nullopt;
  std::optional<DwarfObject> inner = path(object, {name == "String" ? "vec" : "inner"});
  std::optional<DwarfSequence> found;
  for (int i = 0; inner && !found && i < kMaxWrappers; ++i) {
    found = sequence(*inner, true);
    inner = path(*inner, {"inner"});
  }
  if (!found || types_.size(found->element) != uint64_t{1}) return std::nullopt;
  found->is_text = true;
  if (name == "CString") found->length.reset();  // which counts its NUL
  return found;
}

// A pointer with a length: to str, to elements, or to a struct that ends with these: CStr, OsStr and Path, and the
// counters of Rc and Arc.
std::optional<DwarfSequence> ObjectReader::rust_fat_pointer(const DwarfObject& object,
                                                            const std::string& name) {
  DwarfSequence found;
  auto pointer = path(object, {"data_ptr"});
  found.length = path(object, {"length"});
  if (!pointer || !found.length) return std::nullopt;
  found.pointer = *pointer;
  if (auto type = types_.complete(pointer->type)) found.element = reference_of(*type, DW_AT_type);
  const bool is_slice = name.find('[') != std::string::npos;
  bool is_c_string = false;
  bool is_os_string = false;
  for (int i = 0; i < kMaxWrappers; ++i) {
    auto element = types_.complete(found.element);
    if (!element || !types_.is_struct(*element)) break;
    const std::string own = name_of(*element);
    const bool has_counters =
        i == 0 && is_counted(name) && types_.member(*element, "strong") && types_.member(*element, "weak");
    is_c_string |= own == "CStr" && !is_slice;
    is_os_string |= (own == "OsStr" || own == "Path") && !is_slice;
    std::optional<Member> last;
    if (has_counters) {
      last = types_.member(*element, "value");
      if (!last) last = types_.member(*element, "data");
    } else if (is_c_string || is_os_string) {
      last = types_.member(*element, "inner");
    }
    if (!last) break;
    found.skip += last->offset;
    found.element = last->type;
  }
  // What points at a struct that ends with a str is none.
  auto element = types_.complete(found.element);
  const bool is_of_bytes = element && !types_.is_struct(*element);
  const bool is_str = name.find("str") != std::string::npos && !is_slice;
  found.is_text = is_of_bytes && (is_c_string || is_os_string || is_str);
  if (is_counted(name) && !is_of_bytes && !is_slice) return std::nullopt;
  if (found.is_text && is_c_string) found.length.reset();  // which counts its NUL
  return found;
}

// Both variants have pointer and length, as a rule at the same places: then it is one text whichever it is.
std::optional<DwarfSequence> ObjectReader::rust_cow(const DwarfObject& object) {
  auto place_of = [](const DwarfObject& part) -> std::optional<int64_t> {
    return part.location.kind == Location::Kind::Memory ? std::optional(part.location.at.addend)
                                                        : std::nullopt;
  };
  auto borrowed = path(object, {"Borrowed", "__0"});
  auto owned = path(object, {"Owned", "__0"});
  if (!borrowed || !owned) return std::nullopt;
  auto one = sequence(*borrowed);
  auto other = sequence(*owned);
  if (!one || !other || !one->length || !other->length) return std::nullopt;
  const auto pointer = place_of(one->pointer);
  const auto length = place_of(*one->length);
  if (!pointer || !length || pointer != place_of(other->pointer) || length != place_of(*other->length))
    return std::nullopt;
  one->is_text &= other->is_text;
  return one;
}

// What an Option, an Rc or an Arc is around; nothing: it is none of them.
std::optional<DwarfObject> ObjectReader::inside_rust(const DwarfObject& object) {
  auto type = types_.complete(object.type);
  if (context_.language != DW_LANG_Rust || !type || !types_.is_struct(*type)) return std::nullopt;
  const std::string name = name_of(*type);
  if (begins(name, "Option<")) return path(object, {"Some", "__0"});
  auto inside = is_counted(name) ? path(object, {"ptr", "pointer"}) : std::nullopt;
  auto pointer = inside ? types_.complete(inside->type) : std::nullopt;
  if (!pointer || !types_.is_pointer(*pointer)) return std::nullopt;
  point(*inside, reference_of(*pointer, DW_AT_type));
  auto value = path(*inside, {"value"});
  return value ? value : path(*inside, {"data"});
}

// Text behind pointers, and in an Option, is meant by itself; so is a number in one.
void ObjectReader::follow_to_text(DwarfObject& object) {
  if (context_.language != DW_LANG_Rust) return;
  DwarfObject inside = object;
  for (int i = 0; i < kMaxDieChain; ++i) {
    auto type = types_.complete(inside.type);
    if (!type) return;
    if (auto inner = inside_rust(inside)) {
      const bool is_option = begins(name_of(*type), "Option<");
      auto inner_type = types_.complete(inner->type);
      inside = *std::move(inner);
      if (is_option && inner_type && !types_.is_struct(*inner_type)) object = inside;
      continue;
    }
    if (types_.is_struct(*type)) {
      auto found = sequence(inside);
      if (found && found->is_text) object = std::move(inside);
      return;
    }
    if (!types_.is_pointer(*type)) return;
    point(inside, reference_of(*type, DW_AT_type));
  }
}

}  // namespace uproar
