#include "resolve/arguments/arguments.h"

#include <gtest/gtest.h>

#include "binary/elf/address.h"
#include "definition/parser.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

struct Context {
  explicit Context(const std::string& fixture)
      : path(oracle::fixture(fixture)), file(std::move(*ProbedFile::open(path))) {
    for (const LoadSegment& segment : file.elf().segments()) {
      if (segment.executable) code = &segment;
    }
  }

  Result<FetchArgument> resolve(const std::string& written) {
    std::string text = "p /bin/x:0x10 first=%ip " + written;
    auto parsed = parse_probe(text);
    if (!parsed.ok()) return parsed.error();
    const FoundPlace place;
    auto made = resolve_argument(parsed->probe.arguments.at(1), 1, {text, file, *code, place});
    if (!made.ok()) return made.error();
    return made->front();
  }

  std::string path;
  ProbedFile file;
  const LoadSegment* code = nullptr;
};

// "di +0 -8": the operations in the order of their work.
std::string steps(const FetchArgument& argument) {
  std::string out;
  for (const FetchOperation& operation : argument.operations) {
    if (!out.empty()) out += ' ';
    switch (operation.kind) {
      case Operation::Register:
        out += operation.name;
        break;
      case Operation::StackPointer:
        out += "stack";
        break;
      case Operation::StackSlot:
        out.append("slot").append(std::to_string(operation.number));
        break;
      case Operation::ReturnValue:
        out += "retval";
        break;
      case Operation::Immediate:
        out.append("imm").append(std::to_string(operation.number));
        break;
      case Operation::ImmediateString:
        out += "text" + operation.name;
        break;
      case Operation::Address:
        out.append("at").append(std::to_string(operation.number));
        break;
      case Operation::FileOffset:
        out.append("file").append(std::to_string(operation.number));
        break;
      case Operation::TaskName:
        out += "comm";
        break;
      case Operation::Dereference:
        out.append(operation.number < 0 ? "" : "+").append(std::to_string(operation.number));
        if (operation.user) out += 'u';
        break;
    }
  }
  return out;
}

TEST(Arguments, OperationsStandInTheOrderOfTheirWork) {
  struct Row {
    const char* written;
    const char* steps;
  };
  const Row rows[] = {
      {"%di", "di"},       {"+0(+8(%di))", "di +8 +0"}, {"-8(+u16(%si))", "si +16u -8"},
      {"$stack", "stack"}, {"$stack3", "slot3"},        {"$retval", "retval"},
      {"$comm", "comm"},   {"@0x10", "at16"},           {"@+16", "file16"},
      {"\\-5", "imm-5"},   {"\\\"hey\"", "texthey"},
  };
  Context context("pie");
  for (const Row& row : rows) {
    auto argument = context.resolve(row.written);
    ASSERT_TRUE(argument.ok()) << row.written << ": " << argument.error().message;
    EXPECT_EQ(steps(*argument), row.steps) << row.written;
  }
}

TEST(Arguments, ValueWithStringTypeMeansWhatItPointsAt) {
  Context context("pie");
  EXPECT_EQ(steps(*context.resolve("%di:string")), "di +0");
  EXPECT_EQ(steps(*context.resolve("%di:ustring")), "di +0");
  EXPECT_EQ(steps(*context.resolve("$retval:string")), "retval +0");
  EXPECT_EQ(steps(*context.resolve("$stack2:string")), "slot2 +0");
  EXPECT_EQ(steps(*context.resolve("+8(%di):string")), "di +8");
  EXPECT_EQ(steps(*context.resolve("@0x10:string")), "at16");
  EXPECT_EQ(steps(*context.resolve("$comm:string")), "comm");
  EXPECT_EQ(steps(*context.resolve("%di:u32")), "di");
}

TEST(Arguments, DefaultTypes) {
  Context context("pie");
  EXPECT_EQ(context.resolve("%di")->type.kind, ValueType::Kind::Hex);
  EXPECT_EQ(context.resolve("%di")->type.bits, 64);
  EXPECT_EQ(context.resolve("$comm")->type.kind, ValueType::Kind::String);
}

TEST(Arguments, TypesAreTakenOver) {
  Context context("pie");
  ValueType type = context.resolve("+0(%di):b3@4/32")->type;
  EXPECT_EQ(type.kind, ValueType::Kind::Bitfield);
  EXPECT_EQ(type.bits, 32);
  EXPECT_EQ(type.bit_width, 3);
  EXPECT_EQ(type.bit_offset, 4);
  type = context.resolve("+0(%di):s16[8]")->type;
  EXPECT_EQ(type.kind, ValueType::Kind::Signed);
  EXPECT_EQ(type.bits, 16);
  EXPECT_EQ(type.array_count, 8);
  EXPECT_EQ(context.resolve("%di:char")->type.bits, 8);
}

TEST(Arguments, UnnamedOnesAreCountedFromOne) {
  Context context("pie");
  EXPECT_EQ(context.resolve("%di")->name, "arg2");
  EXPECT_EQ(context.resolve("x=%di")->name, "x");
}

class DataSymbols : public testing::TestWithParam<const char*> {};

// The kernel adds the number to (hit address - probe offset); that sum has to be the variable's address.
TEST_P(DataSymbols, KernelsSumIsTheAddressOfTheVariable) {
  Context context(GetParam());
  uint64_t function = oracle::address(context.path, "add_two");
  uint64_t function_offset = *oracle::offset_by_sections(context.path, function);
  const uint64_t bias = 0x555555554000;
  for (const char* name : {"counter", "zeroed", "greeting"}) {
    auto argument = context.resolve(std::string("@") + name);
    ASSERT_TRUE(argument.ok()) << argument.error().message;
    // What a library exports may be the program's: it is read through the library's pointer to it.
    if (argument->operations.size() > 1) return;
    ASSERT_EQ(argument->operations[0].kind, Operation::FileOffset);
    uint64_t sum = bias + function - function_offset + static_cast<uint64_t>(argument->operations[0].number);
    EXPECT_EQ(sum, bias + oracle::address(context.path, name)) << name;
  }
  EXPECT_EQ(
      context.resolve("@counter+8")->operations[0].number - context.resolve("@counter")->operations[0].number,
      8);
  EXPECT_EQ(
      context.resolve("@counter-4")->operations[0].number - context.resolve("@counter")->operations[0].number,
      -4);
}

INSTANTIATE_TEST_SUITE_P(, DataSymbols,
                         testing::Values("pie", "nonpie", "static", "libtarget.so.1", "libapart.so"),
                         [](const auto& info) {
                           std::string name = info.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(Arguments, UnknownVariableOffersNearNames) {
  Context context("pie");
  auto argument = context.resolve("@countr");
  ASSERT_FALSE(argument.ok());
  EXPECT_EQ(argument.error().message, context.path + " has no variable countr");
  EXPECT_EQ(argument.error().remedy, "did you mean counter?");
  EXPECT_NE(argument.error().excerpt.find("^~~"), std::string::npos);
}

TEST(Arguments, StrippedFileSaysSo) {
  auto argument = Context("stripped").resolve("@no_such_thing_here");
  ASSERT_FALSE(argument.ok());
  EXPECT_NE(argument.error().message.find("(it is stripped: "), std::string::npos)
      << argument.error().message;
}

}  // namespace
}  // namespace uproar
