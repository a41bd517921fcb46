#include "definition/argument_parser.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

std::string error_of(const std::string& argument) {
  const auto parsed = parse_probe("p:e bash:f " + argument);
  return parsed.ok() ? "" : render(parsed.error());
}

ast::Argument parsed(const std::string& argument) {
  auto probe = parse_probe("p:e bash:f " + argument);
  EXPECT_TRUE(probe.ok()) << render(probe.error());
  return probe.ok() ? std::move(probe->probe.arguments.at(0)) : ast::Argument{};
}

TEST(ArgumentParser, NameAndTypeMayBeLeftOut) {
  const ast::Argument bare = parsed("%di");
  EXPECT_FALSE(bare.name.has_value());
  EXPECT_FALSE(bare.type.has_value());
  const ast::Argument whole = parsed("n=%di:u32");
  EXPECT_EQ(whole.name->text, "n");
  EXPECT_EQ(whole.type->bits, 32u);
  EXPECT_EQ(std::get<ast::Register>(whole.fetch.form).name, "di");
}

TEST(ArgumentParser, DoubleColonBelongsToAName) {
  EXPECT_EQ(find_type_separator("ns::v", 0), std::string_view::npos);
  EXPECT_EQ(find_type_separator("ns::v:u8", 0), 5u);
  EXPECT_EQ(find_type_separator("a:u8", 0), 1u);
  EXPECT_EQ(find_type_separator("a:u8", 2), std::string_view::npos);
  EXPECT_EQ(find_type_separator("a:", 0), 1u);
  EXPECT_EQ(find_type_separator("", 0), std::string_view::npos);
}

TEST(ArgumentParser, AVariableOfOneFile) {
  const ast::Argument argument = parsed("main.c:level");
  EXPECT_EQ(std::get<ast::Variable>(argument.fetch.form).name, "main.c:level");
  EXPECT_FALSE(argument.type.has_value());
  const ast::Argument whole = parsed("n=*lib/main.rs:app::list->next:u32");
  EXPECT_EQ(std::get<ast::Variable>(whole.fetch.form).name, "lib/main.rs:app::list");
  EXPECT_EQ(std::get<ast::Variable>(whole.fetch.form).steps.size(), 2u);
  EXPECT_EQ(whole.type->bits, 32u);
  const ast::Argument followed = parsed("+8(-u0x10(*main.c:list)):u16");
  EXPECT_EQ(followed.type->bits, 16u);
  const ast::Fetch* inner = &followed.fetch;
  while (const auto* each = std::get_if<ast::Dereference>(&inner->form)) inner = each->inner.get();
  EXPECT_EQ(std::get<ast::Variable>(inner->form).name, "main.c:list");
  // A field and its type look alike.
  for (const char* typed : {"it.c:u32", "it.h:string", "it.s:char[4]", "it.d:b3@1/8", "it.field:level"})
    EXPECT_EQ(file_prefix(typed), 0u) << typed;
  EXPECT_EQ(file_prefix("ns::v"), 0u);
  EXPECT_EQ(file_prefix(".c:level"), 0u);
}

TEST(ArgumentParser, OnlyTheFirstEqualsSignEndsTheName) {
  const ast::Argument argument = parsed("text=\\\"a=b\"");
  EXPECT_EQ(argument.name->text, "text");
  EXPECT_EQ(std::get<ast::ImmediateString>(argument.fetch.form).text, "a=b");
}

TEST(ArgumentParser, NothingBeforeOrBehindTheEqualsSign) {
  EXPECT_EQ(
      error_of("=%di"),
      "error: no name before the '='\n  p:e bash:f =%di\n             ^\n  help: write NAME=, or leave the "
      "'=' out\n");
  EXPECT_NE(error_of("n=").find("nothing to fetch"), std::string::npos);
  EXPECT_NE(error_of("n=:u32").find("nothing to fetch"), std::string::npos);
  EXPECT_NE(error_of("n=%di:").find("no type after the ':'"), std::string::npos);
}

TEST(ArgumentParser, ConstantTextNeedsANameWhereItHoldsAnEqualsSign) {
  EXPECT_NE(error_of("\\\"a=b\"").find("what stands before the first '=' is the argument's name"),
            std::string::npos);
}

TEST(ArgumentParser, ListsStandAlone) {
  EXPECT_EQ(error_of("$params"), "");
  EXPECT_NE(error_of("all=$vars").find("each with its own name\n"), std::string::npos);
  EXPECT_NE(error_of("$vars:u8").find("each with its own type\n"), std::string::npos);
  EXPECT_NE(error_of("$vars:u8").find("help: write $vars alone\n"), std::string::npos);
}

}  // namespace
}  // namespace uproar
