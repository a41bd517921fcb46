// Single values as the kernel prints them (kernel/trace/trace_probe.c, the print_type functions). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

// One value as the text shows it.
struct TextValue {
  enum class Shape : uint8_t { Decimal, NegativeDecimal, Hex, Char, String, Fault };
  Shape shape = Shape::Decimal;
  uint64_t bits = 0;
  std::string text;
};

struct TextArgument {
  std::string name;
  bool is_array = false;
  std::vector<TextValue> values;  // one, or the array's elements
};

inline constexpr std::string_view kFaultText = "(fault)";

struct TextPiece {
  TextValue value;
  size_t end = 0;  // position behind it
};

// -42, 42, 0x2a or 'c' at `position`; nothing if none of these stands there or the number has more than 64
// bits.
std::optional<TextPiece> read_number(std::string_view text, size_t position);

// NAME of " NAME=" at `position`; empty if that does not stand there.
std::string_view name_at(std::string_view text, size_t position);

// True if what stands at `position` can be the beginning of a value.
bool starts_value(std::string_view text, size_t position);

}  // namespace uproar
