#include "lower/type_names.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Kind = ValueType::Kind;

ValueType type(Kind kind, uint8_t bits = 64, uint16_t count = 0) {
  return ValueType{kind, bits, 0, 0, count};
}

TEST(ValueType, EveryKindHasItsTwoNames) {
  struct Row {
    ValueType type;
    const char* kernel;
    const char* c;
  };
  const Row rows[] = {
      {type(Kind::Unsigned, 8), "u8", "uint8_t"},
      {type(Kind::Unsigned, 64), "u64", "uint64_t"},
      {type(Kind::Signed, 16), "s16", "int16_t"},
      {type(Kind::Signed, 64), "s64", "int64_t"},
      {type(Kind::Hex, 32), "x32", "uint32_t"},
      {type(Kind::Char, 8), "char", "char"},
      {type(Kind::String), "string", "char *"},
      {type(Kind::UserString), "ustring", "char *"},
      {type(Kind::Symbol), "symbol", "void *"},
      {ValueType{Kind::Bitfield, 32, 3, 4, 0}, "b3@4/32", "unsigned int : 3"},
      {ValueType{Kind::Bitfield, 8, 1, 7, 0}, "b1@7/8", "unsigned char : 1"},
      {type(Kind::Hex, 64, 4), "x64[4]", "uint64_t[4]"},
      {type(Kind::String, 64, 64), "string[64]", "char *[64]"},
      {type(Kind::Char, 8, 16), "char[16]", "char[16]"},
      {ValueType{Kind::Bitfield, 16, 3, 4, 2}, "b3@4/16[2]", "(unsigned short : 3)[2]"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(kernel_type_name(row.type), row.kernel);
    EXPECT_EQ(c_type_name(row.type), row.c);
  }
}

}  // namespace
}  // namespace uproar
