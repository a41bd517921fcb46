#include "lower/tracefs/argument_traits.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;
using Type = ValueType::Kind;

TEST(ArgumentTraits, MemoryIsWhatTheLastOperationReads) {
  EXPECT_FALSE(is_memory({{Operation::Register, 0, "di"}}));
  EXPECT_FALSE(is_memory({{Operation::Immediate, 5}}));
  EXPECT_TRUE(is_memory({{Operation::Register, 0, "di"}, {Operation::Dereference, 8}}));
  EXPECT_TRUE(is_memory({{Operation::Address, 16}}));
  EXPECT_TRUE(is_memory({{Operation::FileOffset, 16}}));
}

TEST(ArgumentTraits, StringsHaveAReferenceInTheRecord) {
  EXPECT_EQ(stored_bytes({Type::String, 64, 0, 0, 0}), 4u);
  EXPECT_EQ(stored_bytes({Type::UserString, 64, 0, 0, 3}), 12u);
  EXPECT_EQ(stored_bytes({Type::Unsigned, 16, 0, 0, 0}), 2u);
  EXPECT_EQ(stored_bytes({Type::Hex, 64, 0, 0, 64}), 512u);
  EXPECT_EQ(stored_bytes({Type::Bitfield, 32, 3, 4, 0}), 4u);
}

TEST(ArgumentTraits, OnlyStringsThatTheKernelDoesNotKnowHaveALength) {
  EXPECT_TRUE(has_length({Type::SizedString}));
  EXPECT_TRUE(has_length({Type::BoundedString}));
  EXPECT_FALSE(has_length({Type::String}));
  EXPECT_TRUE(is_string({Type::UserString}));
  EXPECT_FALSE(is_string({Type::SizedString}));
}

}  // namespace
}  // namespace uproar
