#include "resolve/arguments/variable_fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/near_texts.h"
#include "resolve/arguments/dwarf_registers.h"
#include "resolve/arguments/fetch_type.h"
#include "resolve/arguments/static_data.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

// Every back end records arrays of characters up to this length whole.
constexpr uint64_t kLongestBounded = 512;
constexpr size_t kShownFields = 12;
constexpr uint64_t kUnbounded = UINT16_MAX;  // characters: more than any back end records
constexpr const char* kAtTheCaller = "probe a line of the caller where it has been stored (FUNC:LINE)";
constexpr const char* kElsewhere = "probe another place, such as a line of the function (FUNC:LINE)";

// One variable as it was written, on its way to operations.
class VariableFetch {
 public:
  VariableFetch(const WrittenVariable& written, const ArgumentContext& context)
      : written_(written.name), where_(written.where), context_(context), is_result_(written.is_result) {}

  Result<std::vector<FetchOperation>> operations(const ValueLocation& place) const {
    switch (place.kind) {
      case ValueLocation::Kind::Unavailable:
        return unavailable(place.why);
      case ValueLocation::Kind::Constant:
        return std::vector<FetchOperation>{{Operation::Immediate, place.constant, {}, false}};
      case ValueLocation::Kind::Register: {
        TRY_ASSIGN(FetchOperation base, register_of(place));
        return std::vector<FetchOperation>{std::move(base)};
      }
      case ValueLocation::Kind::Memory:
        return memory(place);
    }
    return unavailable("is nowhere");
  }

  Error unavailable(const std::string& why) const {
    return where_.error(fmt::format("{} {}", written_, why), is_result_ ? kAtTheCaller : kElsewhere);
  }

  // Without a type of the user's.
  Result<void> describe(const FoundValue& value, FetchArgument& argument) const {
    if (value.place.kind == ValueLocation::Kind::Register) {
      // Where it is counts before what it is: neither can be mended by the other.
      TRY_ASSIGN(FetchOperation base, register_of(value.place));
      if (base.register_class == FetchOperation::RegisterClass::Vector &&
          value.shape.kind == ValueShape::Kind::Floating && value.shape.size <= 8) {
        argument.type.source_name = value.shape.name;
        argument.type.bits = static_cast<uint8_t>(value.shape.size * 8);
        argument.operations = {std::move(base)};
        return {};
      }
    }
    const ShapeFault fault = shape_fault(value, written_);
    if (!fault.message.empty()) {
      if (value.place.kind == ValueLocation::Kind::Unavailable &&
          value.shape.kind != ValueShape::Kind::Aggregate) {
        return unavailable(value.place.why);
      }
      return where_.error(fmt::format("{} {}", written_, fault.message), fault.remedy);
    }
    argument.type = value_type(value.shape);
    TRY_ASSIGN(argument.operations, operations(is_text(value.shape) ? value.text : value.place));
    TRY(add_extent(value, argument));
    TRY(add_dimensions(value, argument));
    return add_conditions(value, argument);
  }

  // With it. A string type means what the value points at, or the text itself where it is one.
  Result<void> describe(const FoundValue& value, const ast::Type& type, FetchArgument& argument) const {
    if (value.leads_to && (type.length || is_plain_string(type)))
      return describe(*value.leads_to, type, argument);
    if (type.length) return describe_sized(value, type, argument);
    if (is_plain_string(type) && !value.no_text.empty() && is_fetched(value)) return no_text(value);
    const ValueType written = written_type(type);
    const bool is_string =
        written.kind == ValueType::Kind::String || written.kind == ValueType::Kind::UserString;
    if (is_string && keeps_its_form(value.shape)) return describe(value, argument);
    if (is_part(value.shape)) return describe_part(value, type, argument);
    argument.type = written;
    argument.type.source_name = value.shape.name;
    if (is_string && is_byte_sequence(value)) return describe_bytes(value, argument);
    if (is_string && has_bytes(value)) {
      TRY_ASSIGN(argument.operations, operations(value.text));
      return add_conditions(value, argument);
    }
    TRY_ASSIGN(argument.operations, operations(value.place));
    if (is_element_somewhere(value)) {
      if (is_string || argument.type.array_count != 0 || argument.type.kind == ValueType::Kind::Bitfield)
        return only_a_number();
      TRY(add_dimensions(value, argument));
      return add_conditions(value, argument);
    }
    if (is_string && !is_in_place(value.shape))
      argument.operations.push_back({Operation::Dereference, 0, {}, false});
    return add_conditions(value, argument);
  }

 private:
  static bool is_text(const ValueShape& shape) {
    return shape.kind == ValueShape::Kind::CString || shape.kind == ValueShape::Kind::CharArray ||
           shape.kind == ValueShape::Kind::SizedString || shape.kind == ValueShape::Kind::SmallString;
  }
  static bool is_plain_string(const ast::Type& type) {
    const bool is_string = type.kind == ast::Type::Kind::String || type.kind == ast::Type::Kind::UserString;
    return is_string && !type.array_count;
  }
  // Whole structs are not fetched: where they are says nothing of why they are no texts.
  static bool is_fetched(const FoundValue& value) {
    return value.shape.kind == ValueShape::Kind::Aggregate ||
           value.place.kind != ValueLocation::Kind::Unavailable;
  }
  Error no_text(const FoundValue& value) const {
    const bool is_struct = value.shape.kind == ValueShape::Kind::Aggregate;
    return where_.error(fmt::format("{} {}", written_, value.no_text),
                        is_struct ? "choose a field: " + short_list(value.fields, kShownFields)
                                  : fmt::format("choose a part of it that is one; +0({}):string takes the "
                                                "bytes there as they are",
                                                written_));
  }
  // Texts, and sequences of bytes that could be one.
  static bool has_bytes(const FoundValue& value) { return is_text(value.shape) || is_byte_sequence(value); }
  static bool is_byte_sequence(const FoundValue& value) {
    const bool is_sequence =
        value.shape.kind == ValueShape::Kind::Aggregate || value.shape.kind == ValueShape::Kind::Array;
    return is_sequence && (value.text.kind == ValueLocation::Kind::Memory || !value.text.why.empty());
  }
  static bool is_in_place(const ValueShape& shape) {
    return shape.kind == ValueShape::Kind::Array || shape.kind == ValueShape::Kind::Aggregate;
  }
  // One element, which is found in what was recorded.
  static bool is_element_somewhere(const FoundValue& value) {
    return !value.dimensions.empty() && value.shape.kind != ValueShape::Kind::Array;
  }
  Error only_a_number() const {
    return where_.error(
        fmt::format("{} is an element whose place only the running program knows: it can be recorded as a "
                    "number",
                    written_),
        "leave the type out, or give it one of a number, such as :x64");
  }
  // Texts that :string does not make what ends at the first NUL byte, wherever that is: there need be none where
  // the text ends. An array of one character stands for any number of them, and of a long one the kernel's own
  // string has more.
  static bool keeps_its_form(const ValueShape& shape) {
    if (!is_text(shape)) return false;
    const bool is_whole_array =
        shape.kind == ValueShape::Kind::CharArray && shape.count > 1 && shape.count <= kLongestBounded;
    const bool is_sized = shape.kind == ValueShape::Kind::SizedString && !shape.ends_in_nul;
    return shape.character_size > 1 || shape.kind == ValueShape::Kind::SmallString || is_whole_array ||
           is_sized;
  }

  // A sequence of bytes, taken for text: nothing ends it but its length.
  Result<void> describe_bytes(const FoundValue& value, FetchArgument& argument) const {
    TRY_ASSIGN(argument.operations, operations(value.text));
    if (value.length.kind == ValueLocation::Kind::Unavailable) {
      return where_.error(
          fmt::format("{} are bytes ({}) whose number cannot be fetched", written_, value.shape.name),
          "write how many of them: :string(LENGTH)");
    }
    argument.type.kind = ValueType::Kind::SizedString;
    TRY_ASSIGN(argument.length, operations(value.length));
    argument.length_bits = static_cast<uint8_t>(std::min<uint64_t>(value.shape.length_size, 8) * 8);
    if (value.text_first) TRY(add_part(ArrayPart::Role::First, 1, *value.text_first, argument));
    return add_conditions(value, argument);
  }

  // How far a text of the source goes.
  Result<void> add_extent(const FoundValue& value, FetchArgument& argument) const {
    const ValueShape& shape = value.shape;
    auto at_most = [](uint64_t count) {
      return std::vector<FetchOperation>{{Operation::Immediate, static_cast<int64_t>(count), {}, false}};
    };
    if (shape.kind == ValueShape::Kind::CharArray) argument.length = at_most(shape.count);
    if (shape.kind == ValueShape::Kind::CString && shape.character_size > 1)
      argument.length = at_most(kUnbounded);
    if (shape.kind == ValueShape::Kind::SmallString) {
      TRY_ASSIGN(argument.object, operations(value.object));
    }
    if (shape.kind == ValueShape::Kind::SizedString) {
      TRY_ASSIGN(argument.length, operations(value.length));
      argument.length_bits = static_cast<uint8_t>(std::min<uint64_t>(shape.length_size, 8) * 8);
      if (value.text_first) TRY(add_part(ArrayPart::Role::First, 1, *value.text_first, argument));
    }
    return {};
  }

  // Of one variant of several: what decides whether it is there.
  Result<void> add_conditions(const FoundValue& value, FetchArgument& argument) const {
    for (const VariantTest& test : value.variants) {
      FetchCondition condition;
      TRY_ASSIGN(condition.operations, operations(test.place));
      condition.type = value_type(test.shape);
      condition.low = test.low;
      condition.high = test.high;
      argument.conditions.push_back(std::move(condition));
    }
    return {};
  }

  // :string(LEN), whose length the caller adds.
  Result<void> describe_sized(const FoundValue& value, const ast::Type& type, FetchArgument& argument) const {
    if (is_part(value.shape)) return describe_part(value, type, argument);
    if (is_element_somewhere(value)) return only_a_number();
    if (value.shape.kind == ValueShape::Kind::SmallString) {
      return where_.error(fmt::format("{} knows its own length ({})", written_, value.shape.name),
                          "leave the type out");
    }
    argument.type.kind = ValueType::Kind::SizedString;
    argument.type.source_name = value.shape.name;
    const bool is_there = has_bytes(value);
    if (is_there) argument.type.character_bytes = static_cast<uint8_t>(value.shape.character_size);
    TRY_ASSIGN(argument.operations, operations(is_there ? value.text : value.place));
    if (!is_there && !is_in_place(value.shape))
      argument.operations.push_back({Operation::Dereference, 0, {}, false});
    return add_conditions(value, argument);
  }

  // A number of its own bits, or of its own order of bytes, stays that.
  Result<void> describe_part(const FoundValue& value, const ast::Type& type, FetchArgument& argument) const {
    const bool is_array = value.shape.kind == ValueShape::Kind::Array;
    const bool same_elements = is_array && type.array_count && value.shape.element_size * 8 == type.bits;
    const bool is_number = type.kind == ast::Type::Kind::Unsigned || type.kind == ast::Type::Kind::Signed ||
                           type.kind == ast::Type::Kind::Hex || type.kind == ast::Type::Kind::Char;
    if (is_array && (!same_elements || !is_number)) {
      argument.type = written_type(type);
      argument.type.source_name = value.shape.name;
      TRY_ASSIGN(argument.operations, operations(value.place));
      return add_conditions(value, argument);
    }
    if (!is_number || (type.array_count && !is_array)) {
      return where_.error(
          fmt::format(
              "{} is {} ({}), and no {}", written_,
              value.shape.swapped_bytes != 0 ? "a number in the other byte order" : "a number of some bits",
              value.shape.name, type.array_count ? "array" : "text or bits of a larger one"),
          "leave the type out, or write :x64 for hexadecimal");
    }
    argument.type = part_type(value.shape, type);
    if (is_array) argument.type.array_count = *type.array_count;
    TRY_ASSIGN(argument.operations, operations(value.place));
    if (is_element_somewhere(value)) TRY(add_dimensions(value, argument));
    return add_conditions(value, argument);
  }

  Result<void> add_part(ArrayPart::Role role, size_t dimension, const NumberPlace& number,
                        FetchArgument& argument) const {
    ArrayPart part;
    part.role = role;
    part.dimension = static_cast<uint8_t>(dimension);
    TRY_ASSIGN(part.operations, operations(number.place));
    part.bits = static_cast<uint8_t>(std::min<uint64_t>(number.size, 8) * 8);
    part.is_signed = number.is_signed;
    argument.array_parts.push_back(std::move(part));
    return {};
  }

  Result<void> add_constant(ArrayPart::Role role, size_t dimension, int64_t number,
                            FetchArgument& argument) const {
    NumberPlace constant;
    constant.place.kind = ValueLocation::Kind::Constant;
    constant.place.constant = number;
    return add_part(role, dimension, constant, argument);
  }

  // Where in what is recorded the elements are.
  Result<void> add_dimensions(const FoundValue& value, FetchArgument& argument) const {
    using Role = ArrayPart::Role;
    if (value.dimensions.empty()) return {};
    argument.type.array_count = static_cast<uint32_t>(value.window);
    size_t number = 0;
    for (const ArrayDimension& dimension : value.dimensions) {
      ++number;
      if (dimension.first) TRY(add_part(Role::First, number, *dimension.first, argument));
      if (dimension.last) TRY(add_part(Role::Last, number, *dimension.last, argument));
      if (dimension.step) TRY(add_part(Role::Step, number, *dimension.step, argument));
      if (dimension.span) TRY(add_part(Role::Span, number, *dimension.span, argument));
      if (dimension.index) {
        TRY(add_constant(dimension.is_from_zero ? Role::At : Role::Index, number, *dimension.index,
                         argument));
      }
    }
    if (value.skip != 0) TRY(add_constant(Role::Skip, 1, value.skip, argument));
    return {};
  }

  Result<FetchOperation> register_of(const ValueLocation& place) const {
    DwarfRegister name = dwarf_register(context_.file.elf().machine(), place.dwarf_register);
    if (name.name.empty())
      return unavailable(fmt::format("is in {}, which the kernel's fetches cannot read", name.shown));
    if (is_result_ && place.dwarf_register == 0 && context_.is_return && !context_.at_exits)
      return FetchOperation{Operation::ReturnValue, 0, {}, false};
    if (context_.is_return && !is_result_) {
      return where_.error(
          fmt::format("{} belongs to the function's beginning: when it returns, the registers "
                      "hold something else",
                      written_),
          "record it with a probe at the entry (p instead of r); $retval is the result");
    }
    return FetchOperation{Operation::Register, 0, name.name, false, name.register_class};
  }

  Result<std::vector<FetchOperation>> memory(const ValueLocation& place) const {
    std::vector<FetchOperation> made;
    size_t next = 0;
    if (place.base_is_static) {
      const int64_t first = place.displacements.empty() ? 0 : place.displacements.front();
      if (place.symbol.empty()) {
        made = data_at(place.static_vaddr, first, context_);
      } else {
        if (!has_data(place.symbol, true, context_))
          return unavailable(
              "is only declared there, and nothing in the program says where it is: it was removed, or "
              "another file has it");
        TRY_ASSIGN(made, data_of_symbol(place.symbol, first, true, where_, context_));
      }
      next = 1;
    } else {
      TRY_ASSIGN(FetchOperation base, register_of(place));
      made.push_back(std::move(base));
    }
    for (; next < place.displacements.size(); ++next) {
      made.push_back({Operation::Dereference, place.displacements[next], {}, false});
    }
    if (!context_.file.elf().is_64_bit() && place.displacements.size() > 1) {
      return where_.error(
          fmt::format("{} is behind a pointer in memory, which the kernel reads as 8 bytes where this 32-bit "
                      "program has 4",
                      written_),
          "probe where the pointer is in a register");
    }
    return made;
  }

  std::string written_;
  TextSpan where_;
  const ArgumentContext& context_;
  bool is_result_;  // of the function: registers hold what they do when it has returned
};

}  // namespace

Result<FetchArgument> variable_fetch(const WrittenVariable& written, const FoundValue& value,
                                     const ast::Type* type, const ArgumentContext& context,
                                     std::string name) {
  const VariableFetch fetch(written, context);
  FetchArgument argument;
  argument.name = std::move(name);
  if (type) {
    TRY(fetch.describe(value, *type, argument));
  } else {
    TRY(fetch.describe(value, argument));
  }
  return argument;
}

}  // namespace uproar
