#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "definition/parser.h"

namespace uproar {
namespace {

using Kind = ast::VariableStep::Kind;

std::string message(const std::string& argument) {
  auto parsed = parse_probe("p:e bash:f a=" + argument);
  return parsed.ok() ? "" : parsed.error().message;
}
std::string remedy(const std::string& argument) {
  auto parsed = parse_probe("p:e bash:f a=" + argument);
  return parsed.ok() ? "" : parsed.error().remedy;
}

TEST(Variable, StepsStandInTheOrderOfExecution) {
  std::string_view text = "p:e bash:f **a->b[0x10].c";
  auto parsed = parse_probe(text);
  ASSERT_TRUE(parsed.ok()) << render(parsed.error());
  const auto& variable = std::get<ast::Variable>(parsed->probe.arguments.at(0).fetch.form);
  auto at = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(variable.name, "a");
  ASSERT_EQ(variable.steps.size(), 5u);
  EXPECT_EQ(variable.steps[0].kind, Kind::Arrow);
  EXPECT_EQ(variable.steps[0].field, "b");
  EXPECT_EQ(at(variable.steps[0].span), "->b");
  EXPECT_EQ(variable.steps[1].kind, Kind::Index);
  EXPECT_EQ(variable.steps[1].index, 16);
  EXPECT_EQ(at(variable.steps[1].span), "[0x10]");
  EXPECT_EQ(variable.steps[2].kind, Kind::Dot);
  EXPECT_EQ(at(variable.steps[2].span), ".c");
  EXPECT_EQ(variable.steps[3].kind, Kind::Dereference);
  EXPECT_EQ(variable.steps[3].span.begin, text.find("*a"));
  EXPECT_EQ(variable.steps[4].kind, Kind::Dereference);
  EXPECT_EQ(variable.steps[4].span.begin, text.find("**a"));
}

TEST(Variable, LengthsHaveTheirOwnSpans) {
  std::string_view text = "p:e bash:f s=p->data:string(+8(p->len):u32)";
  auto parsed = parse_probe(text);
  ASSERT_TRUE(parsed.ok()) << render(parsed.error());
  auto at = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  const ast::Type& type = *parsed->probe.arguments.at(0).type;
  EXPECT_EQ(at(type.span), "string(+8(p->len):u32)");
  EXPECT_EQ(at(type.length->span), "+8(p->len)");
  EXPECT_EQ(at(type.length_type->span), "u32");
  ast::Type copy = type;
  parsed->probe.arguments.clear();
  EXPECT_EQ(copy.length_type->bits, 32u);
}

TEST(Variable, BracketsAreTranslated) {
  EXPECT_EQ(remedy("(*p).x"), "write p->x");
  EXPECT_EQ(remedy("(*p)->x"), "write p[0]->x");
  EXPECT_EQ(remedy("(*p)[2]"), "write p[0][2]");
  EXPECT_EQ(remedy("(*p)"), "write *p");
  EXPECT_EQ(remedy("(x)"), "write x");
  EXPECT_EQ(remedy("(char*)p->name"), "write how to read it behind it: p->name:s32");
  EXPECT_EQ(remedy("(%di)"), "write +0(%di)");
}

TEST(Variable, ElementsAsOtherLanguagesWriteThem) {
  auto steps = [](const std::string& argument) {
    auto parsed = parse_probe("p:e bash:f a=" + argument);
    return parsed.ok() ? std::get<ast::Variable>(parsed->probe.arguments.at(0).fetch.form).steps
                       : std::vector<ast::VariableStep>{};
  };
  for (const char* written : {"m[2,-1]", "m(2,-1)", "m[2][-1]"}) {
    const auto found = steps(written);
    ASSERT_EQ(found.size(), 2u) << written;
    EXPECT_EQ(found[0].index, 2) << written;
    EXPECT_EQ(found[1].index, -1) << written;
  }
  ASSERT_EQ(steps("p%x").size(), 1u);
  EXPECT_EQ(steps("p%x")[0].field, "x");
  ASSERT_EQ(steps("p^.x").size(), 2u);
  EXPECT_EQ(steps("p^.x")[0].kind, Kind::Dereference);
  EXPECT_EQ(message("f(x)"), "functions of the program are not called");
  EXPECT_EQ(message("f()"), "functions of the program are not called");
  EXPECT_EQ(message("a^b"), "nothing is calculated here");
  EXPECT_EQ(message("a%2"), "nothing is calculated here");
}

TEST(Variable, OnlyWholeNumbersIndex) {
  EXPECT_EQ(message("v[9223372036854775807]"), "");
  EXPECT_EQ(message("v[-9223372036854775807]"), "");
  for (const char* index : {"", "-", "--1", "1,", ",1", "i", "1.5", "9223372036854775808", "0x", " "}) {
    EXPECT_NE(message(fmt::format("v[{}]", index)), "") << index;
  }
}

TEST(Variable, StepsAreLimited) {
  EXPECT_EQ(message(std::string(64, '*') + "v"), "");
  EXPECT_EQ(message(std::string(65, '*') + "v"), "a variable has at most 64 steps");
  EXPECT_EQ(message("v" + std::string(65, '*')), "nothing is calculated here");
}

}  // namespace
}  // namespace uproar
