// Numbers of any size as one of few symbols and some bits: each power of two is cut into 2^mantissa_bits
// steps of equal width; the symbol says which step, the extra bits where in it. Numbers below 2^mantissa_bits
// are their own symbol.
#pragma once

#include <bit>
#include <cstdint>

namespace uproar {

inline constexpr unsigned kMaxMantissaBits = 8;

class LogLinear {
 public:
  explicit LogLinear(unsigned mantissa_bits) : mantissa_bits_(mantissa_bits) {}

  uint32_t symbol(uint64_t value) const {
    if (value >> mantissa_bits_ == 0) return static_cast<uint32_t>(value);
    const unsigned extra = exponent(value) - mantissa_bits_;
    return ((extra + 1) << mantissa_bits_) + (static_cast<uint32_t>(value >> extra) & mask());
  }
  unsigned extra_bits(uint32_t symbol) const {
    const uint32_t step = symbol >> mantissa_bits_;
    return step == 0 ? 0 : step - 1;
  }
  // The smallest number of the symbol. Requires extra_bits(symbol) + mantissa_bits < 64.
  uint64_t first(uint32_t symbol) const {
    if (symbol >> mantissa_bits_ == 0) return symbol;
    return uint64_t{(uint32_t{1} << mantissa_bits_) | (symbol & mask())} << extra_bits(symbol);
  }
  // Small numbers are, and so are all below one of them: they have no extra bits.
  bool is_own_symbol(uint64_t value) const { return value >> (mantissa_bits_ + 1) == 0; }
  // Symbols are below this.
  uint32_t symbols() const { return (65 - mantissa_bits_) << mantissa_bits_; }

 private:
  static unsigned exponent(uint64_t value) { return 63 - static_cast<unsigned>(std::countl_zero(value)); }
  uint32_t mask() const { return (uint32_t{1} << mantissa_bits_) - 1; }

  unsigned mantissa_bits_;
};

}  // namespace uproar
