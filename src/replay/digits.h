// Digits of numbers, written where there is room: the bottom of every printer. Each function writes from
// `out` on and gives back the end of what it wrote.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace uproar {

inline constexpr size_t kLongestNumber = 20;  // digits of UINT64_MAX; also the sign and digits of INT64_MIN
inline constexpr size_t kLongestHex = 16;

namespace digits {

struct Pairs {
  char text[200];
};
inline constexpr Pairs kDecimalPairs = [] {
  Pairs pairs{};
  for (int i = 0; i < 100; ++i) {
    pairs.text[2 * i] = static_cast<char>('0' + i / 10);
    pairs.text[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

struct HexPairs {
  char text[512];
};
inline constexpr HexPairs kHexPairs = [] {
  HexPairs pairs{};
  for (int i = 0; i < 256; ++i) {
    pairs.text[2 * i] = "0123456789abcdef"[i / 16];
    pairs.text[2 * i + 1] = "0123456789abcdef"[i % 16];
  }
  return pairs;
}();

inline constexpr uint64_t kPowersOfTen[] = {0,
                                            10,
                                            100,
                                            1000,
                                            10000,
                                            100000,
                                            1000000,
                                            10000000,
                                            100000000,
                                            1000000000,
                                            10000000000,
                                            100000000000,
                                            1000000000000,
                                            10000000000000,
                                            100000000000000,
                                            1000000000000000,
                                            10000000000000000,
                                            100000000000000000,
                                            1000000000000000000,
                                            10000000000000000000u};

// 1233 / 4096 is a little more than log10(2): one too few at most, which the table decides.
inline unsigned count(uint64_t number) {
  const unsigned guess = static_cast<unsigned>(64 - std::countl_zero(number | 1)) * 1233 >> 12;
  return guess + (number >= kPowersOfTen[guess] ? 1 : 0);
}

inline void put_pair(unsigned pair, char* out) {
  std::memcpy(out, kDecimalPairs.text + size_t{2} * pair, 2);
}

}  // namespace digits

// "%lu", at most kLongestNumber bytes
inline char* write_decimal(uint64_t number, char* out) {
  if (number < 10) {
    *out = static_cast<char>('0' + number);
    return out + 1;
  }
  char* const end = out + digits::count(number);
  char* cursor = end;
  for (; number >= 100; number /= 100) digits::put_pair(static_cast<unsigned>(number % 100), cursor -= 2);
  if (number >= 10) {
    digits::put_pair(static_cast<unsigned>(number), cursor - 2);
  } else {
    cursor[-1] = static_cast<char>('0' + number);
  }
  return end;
}

// "%ld", at most kLongestNumber bytes
inline char* write_signed(int64_t number, char* out) {
  if (number >= 0) return write_decimal(static_cast<uint64_t>(number), out);
  *out = '-';
  return write_decimal(0 - static_cast<uint64_t>(number), out + 1);
}

// "%lx", at most kLongestHex bytes
inline char* write_hex(uint64_t number, char* out) {
  const auto nibbles = static_cast<unsigned>((67 - std::countl_zero(number | 1)) / 4);
  char* const end = out + nibbles;
  char* cursor = end;
  for (; number >= 0x10; number >>= 8)
    std::memcpy(cursor -= 2, digits::kHexPairs.text + size_t{2} * (number & 0xff), 2);
  if (cursor != out) *out = digits::kHexPairs.text[2 * number + 1];
  return end;
}

// "%06u" of less than 10^6
inline char* write_six_digits(uint32_t number, char* out) {
  digits::put_pair(number / 10000, out);
  digits::put_pair(number / 100 % 100, out + 2);
  digits::put_pair(number % 100, out + 4);
  return out + 6;
}

// "%09u" of less than 10^9
inline char* write_nine_digits(uint32_t number, char* out) {
  write_six_digits(number / 1000, out);
  number %= 1000;
  out[6] = static_cast<char>('0' + number / 100);
  digits::put_pair(number % 100, out + 7);
  return out + 9;
}

// "%s" and "%*s"
inline char* write_text(std::string_view text, char* out) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
inline char* write_right(std::string_view text, size_t width, char* out) {
  if (text.size() < width) {
    std::memset(out, ' ', width - text.size());
    out += width - text.size();
  }
  return write_text(text, out);
}

// "%*d" and "%-*d"
inline char* write_right(int32_t number, size_t width, char* out) {
  char text[kLongestNumber];
  const char* end = write_signed(number, text);
  return write_right({text, static_cast<size_t>(end - text)}, width, out);
}
inline char* write_left(int32_t number, size_t width, char* out) {
  char* const start = out;
  for (out = write_signed(number, out); out < start + width;) *out++ = ' ';
  return out;
}

// "%03d" of a CPU's number; one that is not known prints as the int that it is to perf and the kernel, "-01".
inline char* write_cpu(uint32_t cpu, char* out) {
  if (cpu < 1000) {
    *out = static_cast<char>('0' + cpu / 100);
    digits::put_pair(cpu % 100, out + 1);
    return out + 3;
  }
  int64_t number = static_cast<int32_t>(cpu);
  if (number < 0) {
    *out++ = '-';
    number = -number;
    if (number < 10) *out++ = '0';
  }
  return write_decimal(static_cast<uint64_t>(number), out);
}

}  // namespace uproar
