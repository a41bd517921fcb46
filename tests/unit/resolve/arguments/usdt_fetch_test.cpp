#include "resolve/arguments/usdt_fetch.h"

#include <gtest/gtest.h>

#include "support/fetch_text.h"

namespace uproar {
namespace {

class Symbols : public SymbolAddresses {
 public:
  Result<uint64_t> vaddr_of(const std::string& name) override {
    if (name == "counter") return uint64_t{0x4030};
    return Error{"x has no symbol " + name, {}, {}, 0};
  }
  bool is_fixed() const override { return fixed; }
  bool fixed = false;
};

std::string fetched(std::string_view piece, InstructionSet set = InstructionSet::X86_64) {
  Symbols symbols;
  auto operand = parse_usdt_operand(piece, set);
  if (!operand.ok()) return operand.error().message;
  auto made = usdt_fetch(*operand, symbols, 0x1000);
  return made.ok() ? fetch_text(*made) : made.error().message;
}

TEST(UsdtFetch, OperandsOfTheKernelsKind) {
  struct Row {
    const char* piece;
    const char* expected;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"-4@%edi", "%di:s32"},
           {"8@%r12", "%r12:u64"},
           {"1@%dil", "%di:u8"},
           {"8@%eax", "%ax:u32"},  // only that part was named
           {"4@%rax", "%ax:u32"},
           {"8@-80(%rbx)", "-80(%bx):u64"},
           {"-4@(%rsp)", "+0(%sp):s32"},
           {"2@6(%rax)", "+6(%ax):u16"},
           {"-4@$-5", "\\-5:s32"},
           {"4@counter(%rip)", "@+12336:u32"},  // 0x4030 - 0x1000
           {"4@counter-0x30(%rip)", "@+12288:u32"},
           {"4@8+counter(%rip)", "@+12344:u32"},
           {"8@0x601040", "@6295616:u64"},
           {"8f@-8(%rbp)", "-8(%bp):x64"},
           {"4f@%eax", "%ax:x32"},
       }) {
    EXPECT_EQ(fetched(row.piece), row.expected) << row.piece;
  }
  EXPECT_EQ(fetched("-4@[sp, 24]", InstructionSet::Arm64), "+24(%sp):s32");
  EXPECT_EQ(fetched("8@x19", InstructionSet::Arm64), "%x19:u64");
  EXPECT_EQ(fetched("4@[x0, :lo12:counter]", InstructionSet::Arm64), "@+12336:u32");
  EXPECT_EQ(fetched("4@counter@GOTOFF(%ebx)", InstructionSet::I386), "@+12336:u32");
  EXPECT_EQ(fetched("4@%eax", InstructionSet::I386), "%ax:u32");
}

TEST(UsdtFetch, WhatTheKernelCannotExpressIsRefusedWithTheReason) {
  struct Row {
    const char* piece;
    const char* reason;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"8@(%eax,%ebx,8)", "its address is the sum of parts of registers"},
           {"8@counter(,%rax,8)",
            "its address is the sum of a register and counter, which is loaded at an address of its own each "
            "time"},
           {"8@counter(%rax)",
            "its address is the sum of a register and counter, which is loaded at an address of its own each "
            "time"},
           {"8@%fs:16",
            "it counts from the segment register fs (a variable of each thread), which the kernel's fetches "
            "do not know"},
           {"1@%ah", "it is the second byte of a register, and the kernel takes the lowest part only"},
           {"8f@%xmm0", "xmm0 is a floating-point or vector register, which a probe does not see"},
           {"8@$counter", "it is the address of counter, not a value in a register or in memory"},
           {"8@counter@GOTPCREL(%rip)", "it goes through the relocation GOTPCREL of counter"},
           {"8@8(%rip)", "it counts from an instruction that the note does not name"},
           {"8@.LC0(%rip)", "x has no symbol .LC0"},
       }) {
    EXPECT_EQ(fetched(row.piece), std::string(row.piece) + " cannot be fetched: " + row.reason);
  }
}

TEST(UsdtFetch, SumsOfTwoRegisters) {
  EXPECT_EQ(fetched("8@-16(%rax,%rbx,8)"), "-16(%ax+%bx*8):u64");
  EXPECT_EQ(fetched("-2@(%rsp,%r12)"), "+0(%sp+%r12*1):s16");
  EXPECT_EQ(fetched("4@64(,%rcx,4)"), "+64(%+%cx*4):u32");
  EXPECT_EQ(fetched("8@[x0, x1, lsl 3]", InstructionSet::Arm64), "+0(%x0+%x1*8):u64");
}

TEST(UsdtFetch, TablesOfProgramsThatAreLoadedWhereTheirFileSays) {
  Symbols symbols;
  symbols.fixed = true;
  for (const auto& [piece, expected] : {std::pair("8@counter(,%rax,8)", "+16432(%+%ax*8):u64"),
                                        std::pair("8@8+counter(%rax)", "+16440(%ax):u64")}) {
    EXPECT_EQ(fetch_text(*usdt_fetch(*parse_usdt_operand(piece, InstructionSet::X86_64), symbols, 0x1000)),
              expected);
  }
}

// "%ax:u64 \\5:u64" of the places' arguments after they were made to agree.
std::string unified(std::initializer_list<std::string_view> pieces) {
  Symbols symbols;
  std::vector<FetchArgument> made;
  for (std::string_view piece : pieces) {
    made.push_back(*usdt_fetch(*parse_usdt_operand(piece, InstructionSet::X86_64), symbols, 0x1000));
    made.back().name = "arg1";
  }
  std::vector<FetchArgument*> all;
  for (FetchArgument& each : made) all.push_back(&each);
  auto done = unify_types(all);
  if (!done.ok()) return done.error().message;
  std::string out;
  for (const FetchArgument& each : made) out += (out.empty() ? "" : " ") + fetch_text(each);
  return out;
}

TEST(UnifyTypes, EqualTypesStay) {
  EXPECT_EQ(unified({"-4@%edi", "-4@8(%rsp)"}), "%di:s32 +8(%sp):s32");
  EXPECT_EQ(unified({"-4@%edi"}), "%di:s32");
  EXPECT_EQ(unified({}), "");
}

TEST(UnifyTypes, UnsignedAreWidenedAsBitfields) {
  EXPECT_EQ(unified({"4@%edi", "8@8(%rsp)"}), "%di:b32@0/64 +8(%sp):u64");
  EXPECT_EQ(unified({"8@%rdi", "1@8(%rsp)", "2@%ax"}), "%di:u64 +8(%sp):b8@0/64 %ax:b16@0/64");
  EXPECT_EQ(unified({"1@%al", "4@%eax"}), "%ax:b8@0/32 %ax:u32");
}

TEST(UnifyTypes, ConstantsFitAnyTypeThatHoldsThem) {
  EXPECT_EQ(unified({"-4@$5", "8@%rdi"}), "\\5:u64 %di:u64");
  EXPECT_EQ(unified({"8@$5", "4@%edi"}), "\\5:u32 %di:u32");
  EXPECT_EQ(unified({"8@$0x100000000", "4@%edi"}), "\\4294967296:u64 %di:b32@0/64");
  EXPECT_EQ(unified({"-4@$-1", "-8@%rdi"}), "\\-1:s64 %di:s64");
  EXPECT_EQ(unified({"-8@$-1", "-4@%edi"}), "\\-1:s32 %di:s32");
  EXPECT_EQ(unified({"-4@$5", "8@$6"}), "\\5:s64 \\6:s64");
}

TEST(UnifyTypes, SignsThatDifferBecomeSigned) {
  EXPECT_EQ(unified({"4@%edi", "-4@%eax"}), "%di:s32 %ax:s32");
}

TEST(UnifyTypes, SignedAreWidenedWithTheWidthOfTheirSign) {
  EXPECT_EQ(unified({"-8@%rdi", "-4@%eax"}), "%di:u64 %ax:b32@0/64");
  EXPECT_EQ(unified({"-4@%edi", "8@%rax"}), "%di:b32@0/64 %ax:u64");
}

}  // namespace
}  // namespace uproar
