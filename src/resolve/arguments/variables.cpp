#include "resolve/arguments/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "definition/argument_name.h"
#include "resolve/arguments/dwarf_registers.h"
#include "resolve/arguments/fetch_type.h"
#include "resolve/arguments/static_data.h"
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
    }
    return {};
  }

  // With it. A string type means what the value points at, or the text itself where it is one.
  Result<void> describe(const FoundValue& value, const ast::Type& type, FetchArgument& argument) const {
    argument.type = written_type(type);
    argument.type.source_name = value.shape.name;
    const bool is_string =
        argument.type.kind == ValueType::Kind::String || argument.type.kind == ValueType::Kind::UserString;
    const bool is_text = value.shape.kind == ValueShape::Kind::CString ||
                         value.shape.kind == ValueShape::Kind::CharArray ||
                         value.shape.kind == ValueShape::Kind::SizedString;
    if (is_string && is_text) {
      TRY_ASSIGN(argument.operations, operations(value.text));
      return {};
    }
    TRY_ASSIGN(argument.operations, operations(value.place));
    const bool in_place =
        value.shape.kind == ValueShape::Kind::Array || value.shape.kind == ValueShape::Kind::Aggregate;
    if (is_string && !in_place) argument.operations.push_back({Operation::Dereference, 0, {}, false});
    return {};
  }

 private:
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
      const int64_t first = place.displacements.empty() ? 0 : place.displacements.front();
      if (place.symbol.empty()) {
        made = data_at(place.static_vaddr, first, context_);
      } else {
        if (!has_data(place.symbol, true, context_))
          return unavailable(
              "is only declared there, and nothing in the program says where it is: it was removed, or "
              "another file has it");
        TRY_ASSIGN(made, data_of_symbol(place.symbol, first, true, place_, context_));
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
    case VariableFault::Kind::Ambiguous:
      message = fmt::format("{} may be each of several variables", variable.name);
      remedy = "choose one: " + short_list(fault.names, kShownNames);
      break;
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
    if (unknown && has_data(variable.name, false, context))
      error.remedy =
          fmt::format("the debug information does not tell its type: write @{} with one, such as @{}:s32",
                      variable.name, variable.name);
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
