#include "event/print_format.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const ShownField& field : read_print_format(text)) {
    out += std::string(field.name) + ":" + field.conversion + " ";
  }
  return out;
}

TEST(PrintFormat, ArgumentsAreMatchedWithConversions) {
  EXPECT_EQ(
      shown(R"("(%lx) a=%u b=0x%Lx c='%c' s=\"%s\"", REC->__probe_ip, REC->a, REC->b, REC->c, __get_str(s))"),
      "__probe_ip:x a:u b:x c:c s:s ");
}

TEST(PrintFormat, ArrayElementsNameTheirField) {
  EXPECT_EQ(shown(R"("a={%d,%d} s={\"%s\"}", REC->a[0], REC->a[1], __get_str(s[0]))"), "a:d a:d s:s ");
}

TEST(PrintFormat, CastsAndParenthesesAreSeenThrough) {
  EXPECT_EQ(shown(R"("%llx %p %d", (unsigned long long)REC->dev, ((void *)(REC->ptr)), ((REC->n)))"),
            "dev:x ptr:p n:d ");
}

TEST(PrintFormat, ComputedArgumentsAreLeftOut) {
  EXPECT_EQ(shown(R"~("%d,%d %s %x %s", ((unsigned int) ((REC->dev) >> 20)), REC->minor, )~"
                  R"~(__print_flags(REC->f, "|", {1, "a,b"}, {2, "\")"}), REC->x, REC->ok ? "yes" : "no")~"),
            "minor:d x:x ");
}

TEST(PrintFormat, WidthFromAnArgumentTakesThatArgument) {
  EXPECT_EQ(shown(R"("%*d %.*s %x", REC->width, REC->n, REC->len, __get_str(s), REC->x)"), "n:d s:s x:x ");
}

TEST(PrintFormat, PercentSignsAndAdjacentLiterals) {
  EXPECT_EQ(shown(R"("100%% %d" " %x", REC->a, REC->b)"), "a:d b:x ");
}

TEST(PrintFormat, DamagedTextGivesWhatCameBefore) {
  EXPECT_EQ(shown(R"("%d %x", REC->a, (REC->b)"), "a:d ");
  EXPECT_EQ(shown(R"("%d %x", REC->a)"), "a:d ");
  for (const char* text : {"", "\"", "\"%", "\"%d\"", "\"%d\",", "REC->a", "\"%d\", REC->", "\"\\",
                           "\"%d\", \"", "\"%d\", __get_str("}) {
    EXPECT_EQ(shown(text), "") << text;
  }
}

TEST(PrintFormat, DeepNestingIsGivenUp) {
  EXPECT_EQ(
      shown("\"%d %d\", " + std::string(100000, '(') + "REC->a" + std::string(100000, ')') + ", REC->b"),
      "b:d ");
}

}  // namespace
}  // namespace uproar
