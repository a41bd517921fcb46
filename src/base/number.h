// Strict number parsing: the whole text is the number, or there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace uproar {

// Whether there is a text, of decimal digits only.
bool all_digits(std::string_view text);

// Decimal digits only; no sign, no blank, no overflow.
std::optional<uint64_t> parse_decimal(std::string_view text);

// Hexadecimal digits only, without prefix.
std::optional<uint64_t> parse_hex_digits(std::string_view text);

// As the kernel's kstrtoul(text, 0): 0x… hexadecimal, 0… octal, else decimal.
std::optional<uint64_t> parse_c_unsigned(std::string_view text);

// parse_c_unsigned with an optional leading '-' or '+'; the range is that of int64_t, and unsigned values up
// to UINT64_MAX are taken as their two's complement, as the kernel does for immediates.
std::optional<int64_t> parse_c_signed(std::string_view text);

}  // namespace uproar
