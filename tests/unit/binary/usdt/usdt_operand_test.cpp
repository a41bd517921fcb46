#include "binary/usdt/usdt_operand.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = UsdtOperand::Kind;
using Symbol = UsdtOperand::Symbol;

// "s32 di/32", "u64 [fs: bx+ax*8 -80 name:Whole]": everything that was understood.
std::string describe(const UsdtOperand& operand) {
  std::string out = usdt_type_name(operand) + " ";
  auto reg = [](const MachineRegister& each) {
    std::string text = each.name + "/" + std::to_string(each.bits);
    if (each.kind == MachineRegister::Kind::HighByte) text += "high";
    if (each.kind == MachineRegister::Kind::Vector) text += "vector";
    if (each.kind == MachineRegister::Kind::Pc) text += "pc";
    return text;
  };
  if (operand.kind == Kind::Register) return out + reg(operand.reg);
  if (operand.kind == Kind::Constant) return out + "$" + std::to_string(operand.constant);
  out += operand.kind == Kind::SymbolAddress ? "address" : "[";
  if (!operand.segment.empty()) out += operand.segment + ":";
  if (operand.has_base) out += reg(operand.base);
  if (operand.has_index) out += "+" + reg(operand.index) + "*" + std::to_string(operand.scale);
  if (operand.displacement != 0) out += " " + std::to_string(operand.displacement);
  if (operand.symbol_use != Symbol::None) out += " " + operand.symbol;
  if (operand.symbol_use == Symbol::Whole) out += ":whole";
  if (operand.symbol_use == Symbol::Added) out += ":added";
  if (operand.symbol_use == Symbol::Indirect) out += ":" + operand.relocation;
  return out + (operand.kind == Kind::SymbolAddress ? "" : "]");
}

std::string understood(std::string_view piece, InstructionSet set) {
  auto operand = parse_usdt_operand(piece, set);
  return operand.ok() ? describe(*operand) : "error: " + operand.error().message;
}

struct Row {
  const char* piece;
  const char* expected;
};

TEST(UsdtOperand, X86) {
  for (const Row& row : std::initializer_list<Row>{
           {"-4@%edi", "s32 di/32"},
           {"8@%rax", "u64 ax/64"},
           {"2@%ax", "u16 ax/16"},
           {"1@%al", "u8 ax/8"},
           {"-1@%sil", "s8 si/8"},
           {"1@%ah", "u8 ax/8high"},
           {"8@%r8", "u64 r8/64"},
           {"-4@%r8d", "s32 r8/32"},
           {"2@%r15w", "u16 r15/16"},
           {"1@%r10b", "u8 r10/8"},
           {"%rax", "u64 ax/64"},
           {"8f@%xmm0", "f64 xmm0/128vector"},
           {"4f@%xmm15", "f32 xmm15/128vector"},
           {"8f@-24(%rbp)", "f64 [bp/64 -24]"},
           {"8@%st(0)", "u64 st(0)/80vector"},
           {"-4@$5", "s32 $5"},
           {"-4@$-5", "s32 $-5"},
           {"4@$-1", "u32 $4294967295"},
           {"-4@$4294967295", "s32 $-1"},
           {"8@$0x10", "u64 $16"},
           {"-8@$-1", "s64 $-1"},
           {"1@$300", "u8 $44"},
           {"8@$symbol+8", "u64 address 8 symbol:whole"},
           {"8@-80(%rbx)", "u64 [bx/64 -80]"},
           {"-4@(%rsp)", "s32 [sp/64]"},
           {"8@16(%r12)", "u64 [r12/64 16]"},
           {"8@-8+16(%rbp)", "u64 [bp/64 8]"},
           {"4@counter(%rip)", "u32 [ counter:whole]"},
           {"4@counter+8(%rip)", "u32 [ 8 counter:whole]"},
           {"-4@68+CheckpointStats(%rip)", "s32 [ 68 CheckpointStats:whole]"},
           {"-4@_ZN3app7counterE(%rip)", "s32 [ _ZN3app7counterE:whole]"},
           {"8@.LC0(%rip)", "u64 [ .LC0:whole]"},
           {"8@table@GOTPCREL(%rip)", "u64 [ table:GOTPCREL]"},
           {"8@16(%rip)", "u64 [ip/64pc 16]"},
           {"4@counter", "u32 [ counter:whole]"},
           {"8@0x601040", "u64 [ 6295616]"},
           {"8@(%rax,%rbx,8)", "u64 [ax/64+bx/64*8]"},
           {"8@-16(%rax,%rbx)", "u64 [ax/64+bx/64*1 -16]"},
           {"8@table(,%rax,8)", "u64 [+ax/64*8 table:added]"},
           {"8@table(%rax)", "u64 [ax/64 table:added]"},
           {"8@%fs:0x28", "u64 [fs: 40]"},
           {"8@%fs:-8(%rax)", "u64 [fs:ax/64 -8]"},
           {"4@%fs:value@TPOFF", "u32 [fs: value:TPOFF]"},
       }) {
    EXPECT_EQ(understood(row.piece, InstructionSet::X86_64), row.expected) << row.piece;
  }
}

TEST(UsdtOperand, I386) {
  for (const Row& row : std::initializer_list<Row>{
           {"-4@%eax", "s32 ax/32"},
           {"%eax", "u32 ax/32"},
           {"4@12(%esp)", "u32 [sp/32 12]"},
           {"-4@pair+4", "s32 [ 4 pair:whole]"},
           {"4@counter@GOTOFF(%ebx)", "u32 [ counter:whole]"},
           {"4@counter@GOT(%ebx)", "u32 [bx/32 counter:GOT]"},
           {"4@%gs:20", "u32 [gs: 20]"},
           {"4@(%edx,%eax,4)", "u32 [dx/32+ax/32*4]"},
           {"8@%rax", "error: the USDT argument 8@%rax makes no sense: there is no register rax"},
           {"4@%r8d", "error: the USDT argument 4@%r8d makes no sense: there is no register r8d"},
       }) {
    EXPECT_EQ(understood(row.piece, InstructionSet::I386), row.expected) << row.piece;
  }
}

TEST(UsdtOperand, Arm64) {
  for (const Row& row : std::initializer_list<Row>{
           {"8@x0", "u64 x0/64"},
           {"-4@w19", "s32 x19/32"},
           {"-4@x1", "s32 x1/64"},
           {"8@sp", "u64 sp/64"},
           {"8@x30", "u64 x30/64"},
           {"8@xzr", "u64 $0"},
           {"-4@5", "s32 $5"},
           {"-4@-5", "s32 $-5"},
           {"8@#16", "u64 $16"},
           {"-4@[sp, 24]", "s32 [sp/64 24]"},
           {"-4@[sp,24]", "s32 [sp/64 24]"},
           {"8@[sp, #-16]", "u64 [sp/64 -16]"},
           {"8@[x0]", "u64 [x0/64]"},
           {"8@[x0, x1]", "u64 [x0/64+x1/64*1]"},
           {"8@[x0, w1, sxtw 3]", "u64 [x0/64+x1/32*8]"},
           {"8@[x0, x1, lsl #2]", "u64 [x0/64+x1/64*4]"},
           {"8@[x0, w1, uxtw]", "u64 [x0/64+x1/32*1]"},
           {"8@[x0, x1, lsl 4]",
            "error: the USDT argument 8@[x0, x1, lsl 4] makes no sense: its shift is not 0 to 3"},
           {"8@[x0, x1, ror 1]",
            "error: the USDT argument 8@[x0, x1, ror 1] makes no sense: ror 1 is no shift"},
           {"4@[x0, :lo12:counter]", "u32 [ counter:whole]"},
           {"4@[x0, #:lo12:counter]",
            "error: the USDT argument 4@[x0, #:lo12:counter] makes no sense: #:lo12:counter is no offset"},
           {"4@counter+4", "u32 [ 4 counter:whole]"},
           {"8f@d0", "f64 d0/128vector"},
           {"8f@v8.2d", "f64 v8.2d/128vector"},
       }) {
    EXPECT_EQ(understood(row.piece, InstructionSet::Arm64), row.expected) << row.piece;
  }
}

TEST(UsdtOperand, NonsenseIsNamed) {
  for (const Row& row : std::initializer_list<Row>{
           {"", "there is no operand behind the '@'"},
           {"8@", "there is no operand behind the '@'"},
           {"3@%eax", "its size is not 1, 2, 4 or 8 bytes"},
           {"-@%eax", "its size is not 1, 2, 4 or 8 bytes"},
           {"16@%xmm0", "its size is not 1, 2, 4 or 8 bytes"},
           {"99999999999999999999@%eax", "its size is not 1, 2, 4 or 8 bytes"},
           {"8@%rzz", "there is no register rzz"},
           {"8@%r7", "there is no register r7"},
           {"8@%r16", "there is no register r16"},
           {"8@%r08", "there is no register r08"},
           {"8@%", "there is no register "},
           {"8@$", " is no number"},
           {"8@$5 5", "5 5 is no number"},
           {"8@$1x", "1x is no number"},
           {"8@(%rax", "its bracket is not closed"},
           {"8@()", "there is no register in its brackets"},
           {"8@(%al)", "%al holds no address"},
           {"8@(%xmm0)", "%xmm0 holds no address"},
           {"8@(%rax,%rbx,3)", "its scale is not 1, 2, 4 or 8"},
           {"8@(%rax,%rbx,8,8)", "it has too many registers"},
           {"8@(%rip,%rax,1)", "the instruction pointer takes no index"},
           {"8@a+b(%rip)", "its displacement is neither a number nor a symbol"},
           {"8@8-a(%rip)", "its displacement is neither a number nor a symbol"},
           {"8@--8(%rax)", "its displacement is neither a number nor a symbol"},
           {"8@%di:8", "there is no register di"},
           {"8@%fs:", "there is no address behind the segment"},
       }) {
    const std::string_view piece = row.piece;
    auto operand = parse_usdt_operand(piece, InstructionSet::X86_64);
    ASSERT_FALSE(operand.ok()) << piece << " " << describe(*operand);
    const std::string expected = "makes no sense: " + std::string(row.expected);
    EXPECT_NE(operand.error().message.find(expected), std::string::npos)
        << piece << ": " << operand.error().message;
  }
  EXPECT_FALSE(parse_usdt_operand(std::string(100000, 'a'), InstructionSet::X86_64).ok());
}

TEST(UsdtOperand, BlanksInsideBracketsDoNotSeparate) {
  EXPECT_EQ(split_usdt_arguments("-4@[sp, 24]  8@x0\t8@[x1, w2, sxtw 3]"),
            (std::vector<std::string_view>{"-4@[sp, 24]", "8@x0", "8@[x1, w2, sxtw 3]"}));
  EXPECT_EQ(split_usdt_arguments(" 8@%rax 8@-80( %rbx ) "),
            (std::vector<std::string_view>{"8@%rax", "8@-80( %rbx )"}));
  EXPECT_TRUE(split_usdt_arguments("").empty());
  EXPECT_EQ(split_usdt_arguments("8@(((").size(), 1u);
  EXPECT_EQ(split_usdt_arguments(std::string(2000, 'a') + std::string(1000, ' ')).size(), 1u);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "8@%rax ";
  EXPECT_EQ(split_usdt_arguments(many).size(), kMaxUsdtArguments);
}

TEST(UsdtOperand, TypesOfAllArguments) {
  EXPECT_EQ(usdt_type_names("-4@%edi 8@8(%rsp) 2@%ax nonsense( 8f@%xmm0", InstructionSet::X86_64),
            (std::vector<std::string>{"s32", "u64", "u16", "?"}));
  EXPECT_EQ(usdt_type_names("-4@%edi 8f@%xmm0", InstructionSet::X86_64),
            (std::vector<std::string>{"s32", "f64"}));
}

}  // namespace
}  // namespace uproar
