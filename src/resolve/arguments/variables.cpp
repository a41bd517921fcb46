#include "resolve/arguments/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "definition/argument_name.h"
#include "resolve/arguments/dwarf_registers.h"
#include "resolve/arguments/fetch_type.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

constexpr size_t kShownNames = 12;
constexpr const char* kElsewhere = "probe another place, such as a line of the function (FUNC:LINE)";

VariableStepRequest request_of(const ast::VariableStep& step) {
  VariableStepRequest request;
  switch (step.kind) {
    case ast::VariableStep::Kind::Arrow:
      request.kind = VariableStepRequest::Kind::Arrow;
      break;
    case ast::VariableStep::Kind::Dot:
      request.kind = VariableStepRequest::Kind::Dot;
      break;
    case ast::VariableStep::Kind::Index:
      request.kind = VariableStepRequest::Kind::Index;
      break;
    case ast::VariableStep::Kind::Dereference:
      request.kind = VariableStepRequest::Kind::Dereference;
      break;
  }
  request.field = step.field;
  request.index = step.index;
  return request;
}

// One variable as it was written, on its way to operations.
class VariableFetch {
 public:
  VariableFetch(std::string written, TextSpan place, const ArgumentContext& context)
      : written_(std::move(written)), place_(place), context_(context) {}

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
    return place_.error(fmt::format("{} {}", written_, why), kElsewhere);
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
      return place_.error(fmt::format("{} {}", written_, fault.message), fault.remedy);
    }
    argument.type = value_type(value.shape);
    const bool is_text = value.shape.kind == ValueShape::Kind::CString ||
                         value.shape.kind == ValueShape::Kind::CharArray ||
                         value.shape.kind == ValueShape::Kind::SizedString;
    TRY_ASSIGN(argument.operations, operations(is_text ? value.text : value.place));
    if (value.shape.kind == ValueShape::Kind::CharArray) {
      argument.length = {{Operation::Immediate, static_cast<int64_t>(value.shape.count), {}, false}};
    }
    if (value.shape.kind == ValueShape::Kind::SizedString) {
      TRY_ASSIGN(argument.length, operations(value.length));
      argument.length_bits = static_cast<uint8_t>(std::min<uint64_t>(value.shape.length_size, 8) * 8);
      if (value.text_first) TRY(add_part(ArrayPart::Role::First, 1, *value.text_first, argument));
    }
    if (value.dimensions.empty()) return {};
    argument.type.array_count = static_cast<uint32_t>(value.window);
    return add_dimensions(value, argument);
  }

  // With it. A string type means what the value points at, or the text itself where it is one.
  Result<void> describe(const FoundValue& value, const ast::Type& type, FetchArgument& argument) const {
    argument.type = written_type(type);
    argument.type.source_name = value.shape.name;
    const bool is_string =
        argument.type.kind == ValueType::Kind::String || argument.type.kind == ValueType::Kind::UserString;
    const bool has_bytes =
        value.shape.kind == ValueShape::Kind::Aggregate && value.text.kind == ValueLocation::Kind::Memory;
    const bool is_text = has_bytes || value.shape.kind == ValueShape::Kind::CString ||
                         value.shape.kind == ValueShape::Kind::CharArray ||
                         value.shape.kind == ValueShape::Kind::SizedString;
    if (is_string && is_text) {
      TRY_ASSIGN(argument.operations, operations(value.text));
      return {};
    }
    TRY_ASSIGN(argument.operations, operations(value.place));
    if (!value.dimensions.empty() && value.shape.kind != ValueShape::Kind::Array) {
      if (is_string || argument.type.array_count != 0 || argument.type.kind == ValueType::Kind::Bitfield) {
        return place_.error(
            fmt::format(
                "{} is an element whose place only the running program knows: it can be recorded as a "
                "number",
                written_),
            "leave the type out, or give it one of a number, such as :x64");
      }
      argument.type.array_count = static_cast<uint32_t>(value.window);
      return add_dimensions(value, argument);
    }
    const bool in_place =
        value.shape.kind == ValueShape::Kind::Array || value.shape.kind == ValueShape::Kind::Aggregate;
    if (is_string && !in_place) argument.operations.push_back({Operation::Dereference, 0, {}, false});
    return {};
  }

 private:
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

  Result<void> add_dimensions(const FoundValue& value, FetchArgument& argument) const {
    using Role = ArrayPart::Role;
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
    if (context_.is_return) {
      return place_.error(
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
      // Modulo 2^64, as the kernel's own sum.
      const uint64_t base = context_.code.vaddr - context_.code.file_offset;
      const auto first = static_cast<uint64_t>(place.displacements.empty() ? 0 : place.displacements.front());
      made.push_back(
          {Operation::FileOffset, static_cast<int64_t>(place.static_vaddr + first - base), {}, false});
      next = 1;
    } else {
      TRY_ASSIGN(FetchOperation base, register_of(place));
      made.push_back(std::move(base));
    }
    for (; next < place.displacements.size(); ++next) {
      made.push_back({Operation::Dereference, place.displacements[next], {}, false});
    }
    if (!context_.file.elf().is_64_bit() && place.displacements.size() > 1) {
      return place_.error(
          fmt::format("{} is behind a pointer in memory, which the kernel reads as 8 bytes where this 32-bit "
                      "program has 4",
                      written_),
          "probe where the pointer is in a register");
    }
    return made;
  }

  std::string written_;
  TextSpan place_;
  const ArgumentContext& context_;
};

CodePoint point_of(const ArgumentContext& context) {
  return {context.place.vaddr, context.place.symbol};
}

Error not_found(const ast::Variable& variable, const Error& cause, const VariableFault& fault, Span span,
                const ArgumentContext& context) {
  const bool is_step = fault.step >= 0 && static_cast<size_t>(fault.step) < variable.steps.size();
  Span at = span;
  if (is_step && variable.steps[static_cast<size_t>(fault.step)].span.end > 0) {
    at = variable.steps[static_cast<size_t>(fault.step)].span;
  }
  const TextSpan place{at, context.text};
  std::string remedy = cause.remedy;
  std::string message = cause.message;
  switch (fault.kind) {
    case VariableFault::Kind::NoVariable:
    case VariableFault::Kind::NoField: {
      const std::string& wanted =
          is_step ? variable.steps[static_cast<size_t>(fault.step)].field : variable.name;
      remedy = did_you_mean(near_texts(fault.names, wanted));
      if (remedy.empty() && !fault.names.empty()) {
        remedy = "there are " + short_list(fault.names, kShownNames);
      }
      if (fault.kind == VariableFault::Kind::NoVariable) {
        message =
            context.place.symbol.empty()
                ? fmt::format("no variable {} is known at this place", variable.name)
                : fmt::format("{} has no variable {} at this place", context.place.symbol, variable.name);
      }
      break;
    }
    case VariableFault::Kind::NoFunction:
      break;
    default: {
      // What the text before the step means is what the message speaks of.
      const size_t end = is_step ? variable.steps[static_cast<size_t>(fault.step)].span.begin : span.end;
      const bool inside = end > span.begin && end <= context.text.size();
      message = fmt::format(
          "{} {}", inside ? context.text.substr(span.begin, end - span.begin) : variable.name, cause.message);
      break;
    }
  }
  return place.error(std::move(message), std::move(remedy));
}

// What the source of a member function calls by its name alone.
bool is_member(DebugInfo& debug_info, const CodePoint& at, const std::string& name,
               const VariableFault& fault) {
  if (std::find(fault.names.begin(), fault.names.end(), "this") == fault.names.end()) return false;
  VariableStepRequest step;
  step.kind = VariableStepRequest::Kind::Arrow;
  step.field = name;
  VariableFault other;
  return debug_info.find_value(at, "this", {step}, other).ok();
}

}  // namespace

Result<FetchArgument> variable_argument(const ast::Variable& variable, Span span, const ast::Type* type,
                                        const ArgumentContext& context) {
  const TextSpan place{span, context.text};
  auto opened = context.file.debug_info();
  if (!opened.ok()) return place.error(opened.error());
  std::vector<VariableStepRequest> steps;
  steps.reserve(variable.steps.size());
  for (const ast::VariableStep& step : variable.steps) steps.push_back(request_of(step));
  VariableFault fault;
  auto found = (*opened)->find_value(point_of(context), variable.name, steps, fault);
  const bool may_be_package = !found.ok() && fault.kind == VariableFault::Kind::NoVariable &&
                              !steps.empty() && steps.front().kind == VariableStepRequest::Kind::Dot;
  if (may_be_package) {
    // main.Count of Go is one name.
    const std::string qualified = variable.name + "." + steps.front().field;
    VariableFault other;
    auto global =
        (*opened)->find_value(point_of(context), qualified, {steps.begin() + 1, steps.end()}, other);
    if (global.ok()) found = std::move(global);
  }
  if (!found.ok()) {
    Error error = not_found(variable, found.error(), fault, span, context);
    const bool unknown = fault.kind == VariableFault::Kind::NoVariable;
    if (unknown && is_member(**opened, point_of(context), variable.name, fault))
      error.remedy = fmt::format("it is a member of the object: write this->{}", variable.name);
    return error;
  }

  FetchArgument argument;
  argument.name = default_name(variable);
  const bool inside = span.begin < span.end && span.end <= context.text.size();
  const VariableFetch fetch(
      inside ? std::string(context.text.substr(span.begin, span.end - span.begin)) : variable.name, place,
      context);
  if (type) {
    TRY(fetch.describe(*found, *type, argument));
  } else {
    TRY(fetch.describe(*found, argument));
  }
  return argument;
}

Result<std::vector<FetchArgument>> variable_list(const ast::VariableList& list, Span span,
                                                 const ArgumentContext& context,
                                                 std::vector<std::string>& left_out) {
  const TextSpan place{span, context.text};
  auto opened = context.file.debug_info();
  if (!opened.ok()) return place.error(opened.error());
  auto found = (*opened)->variables(point_of(context));
  if (!found.ok()) return place.error(found.error());
  std::vector<FetchArgument> made;
  std::vector<std::string> names;
  for (const VariableInfo& each : *found) {
    if (list.parameters_only && !each.is_parameter) continue;
    FetchArgument argument;
    argument.name = made_identifier(each.name);
    auto described = VariableFetch(each.name, place, context).describe(each.value, argument);
    if (!described.ok()) {
      left_out.push_back(described.error().message);
      continue;
    }
    if (std::find(names.begin(), names.end(), argument.name) != names.end()) {
      left_out.push_back(fmt::format("{} would have the same name as another", each.name));
      continue;
    }
    names.push_back(argument.name);
    made.push_back(std::move(argument));
  }
  return made;
}

}  // namespace uproar
