#include "symbolize/caller_places.h"

#include <gtest/gtest.h>

#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "support/compile.h"

namespace uproar {
namespace {

constexpr const char* kSource = R"(
.text
.globl framed, bare, start
.type framed, @function
framed:
  .cfi_startproc
  push %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset 6, -16
  mov %rsp, %rbp
  .cfi_def_cfa_register 6
  nop
  pop %rbp
  .cfi_def_cfa 7, 8
  ret
  .cfi_endproc
bare:
  .cfi_startproc
  sub $24, %rsp
  .cfi_def_cfa_offset 32
  nop
  add $24, %rsp
  .cfi_def_cfa_offset 8
  ret
  .cfi_endproc
start:
  .cfi_startproc
  .cfi_undefined 16
  ret
  .cfi_endproc
  .zero 64
unknown:
  ret
)";

TEST(CallerPlaces, AreCountedFromTheStackPointerUntilThereIsAFrame) {
  const Workshop shop;
  if (!Workshop::has("gcc")) GTEST_SKIP() << "gcc is not installed";
  shop.put("f.s", kSource);
  ASSERT_TRUE(shop.run("gcc -shared -nostdlib -Wl,-Ttext=0x2000 -o f.so f.s"));
  const std::string path = shop.path("f.so");
  const auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok());
  CallerPlaces places;
  const auto at = [&](uint64_t offset) {
    return places.at(path, *file_offset_of((*file)->segments(), 0x2000 + offset));
  };
  EXPECT_EQ(at(0), 1u);  // push
  EXPECT_EQ(at(1), 9u);  // mov: what was pushed stands before it
  EXPECT_EQ(at(4), 0u);  // the frame pointer knows
  EXPECT_EQ(at(6), 1u);  // ret
  EXPECT_EQ(at(7), 1u);  // sub
  EXPECT_EQ(at(11), 25u);
  EXPECT_EQ(at(17), 0u);  // nobody called it
  EXPECT_EQ(at(18 + 64), std::nullopt);
  EXPECT_EQ(places.at(shop.path("none"), 0), std::nullopt);
}

}  // namespace
}  // namespace uproar
