// Internal to binary: sections to an ELF file in memory. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace uproar {

struct ImageSection {
  const char* name;
  std::string_view bytes;  // empty: it is left out
};

// A 64-bit ELF file of the sections and no more: no segments, no symbols.
std::string section_image(std::span<const ImageSection> sections, uint16_t machine, bool is_big_endian);

}  // namespace uproar
