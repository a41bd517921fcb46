#include "resolve/arguments/variables.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/near_texts.h"
#include "binary/symbols/demangle.h"
#include "definition/argument_name.h"
#include "resolve/arguments/function_arguments.h"
#include "resolve/arguments/static_data.h"
#include "resolve/arguments/variable_fetch.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownNames = 12;

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

CodePoint point_of(const ArgumentContext& context) {
  return {context.place.vaddr, context.place.symbol, context.place.linkage_name};
}

// Equal functions are one piece of code, and the debug information may tell only of another one.
Error folded(const VariableFault& fault, const TextSpan& where, const ArgumentContext& context) {
  const std::string other = fault.names.empty() ? std::string("another one") : fault.names.front();
  return where.error(
      fmt::format(
          "{} shares its code with {} (equal functions were folded into one), and the debug information "
          "is of {}",
          context.place.symbol, other, other),
      fmt::format("give the type: {}; or probe {} for its names",
                  context.is_return ? "$retval:s32" : "$arg1:s32",
                  other.find_first_of(" (") == std::string::npos ? other : '"' + other + '"'));
}

Error not_found(const ast::Variable& variable, const Error& cause, const VariableFault& fault, Span span,
                const ArgumentContext& context) {
  const bool is_step = fault.step >= 0 && static_cast<size_t>(fault.step) < variable.steps.size();
  Span at = span;
  if (is_step && variable.steps[static_cast<size_t>(fault.step)].span.end > 0) {
    at = variable.steps[static_cast<size_t>(fault.step)].span;
  }
  const TextSpan where{at, context.text};
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
    case VariableFault::Kind::Folded:
      return folded(fault, where, context);
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
  return where.error(std::move(message), std::move(remedy));
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

std::vector<VariableStepRequest> requests_of(const ast::Variable& variable) {
  std::vector<VariableStepRequest> steps;
  steps.reserve(variable.steps.size());
  for (const ast::VariableStep& step : variable.steps) steps.push_back(request_of(step));
  return steps;
}

// As the user wrote it.
std::string written_text(const ast::Variable& variable, Span span, const ArgumentContext& context) {
  const bool inside = span.begin < span.end && span.end <= context.text.size();
  return inside ? std::string(context.text.substr(span.begin, span.end - span.begin)) : variable.name;
}

}  // namespace

Result<FetchArgument> variable_argument(const ast::Variable& variable, Span span, const ast::Type* type,
                                        const ArgumentContext& context) {
  const TextSpan where{span, context.text};
  auto opened = context.file.debug_info();
  if (!opened.ok()) return where.error(opened.error());
  const std::vector<VariableStepRequest> steps = requests_of(variable);
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

  return variable_fetch({written_text(variable, span, context), where}, *found, type, context,
                        default_name(variable));
}

Result<std::optional<FetchArgument>> result_argument(const ast::Variable& result, Span span,
                                                     const ast::Type* type, const ArgumentContext& context) {
  const TextSpan where{span, context.text};
  auto opened = context.file.debug_info();
  if (!opened.ok()) {
    if (result.steps.empty()) return std::optional<FetchArgument>();
    return where.error(opened.error());
  }
  // Of Go's older convention the debug information tells nothing.
  if (context.at_exits) TRY(result_register(span, context));
  VariableFault fault;
  auto found = (*opened)->find_result(point_of(context), requests_of(result), fault);
  if (!found.ok() && fault.kind == VariableFault::Kind::NoFunction && result.steps.empty())
    return std::optional<FetchArgument>();
  // With a type $retval is what the register holds.
  const bool is_untold =
      fault.kind == VariableFault::Kind::NoResult || fault.kind == VariableFault::Kind::Folded;
  if (!found.ok() && is_untold && type && result.steps.empty()) return std::optional<FetchArgument>();
  if (!found.ok() && fault.kind == VariableFault::Kind::NoResult)
    return where.error(found.error().message,
                       "leave $retval out; with a type it is what the register holds: $retval:x64");
  if (!found.ok()) return not_found(result, found.error(), fault, span, context);
  TRY_ASSIGN(FetchArgument argument,
             variable_fetch({written_text(result, span, context), where, true}, *found, type, context,
                            result.steps.empty() ? std::string() : default_name(result)));
  return std::optional<FetchArgument>(std::move(argument));
}

Result<std::vector<FetchArgument>> variable_list(const ast::VariableList& list, Span span,
                                                 const ArgumentContext& context,
                                                 std::vector<std::string>& left_out) {
  const TextSpan where{span, context.text};
  auto opened = context.file.debug_info();
  if (!opened.ok()) return where.error(opened.error());
  auto found = (*opened)->variables(point_of(context));
  if (!found.ok()) {
    auto owner = (*opened)->owner_of(point_of(context));
    if (!owner || !owner->is_other) return where.error(found.error());
    VariableFault fault;
    const std::string& mangled = owner->described.linkage_name;
    fault.names = {looks_mangled(mangled) ? readable_name(mangled, NameForm::Call) : owner->described.name};
    return folded(fault, where, context);
  }
  std::vector<FetchArgument> made;
  std::vector<std::string> names;
  for (const VariableInfo& each : *found) {
    if (list.parameters_only && !each.is_parameter) continue;
    auto argument =
        variable_fetch({each.name, where}, each.value, nullptr, context, made_identifier(each.name));
    if (!argument.ok()) {
      left_out.push_back(argument.error().message);
      continue;
    }
    // Elements of a parameter pack have one name: args, args_2, args_3.
    const std::string base = argument->name;
    for (int copy = 2; std::find(names.begin(), names.end(), argument->name) != names.end(); ++copy)
      argument->name = fmt::format("{}_{}", base, copy);
    names.push_back(argument->name);
    made.push_back(*std::move(argument));
  }
  return made;
}

}  // namespace uproar
