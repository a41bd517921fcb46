// What trace_printk() prints, from its format and the arguments as the kernel stored them. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uproar::trace_dat {

// `arguments` are those of vbin_printf (kernel: lib/vsprintf.c): 32-bit words, in which numbers of 8 bytes
// stand at multiples of 4 and strings up to their NUL. `long_bytes` of the machine that wrote them. Pointers
// print as the numbers that they are, or as the text that the kernel made of them. Arguments that are missing
// end the text with "…"; it never becomes longer than 64 KiB.
std::string print_binary(std::string_view format, std::span<const uint8_t> arguments, unsigned long_bytes);

}  // namespace uproar::trace_dat
