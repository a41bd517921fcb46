#include "definition/parser.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "definition/check.h"

namespace uproar {
namespace {

TEST(ParseProbe, RefusesLinesWithoutAProbe) {
  EXPECT_EQ(parse_probe("  # nothing").error().message, "there is no definition here");
  EXPECT_EQ(parse_probe("").error().message, "there is no definition here");
  EXPECT_EQ(render(parse_probe("-:g/e").error()),
            "error: a deletion is no definition\n  -:g/e\n  ^~\n  help: remove events with uproar remove "
            "GROUP:EVENT\n");
}

TEST(ParseLine, SpansPointIntoTheText) {
  std::string_view text = "p:grp/ev /bin/bash:0x10(0x8) name=+0(%di):string";
  auto parsed = parse_probe(text);
  ASSERT_TRUE(parsed.ok());
  auto at = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(at(parsed->probe.group->span), "grp");
  EXPECT_EQ(at(parsed->probe.event->span), "ev");
  EXPECT_EQ(at(parsed->probe.target.span), "/bin/bash");
  EXPECT_EQ(at(parsed->probe.site.span), "0x10(0x8)");
  EXPECT_EQ(at(parsed->probe.site.ref_counter_span), "0x8");
  const ast::Argument& argument = parsed->probe.arguments.at(0);
  EXPECT_EQ(at(argument.span), "name=+0(%di):string");
  EXPECT_EQ(at(argument.name->span), "name");
  EXPECT_EQ(at(argument.fetch.span), "+0(%di)");
  EXPECT_EQ(at(std::get<ast::Dereference>(argument.fetch.form).inner->span), "%di");
  EXPECT_EQ(at(argument.type->span), "string");
}

TEST(ParseLine, TrailingLineEndIsABlank) {
  EXPECT_TRUE(parse_probe("p:e /bin/bash:0x10\n").ok());
  EXPECT_TRUE(parse_probe("p:e /bin/bash:0x10 a=%di\r\n").ok());
}

TEST(ParseLine, CommentDoesNotHideTheNextLine) {
  EXPECT_EQ(parse_line("# note\np:e /bin/bash:0x10").error().message, "a definition is one line");
}

TEST(ParseLine, TreeIsCopiedWhole) {
  auto parsed = parse_probe("p:e /bin/bash:0x10 a=+0(+8(%di))");
  ASSERT_TRUE(parsed.ok());
  ast::Probe copy = parsed->probe;
  parsed->probe.arguments.clear();
  const auto& outer = std::get<ast::Dereference>(copy.arguments.at(0).fetch.form);
  EXPECT_EQ(std::get<ast::Dereference>(outer.inner->form).offset, 8);
}

TEST(ParseLine, MegabyteOfAnythingIsAnError) {
  for (char fill : {'a', '+', '(', ':', '"', '#', ' ', '\n', '\0', '\xff', '/', '\\'}) {
    std::string text = "p:e /bin/bash:0x10 a=" + std::string(1 << 20, fill);
    auto parsed = parse_line(text);
    ASSERT_FALSE(parsed.ok());
    EXPECT_LT(render(parsed.error()).size(), 2000u);
  }
}

TEST(ParseLine, DeepNestingIsAnErrorNotACrash) {
  std::string open;
  for (int i = 0; i < 15000; ++i) open += "+0(";
  EXPECT_EQ(parse_line("p /a:0 " + open + "%di").error().message, "the bracket is not closed");
  EXPECT_EQ(parse_line("p /a:0 " + open + "%di" + std::string(15000, ')')).error().message,
            "dereferences are nested too deeply");
}

// All bytes, each before and after every byte that means something to the grammar.
TEST(ParseLine, AnyTwoBytesGiveAResult) {
  const std::string marks = std::string("pr:/%$@+-\\\"'()[]=#* 0xau\n\xc3\xa0") + '\0';
  for (int byte = 0; byte < 256; ++byte) {
    for (char mark : marks) {
      std::string pair{static_cast<char>(byte), mark};
      for (const std::string& text : {pair, fmt::format("p:e /bin/bash:0x10 {1}{0}", pair[0], pair[1]),
                                      fmt::format("p:{0} bash:{0}", pair)}) {
        auto parsed = parse_line(text);
        EXPECT_TRUE(parsed.ok() || !parsed.error().message.empty());
      }
    }
  }
}

}  // namespace
}  // namespace uproar
