#include "binary/split/split_image.h"

#include <dwarf.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

// A unit of version 5: a header with the id 0x1122334455667788, a root with the attribute DW_AT_name (strx),
// and no more.
std::string unit() {
  std::string bytes("\0\0\0\0\5\0\5\10\0\0\0\0\x88\x77\x66\x55\x44\x33\x22\x11\1\0\0", 23);
  bytes[0] = static_cast<char>(bytes.size() - 4);
  return bytes;
}
std::string abbreviations() {
  return {'\1', DW_TAG_compile_unit, 1, DW_AT_name, DW_FORM_strx, '\0', '\0', '\0'};
}

SplitParts parts_of(const std::string& unit, const std::string& abbreviations) {
  SplitParts parts;
  parts.unit = unit;
  parts.tables = {abbreviations, std::string_view("\10\0\0\0\5\0\0\0\1\0\0\0", 12),
                  std::string_view("\0name\0", 6)};
  return parts;
}

TEST(SplitImage, TheImageIsAnElfFile) {
  const std::string bytes = unit();
  const std::string table = abbreviations();
  auto made = split_image(parts_of(bytes, table));
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_EQ(made->substr(0, 4),
            "\x7f"
            "ELF");
  EXPECT_NE(made->find(".debug_info"), std::string::npos);
}

TEST(SplitImage, DamagedPartsAreRefusedByName) {
  const std::string bytes = unit();
  const std::string table = abbreviations();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(split_image(parts_of(bytes.substr(0, size), table)).ok()) << size;
  for (size_t size = 0; size + 2 < table.size(); ++size)
    EXPECT_FALSE(split_image(parts_of(bytes, table.substr(0, size))).ok()) << size;
}

TEST(SplitImage, AnotherKindOfUnitIsRefused) {
  std::string bytes = unit();
  bytes[6] = DW_UT_compile;
  EXPECT_FALSE(split_image(parts_of(bytes, abbreviations())).ok());
}

}  // namespace
}  // namespace uproar
