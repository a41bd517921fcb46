#include "resolve/arguments/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "definition/argument_name.h"
#include "definition/registers.h"
#include "resolve/arguments/fetch_type.h"
#include "resolve/arguments/function_arguments.h"
#include "resolve/arguments/static_data.h"
#include "resolve/arguments/usdt_argument.h"
#include "resolve/arguments/variables.h"
#include "resolve/source_spans.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

bool is_text(const ValueType& type) {
  return type.kind == ValueType::Kind::String || type.kind == ValueType::Kind::UserString ||
         type.kind == ValueType::Kind::SizedString || type.kind == ValueType::Kind::BoundedString ||
         type.kind == ValueType::Kind::SmallString;
}

// A variable of the source, or a part of what the function returns.
Result<FetchArgument> either_variable(const ast::Variable& variable, Span span, const ast::Type* type,
                                      const ArgumentContext& context) {
  if (variable.name != ast::kResultName) return variable_argument(variable, span, type, context);
  TRY_ASSIGN(std::optional<FetchArgument> made, result_argument(variable, span, type, context));
  CHECK(made.has_value());  // it has steps
  return std::move(*made);
}

// $retval alone, in the type that the source gives it. Nothing: it is what the register holds, as the user wrote
// it, or because nothing is known of it.
Result<std::optional<FetchArgument>> typed_result(const ast::Fetch& fetch, const ast::Type* type,
                                                  const ArgumentContext& context) {
  const auto* form = std::get_if<ast::ReturnValue>(&fetch.form);
  if (!form || !form->ignored.empty() || context.is_kernels_place) return std::optional<FetchArgument>();
  ast::Variable whole;
  whole.name = ast::kResultName;
  if (!type) return result_argument(whole, fetch.span, nullptr, context);
  const bool is_string = type->kind == ast::Type::Kind::String || type->kind == ast::Type::Kind::UserString;
  if (!is_string || type->length || type->array_count) return std::optional<FetchArgument>();
  // As of any variable: the text that it is, or that it leads to.
  return result_argument(whole, fetch.span, type, context);
}

// What a fetch without its dereferences makes.
struct Leaf {
  std::vector<FetchOperation> operations;
  std::optional<ValueType> type;  // where the source of the value tells it
  std::string name;               // of an argument that the user gave none
  std::vector<FetchCondition> conditions{};
};

FetchOperation operation(Operation kind, int64_t number = 0, std::string name = {}) {
  return {kind, number, std::move(name), false};
}

// An element that is found in what was recorded cannot lead the kernel further.
Error unknown_place(Span span, const ArgumentContext& context) {
  return TextSpan{span, context.text}.error(
      "only the running program knows where this element is: nothing behind it can be fetched",
      "record it by itself, as an argument of its own");
}

struct LeafOf {
  const ArgumentContext& context;
  Span span;

  using Made = Result<Leaf>;
  static Leaf one(FetchOperation made) { return {{std::move(made)}, std::nullopt, {}}; }

  Made operator()(const ast::Register& form) const {
    return one(operation(Operation::Register, 0, form.name));
  }
  Made operator()(const ast::StackPointer&) const { return one(operation(Operation::StackPointer)); }
  Made operator()(const ast::StackSlot& form) const {
    return one(operation(Operation::StackSlot, static_cast<uint32_t>(form.index)));
  }
  Made operator()(const ast::ReturnValue&) const {
    if (!context.at_exits) return one(operation(Operation::ReturnValue));
    TRY_ASSIGN(FetchOperation result, result_register(span, context));
    return one(std::move(result));
  }
  Made operator()(const ast::TaskName&) const { return one(operation(Operation::TaskName)); }
  Made operator()(const ast::Address& form) const {
    return one(operation(Operation::Address, static_cast<int64_t>(form.value)));
  }
  Made operator()(const ast::FileOffset& form) const {
    return one(operation(Operation::FileOffset, form.value));
  }
  Made operator()(const ast::DataSymbol& form) const {
    const TextSpan where{span, context.text};
    TRY_ASSIGN(auto operations, data_of_symbol(form.name, form.offset, false, where, context));
    return Leaf{std::move(operations), std::nullopt, {}};
  }
  Made operator()(const ast::Immediate& form) const {
    return one(operation(Operation::Immediate, form.value));
  }
  Made operator()(const ast::ImmediateString& form) const {
    return one(operation(Operation::ImmediateString, 0, form.text));
  }
  Made operator()(const ast::ArgumentNumber& form) const {
    auto made = context.place.usdt_arguments.empty() ? function_argument(form.number, span, context)
                                                     : usdt_argument(form.number, span, context);
    if (!made.ok()) return made.error();
    return Leaf{std::move(made->operations), std::move(made->type), {}};
  }
  // As a part of something larger a variable is its plain value: a pointer, not the text behind it.
  Made operator()(const ast::Variable& form) const {
    ast::Type plain;
    plain.span = span;
    auto made = either_variable(form, span, &plain, context);
    if (!made.ok()) return made.error();
    if (!made->array_parts.empty()) return unknown_place(span, context);
    if (made->type.kind != ValueType::Kind::Hex || made->type.swapped_bytes != 0) {
      return TextSpan{span, context.text}.error("this is some bits of a number, and no pointer to follow",
                                                "record it as it is");
    }
    return Leaf{std::move(made->operations), std::nullopt, std::move(made->name),
                std::move(made->conditions)};
  }
  Made operator()(const ast::VariableList&) const {
    return TextSpan{span, context.text}.error("a list of variables stands alone",
                                              "leave out what is around it");
  }
  Made operator()(const ast::Dereference&) const {
    return TextSpan{span, context.text}.error("a dereference without anything in its brackets",
                                              "write +0(%REG)");
  }
};

// A place in memory as the kernel's own forms name it: with a string type it is where the bytes are, while
// any other value is their address.
bool names_memory(const ast::Fetch& fetch) {
  return std::holds_alternative<ast::Address>(fetch.form) ||
         std::holds_alternative<ast::FileOffset>(fetch.form) ||
         std::holds_alternative<ast::DataSymbol>(fetch.form);
}

// The kernel makes these strings by itself, and takes a constant with :string for an address.
bool is_kernels_own_text(const ast::Fetch& fetch) {
  return std::holds_alternative<ast::TaskName>(fetch.form) ||
         std::holds_alternative<ast::ImmediateString>(fetch.form) ||
         std::holds_alternative<ast::Immediate>(fetch.form);
}

ValueType default_type(const Leaf& leaf, bool dereferenced) {
  if (leaf.type && !dereferenced) return *leaf.type;
  ValueType type;
  const Operation source = leaf.operations.front().kind;
  if (source == Operation::TaskName || source == Operation::ImmediateString)
    type.kind = ValueType::Kind::String;
  return type;
}

// The kernel follows 8 bytes of memory, whatever the operand's own width is.
Result<void> check_is_pointer(const Leaf& leaf, Span span, const ArgumentContext& context) {
  const bool memory = leaf.operations.back().kind == Operation::Dereference ||
                      leaf.operations.back().kind == Operation::FileOffset;
  if (!memory || !leaf.type || leaf.type->bits == 64) return {};
  return TextSpan{span, context.text}.error(
      fmt::format("this is a number of {} bits in memory, and no pointer to follow", leaf.type->bits),
      "record it as it is");
}

struct Fetched {
  Leaf leaf;
  bool dereferenced = false;
  bool is_address = false;  // with a string type it is where the bytes are
};

Result<Fetched> operations_of(const ast::Fetch& written, const ArgumentContext& context) {
  std::vector<FetchOperation> dereferences;  // as written: the outermost, which comes last, first
  const ast::Fetch* fetch = &written;
  while (const auto* outer = std::get_if<ast::Dereference>(&fetch->form)) {
    if (!outer->inner) break;
    dereferences.push_back({Operation::Dereference, outer->offset, {}, outer->user});
    fetch = outer->inner.get();
  }
  Fetched fetched;
  TRY_ASSIGN(fetched.leaf, std::visit(LeafOf{context, fetch->span}, fetch->form));
  if (!dereferences.empty()) TRY(check_is_pointer(fetched.leaf, fetch->span, context));
  fetched.dereferenced = !dereferences.empty();
  fetched.is_address = fetched.dereferenced || names_memory(*fetch) || is_kernels_own_text(*fetch);
  std::move(dereferences.rbegin(), dereferences.rend(), std::back_inserter(fetched.leaf.operations));
  return fetched;
}

// LEN of string(LEN): a number.
Result<void> add_length(const ast::Type& type, const ArgumentContext& context, FetchArgument& made) {
  if (const auto* variable = std::get_if<ast::Variable>(&type.length->form)) {
    const ast::Type* written = type.length_type ? &*type.length_type : nullptr;
    TRY_ASSIGN(FetchArgument length, either_variable(*variable, type.length->span, written, context));
    if (!length.array_parts.empty()) return unknown_place(type.length->span, context);
    made.length = std::move(length.operations);
    made.length_bits = length.type.bits;
    const bool number = length.type.kind == ValueType::Kind::Signed ||
                        length.type.kind == ValueType::Kind::Unsigned ||
                        length.type.kind == ValueType::Kind::Hex;
    if (number && length.type.array_count == 0 && length.type.swapped_bytes == 0) return {};
    return TextSpan{type.length->span, context.text}.error(
        "the length of a string is a number, and this is none", "write the variable that holds the length");
  }
  TRY_ASSIGN(Fetched length, operations_of(*type.length, context));
  const ValueType number =
      type.length_type ? written_type(*type.length_type) : default_type(length.leaf, length.dereferenced);
  made.length = std::move(length.leaf.operations);
  made.length_bits = number.bits;
  return {};
}

Result<std::vector<FetchArgument>> listed(const ast::VariableList& list, Span span,
                                          const ArgumentContext& context) {
  std::vector<std::string> left_out;
  TRY_ASSIGN(std::vector<FetchArgument> made, variable_list(list, span, context, left_out));
  for (FetchArgument& each : made) each.source = source_of_listed(span);
  if (context.notes) {
    for (std::string& each : left_out) context.notes->push_back({Hazard::Level::Note, std::move(each), {}});
  }
  return made;
}

// "if the register is meant, write %di": the likeliest mistake where no variable has the name.
Error with_register_hint(Error error, const ast::Variable& variable) {
  if (!variable.steps.empty()) return error;
  const std::string meant(familiar_register(variable.name, Architecture::X86_64));
  if (!meant.empty()) error.remedy = fmt::format("if the register is meant, write %{}", meant);
  return error;
}

}  // namespace

Result<std::vector<FetchArgument>> resolve_argument(const ast::Argument& argument, size_t index,
                                                    const ArgumentContext& context) {
  if (const auto* list = std::get_if<ast::VariableList>(&argument.fetch.form))
    return listed(*list, argument.fetch.span, context);

  FetchArgument made;
  const ast::Type* type = argument.type ? &*argument.type : nullptr;
  const auto* variable = std::get_if<ast::Variable>(&argument.fetch.form);
  TRY_ASSIGN(std::optional<FetchArgument> result, typed_result(argument.fetch, type, context));
  if (result) {
    made = std::move(*result);
  } else if (variable) {
    auto found = either_variable(*variable, argument.fetch.span, type, context);
    if (!found.ok()) return with_register_hint(found.error(), *variable);
    made = std::move(*found);
    if (type && type->length) TRY(add_length(*type, context, made));
  } else {
    TRY_ASSIGN(Fetched fetched, operations_of(argument.fetch, context));
    made.name = std::move(fetched.leaf.name);
    made.type = type ? written_type(*type) : default_type(fetched.leaf, fetched.dereferenced);
    if (type && type->length) made.type.kind = ValueType::Kind::SizedString;
    made.operations = fetched.leaf.operations;
    made.conditions = std::move(fetched.leaf.conditions);
    if (is_text(made.type) && !fetched.is_address) {
      TRY(check_is_pointer(fetched.leaf, argument.fetch.span, context));
      made.operations.push_back(operation(Operation::Dereference));
    }
    if (type && type->length) TRY(add_length(*type, context, made));
  }
  if (argument.name || made.name.empty()) made.name = argument_name(argument, index);
  made.source = source_of(argument);
  return std::vector<FetchArgument>{std::move(made)};
}

}  // namespace uproar
