#include "binary/split/section_image.h"

#include <elf.h>
#include <gelf.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace uproar {
namespace {

// What libelf, which will read the image, finds in it.
struct Read {
  uint16_t machine = 0;
  std::map<std::string, std::string> sections;
};

Read read(std::string image) {
  Read found;
  elf_version(EV_CURRENT);
  Elf* elf = elf_memory(image.data(), image.size());
  GElf_Ehdr head;
  size_t names = 0;
  if (!elf || !gelf_getehdr(elf, &head) || elf_getshdrstrndx(elf, &names) != 0) {
    ADD_FAILURE() << elf_errmsg(-1);
    elf_end(elf);
    return found;
  }
  found.machine = head.e_machine;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section; section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    const Elf_Data* data = elf_rawdata(section, nullptr);
    if (!gelf_getshdr(section, &header) || !data) continue;
    found.sections[elf_strptr(elf, names, header.sh_name)] =
        std::string(static_cast<const char*>(data->d_buf), data->d_size);
  }
  elf_end(elf);
  return found;
}

TEST(SectionImage, LibelfFindsTheSectionsInBothOrdersOfBytes) {
  const std::array<ImageSection, 3> sections = {
      {{".debug_info", "odd bytes"}, {".debug_types", ""}, {".debug_str", std::string_view("a\0b\0", 4)}}};
  for (bool is_big_endian : {false, true}) {
    const Read found = read(section_image(sections, is_big_endian ? EM_S390 : EM_X86_64, is_big_endian));
    EXPECT_EQ(found.machine, is_big_endian ? EM_S390 : EM_X86_64);
    ASSERT_EQ(found.sections.size(), 3u);  // with the names
    EXPECT_EQ(found.sections.at(".debug_info"), "odd bytes");
    EXPECT_EQ(found.sections.at(".debug_str"), std::string("a\0b\0", 4));
    EXPECT_EQ(found.sections.count(".debug_types"), 0u);
  }
}

TEST(SectionImage, OfNoSectionsAtAll) {
  const Read found = read(section_image({}, EM_AARCH64, false));
  EXPECT_EQ(found.machine, EM_AARCH64);
  EXPECT_EQ(found.sections.size(), 1u);
}

}  // namespace
}  // namespace uproar
