#include "binary/split/section_image.h"

#include <elf.h>

#include "binary/split/ordered_bytes.h"

namespace uproar {

std::string section_image(std::span<const ImageSection> sections, uint16_t machine, bool is_big_endian) {
  std::string names(1, '\0');
  std::string bytes(sizeof(Elf64_Ehdr), '\0');
  std::string headers(sizeof(Elf64_Shdr), '\0');
  size_t count = 1;
  auto add = [&](const char* name, std::string_view content, uint32_t type) {
    while (bytes.size() % 8 != 0) bytes += '\0';
    put_number(headers, names.size(), 4, is_big_endian);
    put_number(headers, type, 4, is_big_endian);
    put_number(headers, 0, 8, is_big_endian);  // flags
    put_number(headers, 0, 8, is_big_endian);  // address
    put_number(headers, bytes.size(), 8, is_big_endian);
    put_number(headers, content.size(), 8, is_big_endian);
    put_number(headers, 0, 8, is_big_endian);  // link and info
    put_number(headers, 1, 8, is_big_endian);  // alignment
    put_number(headers, 0, 8, is_big_endian);  // size of entries
    names += name;
    names += '\0';
    bytes += content;
    ++count;
  };
  for (const ImageSection& each : sections) {
    if (!each.bytes.empty()) add(each.name, each.bytes, SHT_PROGBITS);
  }
  const std::string all_names = names + ".shstrtab" + '\0';
  add(".shstrtab", all_names, SHT_STRTAB);
  while (bytes.size() % 8 != 0) bytes += '\0';
  const uint64_t headers_at = bytes.size();
  bytes += headers;
  bytes += '\0';  // texts end before the image does
  std::string head = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64};
  head += static_cast<char>(is_big_endian ? ELFDATA2MSB : ELFDATA2LSB);
  head += static_cast<char>(EV_CURRENT);
  head.resize(EI_NIDENT, '\0');
  put_number(head, ET_EXEC, 2, is_big_endian);
  put_number(head, machine, 2, is_big_endian);
  put_number(head, EV_CURRENT, 4, is_big_endian);
  put_number(head, 0, 8, is_big_endian);  // entry
  put_number(head, 0, 8, is_big_endian);  // segments
  put_number(head, headers_at, 8, is_big_endian);
  put_number(head, 0, 4, is_big_endian);  // flags
  put_number(head, sizeof(Elf64_Ehdr), 2, is_big_endian);
  put_number(head, 0, 4, is_big_endian);  // size and number of segments
  put_number(head, sizeof(Elf64_Shdr), 2, is_big_endian);
  put_number(head, count, 2, is_big_endian);
  put_number(head, count - 1, 2, is_big_endian);
  bytes.replace(0, head.size(), head);
  return bytes;
}

}  // namespace uproar
