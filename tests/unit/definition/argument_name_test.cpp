#include "definition/argument_name.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

std::string name_of_argument(const std::string& argument) {
  auto parsed = parse_probe("p:e bash:f %di " + argument);
  if (!parsed.ok()) return render(parsed.error());
  const ast::Argument& second = parsed->probe.arguments.at(1);
  const auto* variable = std::get_if<ast::Variable>(&second.fetch.form);
  return variable && !second.name ? default_name(*variable) : argument_name(second, 1);
}

TEST(ArgumentName, IsTheGivenOneOrThePosition) {
  EXPECT_EQ(name_of_argument("n=this->id"), "n");
  EXPECT_EQ(name_of_argument("%si"), "arg2");
  EXPECT_EQ(name_of_argument("$arg1"), "arg2");
  EXPECT_EQ(name_of_argument("+8(buf->data)"), "arg2");
}

TEST(ArgumentName, VariablesAreCalledByTheirLastField) {
  EXPECT_EQ(name_of_argument("count"), "count");
  EXPECT_EQ(name_of_argument("*count"), "count");
  EXPECT_EQ(name_of_argument("this->id"), "id");
  EXPECT_EQ(name_of_argument("*a->b.c[3]"), "c");
  EXPECT_EQ(name_of_argument("v[3]"), "v");
}

TEST(ArgumentName, ScopesStayInTheNameOfAVariable) {
  EXPECT_EQ(name_of_argument("ns::counter"), "ns__counter");
  EXPECT_EQ(name_of_argument("ns::v[3]"), "ns__v");
  EXPECT_EQ(name_of_argument("::counter"), "__counter");
}

TEST(ArgumentName, IsAlwaysValid) {
  EXPECT_EQ(name_of_argument("pair.0"), "_0");
  EXPECT_EQ(name_of_argument("this->pair.0.1"), "_1");
  EXPECT_EQ(name_of_argument("größe"), "gr____e");
  EXPECT_EQ(name_of_argument("common_pid"), "common_pid_");
}

TEST(MadeIdentifier, HasOneUnderscoreForEachOtherByte) {
  EXPECT_EQ(made_identifier(""), "_");
  EXPECT_EQ(made_identifier("3d"), "_3d");
  EXPECT_EQ(made_identifier("main.(*T).M"), "main___T__M");
  EXPECT_EQ(made_identifier("caf\xc3\xa9"), "caf__");
}

}  // namespace
}  // namespace uproar
