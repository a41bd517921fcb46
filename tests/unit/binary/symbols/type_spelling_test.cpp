#include "binary/symbols/type_spelling.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(TypeSpelling, ConstStandsBehindWhatItBelongsTo) {
  EXPECT_EQ(with_const_behind("f(const char*, const T<int>&)"), "f(char const*, T<int> const&)");
  EXPECT_EQ(with_const_behind("larger<const char*>"), "larger<char const*>");
  EXPECT_EQ(with_const_behind("f(const a::B)"), "f(a::B const)");
}

TEST(TypeSpelling, OtherTextStays) {
  for (const char* text : {"", "f", "f(char const*)", "T::get() const", "f(int, char)", "const_cast_it(int)"})
    EXPECT_EQ(with_const_behind(text), text);
  const std::string endless = "f(const " + std::string(5000, 'x') + ")";
  EXPECT_EQ(with_const_behind(endless), endless);
}

}  // namespace
}  // namespace uproar
