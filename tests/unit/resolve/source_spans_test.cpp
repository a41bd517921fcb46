#include "resolve/source_spans.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

std::string text_of(const std::string& text, Span span) {
  return text.substr(span.begin, span.end - span.begin);
}

ast::Probe parsed(const std::string& text) {
  auto probe = parse_probe(text);
  EXPECT_TRUE(probe.ok()) << render(probe.error());
  return probe.ok() ? probe->probe : ast::Probe{};
}

TEST(SourceSpans, PartsOfADefinition) {
  const std::string text = "  p:grp/evt \"/a b\":main a=%di";
  const DefinitionSource source = source_of(parsed(text), text);
  EXPECT_EQ(text_of(text, source.head), "p:grp/evt");
  EXPECT_EQ(text_of(text, source.group), "grp");
  EXPECT_EQ(text_of(text, source.event), "evt");
  EXPECT_EQ(text_of(text, source.place), "\"/a b\":main");
}

TEST(SourceSpans, WhatIsNotWrittenIsEmpty) {
  const std::string bare = "bash:readline";
  DefinitionSource source = source_of(parsed(bare), bare);
  EXPECT_TRUE(source.head.empty());
  EXPECT_TRUE(source.group.empty());
  EXPECT_TRUE(source.event.empty());
  EXPECT_EQ(text_of(bare, source.place), bare);
  const std::string kind = "r bash:readline";
  source = source_of(parsed(kind), kind);
  EXPECT_EQ(text_of(kind, source.head), "r");
  EXPECT_TRUE(source.event.empty());
}

TEST(SourceSpans, PartsOfAnArgument) {
  const std::string text = "p x:f s=+8(+0(%di)):string(%si) v->n t=@sym:u8";
  const ast::Probe probe = parsed(text);
  ASSERT_EQ(probe.arguments.size(), 3u);
  const ArgumentSource s = source_of(probe.arguments[0]);
  EXPECT_EQ(text_of(text, s.argument), "s=+8(+0(%di)):string(%si)");
  EXPECT_EQ(text_of(text, s.fetch), "+8(+0(%di))");
  EXPECT_EQ(text_of(text, s.leaf), "%di");
  EXPECT_EQ(text_of(text, s.length), "%si");
  EXPECT_TRUE(s.as_written);
  EXPECT_FALSE(s.listed);
  const ArgumentSource v = source_of(probe.arguments[1]);
  EXPECT_EQ(text_of(text, v.argument), "v->n");
  EXPECT_TRUE(v.type.empty());
  EXPECT_FALSE(v.as_written);
  const ArgumentSource t = source_of(probe.arguments[2]);
  EXPECT_EQ(text_of(text, t.type), "u8");
  EXPECT_FALSE(t.as_written);
}

TEST(SourceSpans, AListStandsForAllThatItNames) {
  const ArgumentSource listed = source_of_listed({6, 13});
  EXPECT_TRUE(listed.listed);
  EXPECT_EQ(listed.argument.begin, 6u);
  EXPECT_EQ(listed.leaf.end, 13u);
}

}  // namespace
}  // namespace uproar
