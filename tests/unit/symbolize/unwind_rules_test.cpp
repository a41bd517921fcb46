#include "symbolize/unwind_rules.h"

#include <gtest/gtest.h>

#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "support/compile.h"

namespace uproar {
namespace {

using Kind = UnwindRule::Kind;

constexpr const char* kSource = R"(
.text
f:
  .cfi_startproc
  sub $24, %rsp
  .cfi_def_cfa_offset 32
  .cfi_offset 3, -16
  nop
  .cfi_undefined 16
  nop
  .cfi_endproc
  .zero 64
unknown:
  ret
)";

TEST(UnwindRules, OfEachInstruction) {
  const Workshop shop;
  if (!Workshop::has("gcc")) GTEST_SKIP() << "gcc is not installed";
  shop.put("f.s", kSource);
  ASSERT_TRUE(shop.run("gcc -shared -nostdlib -Wl,-Ttext=0x2000 -o f.so f.s"));
  const auto rules = UnwindRules::open(shop.path("f.so"), "");
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->machine(), 62);
  const auto file = ElfFile::open(shop.path("f.so"));
  const uint64_t start = *file_offset_of((*file)->segments(), 0x2000);
  const UnwindStep* step = rules->at(start);
  ASSERT_NE(step, nullptr);
  EXPECT_EQ(step->frame_address.kind, Kind::Distance);
  EXPECT_EQ(step->frame_address.number, 7);
  EXPECT_EQ(step->frame_address.offset, 8);
  EXPECT_EQ(step->return_address, 16);
  EXPECT_EQ(step->registers[16].kind, Kind::InMemory);
  EXPECT_EQ(step->registers[16].offset, -8);
  EXPECT_EQ(step->registers[3].kind, Kind::Same);
  step = rules->at(start + 4);
  EXPECT_EQ(step->frame_address.offset, 32);
  EXPECT_EQ(step->registers[3].kind, Kind::InMemory);
  EXPECT_EQ(step->registers[3].offset, -16);
  EXPECT_EQ(rules->at(start + 5)->registers[16].kind, Kind::Undefined);
  EXPECT_EQ(rules->at(start + 6 + 64), nullptr);
  EXPECT_EQ(UnwindRules::open(shop.path("f.so"), "0123"), nullptr);
  EXPECT_EQ(UnwindRules::open(shop.path("f.s"), ""), nullptr);
}

}  // namespace
}  // namespace uproar
