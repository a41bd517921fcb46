#include "definition/type_check.h"

#include <fmt/format.h>

#include <string>

#include "definition/leaf.h"
#include "definition/printer.h"

namespace uproar {
namespace {

using Kind = ast::Type::Kind;

constexpr uint32_t kLargestArray = 64;
constexpr size_t kStringWithLength = 512 + 8;  // its bytes up to the limit, and how many they are
constexpr size_t kMostSteps = 15;              // FETCH_INSN_MAX - 1: the last of 16 is the end mark

Diagnostic fault(Span place, std::string message, std::string hint) {
  return {Diagnostic::Severity::Error, std::move(message), place, std::move(hint)};
}

// What the type needs to know about a fetch.
struct Shape {
  size_t steps = 1;        // fetch instructions, without those that the type adds
  bool memory = false;     // ends by reading memory
  bool user_mark = false;  // its outermost dereference is +uN()
  bool text = false;       // $comm or \"STR": only ever a string
  bool unknown = false;    // $argN or a variable, undereferenced: a value or memory
  bool constant = false;   // \N, which as a string is taken for an address
};

Shape shape_of(const ast::Fetch& fetch) {
  Shape shape;
  const ast::Fetch* part = &fetch;
  while (const auto* dereference = std::get_if<ast::Dereference>(&part->form)) {
    if (part == &fetch) shape.user_mark = dereference->user;
    shape.memory = true;
    ++shape.steps;
    part = dereference->inner.get();
  }
  bool named_memory = std::holds_alternative<ast::Address>(part->form) ||
                      std::holds_alternative<ast::FileOffset>(part->form) ||
                      std::holds_alternative<ast::DataSymbol>(part->form);
  if (named_memory) {
    shape.memory = true;
    ++shape.steps;
  }
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
  if (*type.array_count == 0 || *type.array_count > kLargestArray) {
    return fault(type.span, "an array has 1 to 64 elements",
                 *type.array_count == 0 ? "leave the [0] out for a single value"
                                        : "write at most 64, and fetch the rest as a second argument");
  }
  bool strings_at_constant = shape.constant && is_string(type);
  if (!shape.memory && !shape.unknown && !strings_at_constant) {
    return fault(type.span, "an array is read from memory, and this is a value",
                 fmt::format("if the value is the array's address, write +0({}):{}", print(argument.fetch),
                             print(type)));
  }
  if (shape.user_mark && !is_string(type)) {
    return fault(type.span, "the kernel takes no array behind +u",
                 "leave the u out: it changes nothing in user probes");
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
  Shape shape = shape_of(length);
  if (shape.text)
    return fault(length.span, "a length is a number, and this is a string",
                 "write what holds it, such as %si");
  if (shape.steps <= kMostSteps) return std::nullopt;
  return fault(length.span, "dereferences are nested too deeply", "at most 14 of them");
}

// The instructions that the kernel adds for storing, shifting and looping (finalize_fetch_insn).
size_t added_steps(const ast::Argument& argument, const Shape& shape) {
  if (!argument.type) return shape.memory ? 0 : 1;
  const ast::Type& type = *argument.type;
  bool keeps_address = is_string(type) && (shape.constant || shape.text || type.array_count);
  size_t steps = keeps_address || (!shape.memory && !is_string(type)) ? 1 : 0;
  if (is_string(type) && !shape.memory && !shape.constant && !shape.text) ++steps;
  if (type.kind == Kind::Bitfield) ++steps;
  if (type.array_count) ++steps;
  return steps;
}

}  // namespace

std::optional<Diagnostic> check_type(const ast::Argument& argument) {
  Shape shape = shape_of(argument.fetch);
  if (argument.type) {
    const ast::Type& type = *argument.type;
    if (shape.text) return check_text(type);
    if (type.kind == Kind::Symbol) {
      return fault(type.span, "the kernel has no type symbol for user probes", "record the address with x64");
    }
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
  if (shape.steps + added_steps(argument, shape) > kMostSteps) {
    return fault(argument.fetch.span, "dereferences are nested too deeply",
                 "the kernel takes 14 of them, fewer behind @ or with an array or bitfield");
  }
  return std::nullopt;
}

size_t stored_bytes(const ast::Argument& argument) {
  if (!argument.type) {
    bool text = std::holds_alternative<ast::TaskName>(argument.fetch.form) ||
                std::holds_alternative<ast::ImmediateString>(argument.fetch.form);
    return text ? 4 : 8;
  }
  if (argument.type->length) return kStringWithLength;
  return size_t{argument.type->bits / 8} * argument.type->array_count.value_or(1);
}

}  // namespace uproar
