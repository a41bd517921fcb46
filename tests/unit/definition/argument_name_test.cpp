#include "definition/argument_name.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

std::string name_of_argument(const std::string& argument) {
  auto parsed = parse_probe("p:e bash:f %di " + argument);
  return parsed.ok() ? argument_name(parsed->probe.arguments.at(1), 1) : render(parsed.error());
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
  EXPECT_EQ(name_of_argument("ns::counter"), "counter");
  EXPECT_EQ(name_of_argument("::counter"), "counter");
}

TEST(ArgumentName, IsAlwaysValid) {
  EXPECT_EQ(name_of_argument("pair.0"), "pair_0");
  EXPECT_EQ(name_of_argument("this->pair.0.1"), "pair_0_1");
  EXPECT_EQ(name_of_argument("größe"), "gr__e");
  EXPECT_EQ(name_of_argument("common_pid"), "common_pid_");
  EXPECT_EQ(name_of_argument(std::string(40, 'v')), std::string(32, 'v'));
}

}  // namespace
}  // namespace uproar
