#include "commands/output/table.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Table, NumbersStandRightAndTextLeft) {
  EXPECT_EQ(format_table({{"EVENT", "HITS", "PLACE"}, {"a/b", "7", "x"}, {"long/name", "1234", "y"}}),
            "EVENT      HITS  PLACE\n"
            "a/b           7  x\n"
            "long/name  1234  y\n");
}

TEST(Table, ControlBytesAreShownNotSent) {
  EXPECT_EQ(format_table({{"A"}, {std::string("x\x1b[31m")}}).find('\x1b'), std::string::npos);
}

TEST(Table, ShortRowsAreFilled) {
  EXPECT_EQ(format_table({{"A", "B"}, {"x"}}), "A  B\nx\n");
}

}  // namespace
}  // namespace uproar
