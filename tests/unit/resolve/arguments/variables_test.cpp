#include "resolve/arguments/variables.h"

#include <gtest/gtest.h>

#include "resolve/places/find_lines.h"
#include "support/debug_fixture.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

std::string shown(const std::vector<FetchOperation>& operations) {
  std::string text;
  for (const FetchOperation& each : operations) {
    if (!text.empty()) text += ' ';
    switch (each.kind) {
      case Operation::Register:
        text += each.name;
        break;
      case Operation::Immediate:
        text += "\\" + std::to_string(each.number);
        break;
      case Operation::FileOffset:
        text += "@+";
        break;
      default:
        text += (each.number < 0 ? "" : "+") + std::to_string(each.number);
    }
  }
  return text;
}

ast::VariableStep arrow(const std::string& field) {
  return {ast::VariableStep::Kind::Arrow, field, 0, {}};
}
ast::VariableStep element(int64_t index) {
  return {ast::VariableStep::Kind::Index, {}, index, {}};
}

struct Context {
  explicit Context(const std::string& function, const std::string& fixture = "o1")
      : file(std::move(*ProbedFile::open(oracle::dwarf_fixture(fixture)))) {
    for (const LoadSegment& segment : file.elf().segments()) {
      if (segment.executable) code = &segment;
    }
    auto info = file.debug_info();
    if (!info.ok()) return;
    auto instances = (*info)->instances(function);
    if (!instances.ok() || instances->empty()) return;
    place.vaddr = instances->front().entry;
    place.symbol = function;
  }
  Result<FetchArgument> find(const std::string& name, std::vector<ast::VariableStep> steps = {},
                             const ast::Type* type = nullptr) {
    return variable_argument({name, std::move(steps)}, {2, 6}, type, {text, file, *code, place, is_return});
  }

  std::string text = "p VARI";
  ProbedFile file;
  const LoadSegment* code = nullptr;
  FoundPlace place;
  bool is_return = false;
};

TEST(Variables, Operations) {
  Context look("shop::look");
  auto note = look.find("item", {arrow("note")});
  ASSERT_TRUE(note.ok()) << note.error().message;
  EXPECT_EQ(note->name, "note");
  EXPECT_EQ(note->type.kind, ValueType::Kind::String);
  EXPECT_EQ(note->operations.size(), 3u);
  EXPECT_EQ(note->operations.back().number, 0);

  auto label = look.find("item", {arrow("label")});
  ASSERT_TRUE(label.ok());
  EXPECT_EQ(label->type.kind, ValueType::Kind::BoundedString);
  EXPECT_EQ(shown(label->operations), "di +8");
  EXPECT_EQ(shown(label->length), "\\12");

  auto text = look.find("text");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->type.kind, ValueType::Kind::SizedString);
  EXPECT_EQ(shown(text->operations), "cx +0");
  EXPECT_EQ(shown(text->length), "dx");

  auto delta = look.find("item", {arrow("delta")});
  ASSERT_TRUE(delta.ok());
  EXPECT_EQ(delta->type.kind, ValueType::Kind::Bitfield);
  EXPECT_TRUE(delta->type.is_signed);
  EXPECT_EQ(delta->type.bit_width, 7);
  EXPECT_EQ(delta->type.bit_offset, 3);
  EXPECT_EQ(delta->type.bits, 16);
  EXPECT_EQ(delta->type.source_name, "int : 7");

  auto grid = look.find("item", {arrow("grid")});
  ASSERT_TRUE(grid.ok());
  EXPECT_EQ(grid->type.kind, ValueType::Kind::Signed);
  EXPECT_EQ(grid->type.bits, 16);
  EXPECT_EQ(grid->type.array_count, 6);

  auto total = look.find("total");
  ASSERT_TRUE(total.ok());
  EXPECT_EQ(shown(total->operations), "@+");
}

TEST(Variables, ConstantOfAnInlinedCall) {
  Context call("inlined");
  auto q = call.find("q");
  ASSERT_TRUE(q.ok());
  EXPECT_EQ(shown(q->operations), "\\1");
  EXPECT_EQ(q->type.kind, ValueType::Kind::Signed);
}

TEST(Variables, WrittenTypeWins) {
  Context look("shop::look");
  ast::Type hex;
  auto note = look.find("item", {arrow("note")}, &hex);
  ASSERT_TRUE(note.ok());
  EXPECT_EQ(note->type.kind, ValueType::Kind::Hex);
  EXPECT_EQ(note->operations.size(), 2u);
  EXPECT_TRUE(look.find("item", {arrow("weight")}, &hex).ok());
}

// Nothing ends a std::string_view but its length, whatever it is asked for as.
TEST(Variables, ATextWithoutANulStaysAsLongAsItIs) {
  Context look("shop::look");
  ast::Type string;
  string.kind = ast::Type::Kind::String;
  auto text = look.find("text", {}, &string);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->type.kind, ValueType::Kind::SizedString);
  EXPECT_EQ(shown(text->operations), "cx +0");
  EXPECT_EQ(shown(text->length), "dx");
}

TEST(Variables, Refusals) {
  Context look("shop::look");
  struct Row {
    std::vector<ast::VariableStep> steps;
    const char* message;
    const char* remedy;
  };
  const Row rows[] = {
      {{arrow("weight")},
       "VARI is a floating-point number (double), which probes do not record",
       "VARI:x64 records its bits"},
      {{arrow("at"), element(0)}, "VARI is a whole struct (struct)", "choose a field: x, y"},
      {{arrow("lable")}, "const shop::Item has no field lable", "did you mean label?"},
  };
  for (const Row& row : rows) {
    auto made = look.find("item", row.steps);
    ASSERT_FALSE(made.ok());
    EXPECT_EQ(made.error().remedy, row.remedy);
    if (std::string(row.message).find("(struct)") == std::string::npos) {
      EXPECT_EQ(made.error().message, row.message);
    }
  }
  look.is_return = true;
  EXPECT_FALSE(look.find("item").ok());
  EXPECT_TRUE(look.find("total").ok());
  auto unknown = look.find("itm");
  EXPECT_EQ(unknown.error().message, "shop::look has no variable itm at this place");
  EXPECT_EQ(unknown.error().remedy, "did you mean item?");
}

TEST(Variables, LongArraysAreForTheBackEndToJudge) {
  Context look("shop::look");
  auto many = look.find("item", {arrow("many")});
  ASSERT_TRUE(many.ok()) << many.error().message;
  EXPECT_EQ(many->type.array_count, 100u);
  EXPECT_EQ(many->type.source_name, "int [100]");
}

TEST(Variables, FloatInAVectorRegisterIsItsBits) {
  Context area("area(double, int)");
  auto side = area.find("side");
  ASSERT_TRUE(side.ok()) << side.error().message;
  EXPECT_EQ(shown(side->operations), "xmm0");
  EXPECT_EQ(side->operations.front().register_class, FetchOperation::RegisterClass::Vector);
  EXPECT_EQ(side->type.kind, ValueType::Kind::Hex);
  EXPECT_EQ(side->type.bits, 64);
  EXPECT_EQ(side->type.source_name, "double");
  area.is_return = true;
  EXPECT_FALSE(area.find("side").ok());
}

TEST(Variables, NoDebugInformation) {
  auto file = ProbedFile::open(oracle::dwarf_fixture("stripped"));
  ASSERT_TRUE(file.ok());
  const FoundPlace place;
  const std::string text = "p VARI";
  auto made = variable_argument({"x", {}}, {2, 6}, nullptr, {text, *file, file->elf().segments()[0], place});
  ASSERT_FALSE(made.ok());
  EXPECT_FALSE(made.error().excerpt.empty());
}

TEST(Variables, ListLeavesOutWhatCannotBe) {
  Context area("area(double, int)");
  std::vector<std::string> left_out;
  auto all = variable_list({true}, {2, 6}, {area.text, area.file, *area.code, area.place}, left_out);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->front().name, "side");
  EXPECT_EQ(all->back().name, "times");
  EXPECT_TRUE(left_out.empty());
}

}  // namespace
}  // namespace uproar
