#include "definition/type_check.h"

#include <fmt/format.h>

#include <string>

#include "definition/printer.h"

namespace uproar {
namespace {

using Kind = ast::Type::Kind;

Diagnostic fault(Span where, std::string message, std::string hint) {
  return {Diagnostic::Severity::Error, std::move(message), where, std::move(hint)};
}

// What the type needs to know about a fetch.
struct Shape {
  bool memory = false;    // ends by reading memory
  bool text = false;      // $comm or \"STR": only ever a string
  bool unknown = false;   // $argN or a variable, undereferenced: a value or memory
  bool constant = false;  // \N, which as a string is taken for an address
};

Shape shape_of(const ast::Fetch& fetch) {
  Shape shape;
  const ast::Fetch* part = &leaf_of(fetch);
  shape.memory = part != &fetch || std::holds_alternative<ast::Address>(part->form) ||
                 std::holds_alternative<ast::FileOffset>(part->form) ||
                 std::holds_alternative<ast::DataSymbol>(part->form);
  shape.text = std::holds_alternative<ast::TaskName>(part->form) ||
               std::holds_alternative<ast::ImmediateString>(part->form);
  shape.unknown = !shape.memory && is_own_form(*part);
  shape.constant = !shape.memory && std::holds_alternative<ast::Immediate>(part->form);
  return shape;
}

bool is_string(const ast::Type& type) {
  return type.kind == Kind::String || type.kind == Kind::UserString;
}

std::optional<Diagnostic> check_text(const ast::Type& type) {
  if (type.kind == Kind::String && !type.array_count && !type.length) return std::nullopt;
  return fault(type.span, "$comm and constant strings are always of type string", "leave the type out");
}

std::optional<Diagnostic> check_array(const ast::Argument& argument, const Shape& shape) {
  const ast::Type& type = *argument.type;
  if (*type.array_count == 0)
    return fault(type.span, "an array has 1 to 64 elements", "leave the [0] out for a single value");
  bool strings_at_constant = shape.constant && is_string(type);
  if (!shape.memory && !shape.unknown && !strings_at_constant) {
    return fault(type.span, "an array is read from memory, and this is a value",
                 fmt::format("if the value is the array's address, write +0({}):{}", print(argument.fetch),
                             print(type)));
  }
  return std::nullopt;
}

std::optional<Diagnostic> check_bitfield(const ast::Type& type) {
  if (type.bit_width == 0)
    return fault(type.span, "a bitfield has at least 1 bit", "write b<width>@<offset>/<container>: b3@4/32");
  if (uint64_t{type.bit_width} + type.bit_offset <= type.bits) return std::nullopt;
  return fault(type.span,
               "the bitfield reaches beyond its container of " + std::to_string(type.bits) + " bits",
               "width and offset together may be at most " + std::to_string(type.bits));
}

std::optional<Diagnostic> check_length(const ast::Fetch& length) {
  if (!shape_of(length).text) return std::nullopt;
  return fault(length.span, "a length is a number, and this is a string", "write what holds it, such as %si");
}

}  // namespace

std::optional<Diagnostic> check_type(const ast::Argument& argument) {
  Shape shape = shape_of(argument.fetch);
  if (argument.type) {
    const ast::Type& type = *argument.type;
    if (shape.text) return check_text(type);
    if (type.array_count) {
      if (auto wrong = check_array(argument, shape)) return wrong;
    }
    if (type.length) {
      if (auto wrong = check_length(*type.length)) return wrong;
    }
    if (type.kind == Kind::Bitfield) {
      if (auto wrong = check_bitfield(type)) return wrong;
    }
  }
  return std::nullopt;
}

}  // namespace uproar
