#include <elf.h>
#include <gtest/gtest.h>

#include "resolve/site/site_choice.h"
#include "support/code_file.h"

namespace uproar {
namespace {

// A function at 0x1000 that is all of the file.
Result<FunctionExits> exits_of(const std::vector<uint8_t>& bytes, uint64_t size = 0) {
  CodeFile file(bytes, EM_X86_64);
  FileCode code(file);
  FoundPlace place;
  place.symbol = "f";
  place.vaddr = place.function_vaddr = 0x1000;
  place.function_size = size == 0 ? bytes.size() : size;
  return function_exits(code, place);
}

TEST(FunctionExits, EveryReturnIsOne) {
  // test %edi,%edi; je +3; xor %eax,%eax; ret; nop; ret
  auto exits = exits_of({0x85, 0xff, 0x74, 0x03, 0x31, 0xc0, 0xc3, 0x90, 0xc3});
  ASSERT_TRUE(exits.ok()) << exits.error().message;
  EXPECT_EQ(exits->returns, (std::vector<uint64_t>{0x1006, 0x1008}));
  EXPECT_TRUE(exits->tail_calls.empty());
}

TEST(FunctionExits, AJumpOutOfTheFunctionIsATailCall) {
  // je 0x1008 (inside); jmp 0x2000; ret
  auto exits = exits_of({0x74, 0x05, 0xe9, 0xf9, 0x0f, 0, 0, 0xc3});
  ASSERT_TRUE(exits.ok()) << exits.error().message;
  EXPECT_EQ(exits->returns, std::vector<uint64_t>{0x1007});
  EXPECT_EQ(exits->tail_calls, std::vector<uint64_t>{0x1002});
}

TEST(FunctionExits, CodeThatCannotBeReadToItsEndIsRefused) {
  auto exits = exits_of({0x90, 0x06, 0x06, 0xc3});  // not of 64-bit code
  ASSERT_FALSE(exits.ok());
  EXPECT_NE(exits.error().message.find("could not be decoded behind +0x1 of its 0x4 bytes"),
            std::string::npos)
      << exits.error().message;
  EXPECT_FALSE(exits.error().remedy.empty());
}

TEST(FunctionExits, AFunctionOfUnknownExtentIsRefused) {
  CodeFile file({0xc3}, EM_X86_64);
  FileCode code(file);
  FoundPlace place;
  place.symbol = "f";
  place.vaddr = 0x9000;  // nowhere
  EXPECT_FALSE(function_exits(code, place).ok());
}

}  // namespace
}  // namespace uproar
