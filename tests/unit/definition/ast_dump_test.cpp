#include "definition/ast_dump.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

std::string dumped(const std::string& text) {
  const auto parsed = parse_line(text);
  return parsed.ok() ? dump(parsed->line) : render(parsed.error());
}

TEST(AstDump, OneFactALine) {
  EXPECT_EQ(
      dumped("r:g/e /bin/bash:0x10(0x8) n=+u8(%di):u8[4] $comm"),
      "return probe\n  group \"g\"\n  event \"e\"\n  target absolute-path \"/bin/bash\"\n"
      "  site file-offset 0x10\n  reference-counter 0x8\n  argument \"n\"\n    dereference 8 decimal user\n"
      "      register \"di\"\n    type u8[4]\n  argument\n    task-name\n");
}

TEST(AstDump, LinesThatAreNoProbes) {
  EXPECT_EQ(dumped("# note"), "empty\n");
  EXPECT_EQ(dumped("-:g/e"), "deletion\n  group \"g\"\n  event \"e\"\n");
  EXPECT_EQ(dumped("-:g/e /bin/a:0x10"), "deletion\n  group \"g\"\n  event \"e\"\n  place \"/bin/a:0x10\"\n");
}

// What is not the same text is not the same dump, and blanks are not in it.
TEST(AstDump, TellsApartWhatIsNotTheSame) {
  EXPECT_EQ(dumped("p:e  bash:f\ta=%di"), dumped("p:e bash:f a=%di # note"));
  for (const auto& [one, other] :
       {std::pair("a=@16", "a=@0x10"), std::pair("a=+0(%di)", "a=+u0(%di)"), std::pair("a=$comm", "a=$COMM"),
        std::pair("a=%di", "b=%di"), std::pair("a=%di", "%di"), std::pair("a=%di:u8", "a=%di:x8"),
        std::pair("a=$params", "a=$vars"), std::pair("a=v.x", "a=v->x")})
    EXPECT_NE(dumped(std::string("p:e bash:f ") + one), dumped(std::string("p:e bash:f ") + other)) << one;
  EXPECT_NE(dumped("p:e bash:f"), dumped("p:e bash:f+0"));
  EXPECT_NE(dumped("p:e bash:main:3"), dumped("p:e bash:main.c:3"));
}

TEST(AstDump, BytesThatAreNotPrintableAreNumbers) {
  EXPECT_EQ(dumped("p:e \"/a\xff\\\"\":f"),
            "probe\n  event \"e\"\n  target absolute-path \"/a\\xff\\x22\"\n  site symbol \"f\"\n");
}

}  // namespace
}  // namespace uproar
