// The part of an assembler's operand that is added up: "68+CheckpointStats", "table@GOTOFF-8", "-80". Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

struct OperandSum {
  uint64_t number = 0;  // modulo 2^64
  std::string_view symbol;
  std::string_view relocation;  // GOTOFF of table@GOTOFF
};

// Numbers and at most one symbol, which is not subtracted; both views are parts of `text`. Nothing for other
// text.
std::optional<OperandSum> parse_operand_sum(std::string_view text);

}  // namespace uproar
