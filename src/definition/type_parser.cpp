#include <algorithm>
#include <string>

#include "definition/argument_parser.h"
#include "definition/kernel_number.h"

namespace uproar {
namespace {

using std::string_view;
using Kind = ast::Type::Kind;
constexpr size_t npos = string_view::npos;
constexpr const char* kTypes =
    "types are u8 to u64, s8 to s64, x8 to x64, char, string, string(LENGTH), ustring, "
    "b<width>@<offset>/<container>, and arrays T[N]";

struct Spelling {
  string_view name;
  Kind kind;
  uint32_t bits;
};
constexpr Spelling kSpellings[] = {
    {"u8", Kind::Unsigned, 8},    {"u16", Kind::Unsigned, 16},  {"u32", Kind::Unsigned, 32},
    {"u64", Kind::Unsigned, 64},  {"s8", Kind::Signed, 8},      {"s16", Kind::Signed, 16},
    {"s32", Kind::Signed, 32},    {"s64", Kind::Signed, 64},    {"x8", Kind::Hex, 8},
    {"x16", Kind::Hex, 16},       {"x32", Kind::Hex, 32},       {"x64", Kind::Hex, 64},
    {"char", Kind::Char, 8},      {"string", Kind::String, 32}, {"ustring", Kind::UserString, 32},
    {"symbol", Kind::Symbol, 64},
};

// Types of other languages and tools, and what they are here.
struct Meaning {
  string_view name;
  string_view instead;
};
constexpr Meaning kMeanings[] = {
    {"int", "s32"},    {"unsigned", "u32"}, {"uint", "u32"},     {"long", "s64"},     {"ulong", "u64"},
    {"short", "s16"},  {"size_t", "u64"},   {"ssize_t", "s64"},  {"bool", "u8"},      {"pointer", "x64"},
    {"ptr", "x64"},    {"int8_t", "s8"},    {"int16_t", "s16"},  {"int32_t", "s32"},  {"int64_t", "s64"},
    {"uint8_t", "u8"}, {"uint16_t", "u16"}, {"uint32_t", "u32"}, {"uint64_t", "u64"}, {"i8", "s8"},
    {"i16", "s16"},    {"i32", "s32"},      {"i64", "s64"},      {"hex", "x64"},      {"x", "x64"},
    {"u", "u64"},      {"s", "s64"},        {"d", "s64"},        {"str", "string"},   {"char*", "string"},
    {"symstr", "x64"},
};

std::string type_hint(string_view name) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.name == name) return "write " + std::string(meaning.instead);
  }
  if (name == "float" || name == "double" || name == "f32" || name == "f64") {
    return "floating point values can only be recorded as bits: " +
           std::string(name == "double" || name == "f64" ? "x64" : "x32");
  }
  return kTypes;
}

bool fail_bitfield(ParseContext& context, Span where) {
  return context.fail(
      where, "this bitfield cannot be read",
      "write b<width>@<offset>/<container> with a container of 8, 16, 32 or 64 bits: b3@4/32");
}

std::optional<uint32_t> small_number(std::optional<uint64_t> number) {
  if (!number || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// b<width>@<offset>/<container>
bool parse_bitfield(ParseContext& context, string_view name, Span where, ast::Type& type) {
  size_t at = name.find('@');
  size_t slash = name.find('/');
  if (at == npos || slash == npos || slash < at) return fail_bitfield(context, where);
  auto width = small_number(parse_c_unsigned(name.substr(1, at - 1)));
  auto offset = small_number(parse_c_unsigned(name.substr(at + 1, slash - at - 1)));
  auto container = small_number(parse_kernel_unsigned(name.substr(slash + 1)));
  if (!width || !offset || !container) return fail_bitfield(context, where);
  if (*container != 8 && *container != 16 && *container != 32 && *container != 64)
    return fail_bitfield(context, where);
  type.kind = Kind::Bitfield;
  type.bits = *container;
  type.bit_width = *width;
  type.bit_offset = *offset;
  return true;
}

bool parse_scalar(ParseContext& context, string_view name, Span where, ast::Type& type) {
  for (const Spelling& spelling : kSpellings) {
    if (spelling.name != name) continue;
    type.kind = spelling.kind;
    type.bits = spelling.bits;
    return true;
  }
  if (name.starts_with('b') && name.size() > 1 && (is_digit(name[1]) || name.find('/') != npos)) {
    return parse_bitfield(context, name, where, type);
  }
  if (name.empty()) return context.fail(where, "no type after the ':'", kTypes);
  return context.fail(where, "unknown type " + std::string(name.substr(0, 40)), type_hint(name));
}

// The ')' of the '(' at `open`, or npos.
size_t closing_bracket(string_view text, size_t open) {
  size_t depth = 0;
  for (size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
  }
  return npos;
}

// What the kernel would ignore in a fetch has no place in a length.
const std::string* ignored_in(const ast::Fetch& fetch) {
  const ast::Fetch* part = &fetch;
  while (const auto* dereference = std::get_if<ast::Dereference>(&part->form)) {
    if (!dereference->ignored.empty()) return &dereference->ignored;
    part = dereference->inner.get();
  }
  const auto* value = std::get_if<ast::ReturnValue>(&part->form);
  return value != nullptr && !value->ignored.empty() ? &value->ignored : nullptr;
}

bool parse_length_type(ParseContext& context, string_view name, Span where, ast::Type& type) {
  type.span = where;
  if (name.find_first_of("([") == npos && !parse_scalar(context, name, where, type)) return false;
  bool integer = type.kind == Kind::Unsigned || type.kind == Kind::Signed || type.kind == Kind::Hex;
  if (integer && name.find_first_of("([") == npos) return true;
  return context.fail(where, "a length is one whole number", "its type is u8 to u64, s8 to s64 or x8 to x64");
}

// (LENGTH[:TYPE]) behind string; `open` and `end` are places in the word.
bool parse_length(ParseContext& context, const Piece& word, size_t open, size_t end, ast::Type& type) {
  string_view text = word.text().substr(0, end);
  size_t close = closing_bracket(text, open);
  if (close == npos)
    return context.fail(word.span(open, open + 1), "the bracket of the length is not closed", "add the ')'");
  if (close + 1 != end) {
    bool array = text[close + 1] == '[';
    return context.fail(
        word.span(close + 1, end),
        array ? "there are no arrays of strings with a length" : "something follows the string's length",
        array ? "record each string as an argument of its own" : "the type ends with string(LENGTH)");
  }
  size_t colon = std::min(find_type_separator(text.substr(0, close), open + 1), close);
  if (colon == open + 1) {
    return context.fail(word.span(open, end), "no length within the brackets",
                        "write what holds it: string(%si), string($arg2), string(\\16)");
  }
  size_t warnings = context.warnings.size();
  type.length = std::make_unique<ast::Fetch>();
  if (!parse_fetch(context, word, open + 1, colon, *type.length)) return false;
  context.warnings.resize(warnings);
  if (ignored_in(*type.length) != nullptr || std::holds_alternative<ast::VariableList>(type.length->form)) {
    return context.fail(word.span(open + 1, colon), "this is no length",
                        "write one fetch of a number, such as %si or +8(%di):u32");
  }
  if (colon == close) return true;
  type.length_type = std::make_unique<ast::Type>();
  return parse_length_type(context, text.substr(colon + 1, close - colon - 1), word.span(colon + 1, close),
                           *type.length_type);
}

}  // namespace

bool parse_type(ParseContext& context, const Piece& word, size_t begin, size_t end, ast::Type& type) {
  string_view text = word.text().substr(begin, end - begin);
  type.span = word.span(begin, end);
  if (text.starts_with("string(") || text.starts_with("ustring(")) {
    // All strings of a program are in its own memory.
    type.kind = Kind::String;
    type.bits = 32;
    return parse_length(context, word, begin + text.find('('), end, type);
  }
  size_t open = text.find('[');
  if (open == npos) return parse_scalar(context, text, type.span, type);

  size_t close = text.find(']', open);
  if (close == npos)
    return context.fail(word.span(begin + open, begin + open + 1), "the array's bracket is not closed",
                        "add the ']'");
  if (close + 1 != text.size()) {
    return context.fail(word.span(begin + close + 1, end), "something follows the array",
                        "an array type ends with ']'");
  }
  type.array_count = small_number(parse_kernel_unsigned(text.substr(open + 1, close - open - 1)));
  if (!type.array_count) {
    return context.fail(word.span(begin + open + 1, begin + close), "the array's size is not a number",
                        "write a number from 1 to 64");
  }
  return parse_scalar(context, text.substr(0, open), word.span(begin, begin + open), type);
}

}  // namespace uproar
