#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "event/text/trace_arguments.h"
#include "support/shown_arguments.h"

namespace uproar {
namespace {

std::string split(std::string_view text) {
  std::vector<TextArgument> arguments;
  switch (split_by_shape(text, arguments)) {
    case SplitStatus::Complete:
      return shown_arguments(arguments);
    case SplitStatus::InsideString:
      return "inside";
    case SplitStatus::Mismatch:
      return "mismatch";
  }
  return "?";
}

TEST(SplitByShape, EveryShape) {
  const std::string text =
      " a=1 b=-1 c=0xff d='q' e=\"x y\" f=(fault) g={1,-2} h={\"a\",(fault),\"b\"} i={0x1} j={'a',','}";
  EXPECT_EQ(split(text),
            "a=1 b=-1 c=0xff d='q' e=[x y] f=fault g={1,-2} h={[a],fault,[b]} i={0x1} j={'a',','}");
  EXPECT_EQ(split(""), "");
}

TEST(SplitByShape, QuotesInsideAString) {
  EXPECT_EQ(split(" s=\"say \"hi\" now\" n=1"), "s=[say \"hi\" now] n=1");
  EXPECT_EQ(split(" s=\"\"\""), "s=[\"]");
  EXPECT_EQ(split(" s=\"\" n=2"), "s=[] n=2");
}

TEST(SplitByShape, ANameGivenTwiceIsPartOfAString) {
  EXPECT_EQ(split(" n=1 s=\"a\" n=5 s=\"b\""), "n=1 s=[a\" n=5 s=\"b]");
}

TEST(SplitByShape, AStringThatEndedTooEarlyIsLengthened) {
  // Behind the first quote a name and a value begin, but not one that leads to the end.
  EXPECT_EQ(split(" s=\"a\" b=12xyz\" n=5"), "s=[a\" b=12xyz] n=5");
}

TEST(SplitByShape, OpenStringIsInside) {
  EXPECT_EQ(split(" s=\"abc"), "inside");
  EXPECT_EQ(split(" n=1 s=\"abc\" tail"), "inside");
  EXPECT_EQ(split(" l={\"abc"), "inside");
}

TEST(SplitByShape, NoArgumentsAtAllIsAMismatch) {
  for (const char* text : {" ", "x", " a", " a=", " a=b", " a=1x", " a={1", " a={1;2}", " a={}", " a=1 a=2",
                           " a='ab'", " a=1  b=2"}) {
    EXPECT_EQ(split(text), "mismatch") << text;
  }
}

TEST(SplitByShape, MoreArgumentsThanTheKernelAllowsAreAMismatch) {
  std::string text;
  for (int i = 0; i < 128; ++i) text += " a" + std::to_string(i) + "=1";
  EXPECT_NE(split(text), "mismatch");
  EXPECT_EQ(split(text + " more=1"), "mismatch");
}

TEST(SplitByShape, HostileTextCostsBoundedTime) {
  std::string text = " s=\"";
  for (int i = 0; text.size() < 60000; ++i) text += "\" a" + std::to_string(i) + "=\"";
  text += "\" b=!";
  const auto start = std::chrono::steady_clock::now();
  split(text);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(SplitPlain, PairsWithoutQuotes) {
  EXPECT_EQ(shown_arguments(split_plain("pid=9421 oldcomm=a b newcomm=-x oom_score_adj=-17")),
            "pid=9421 oldcomm=[a b] newcomm=[-x] oom_score_adj=-17");
  EXPECT_EQ(shown_arguments(split_plain("a= b=")), "a=[] b=[]");
}

TEST(SplitPlain, AnythingElseIsOneText) {
  EXPECT_EQ(shown_arguments(split_plain("hello from user space")), "text=[hello from user space]");
  EXPECT_EQ(shown_arguments(split_plain("")), "");
}

}  // namespace
}  // namespace uproar
