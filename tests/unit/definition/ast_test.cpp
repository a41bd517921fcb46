#include "definition/ast.h"

#include <gtest/gtest.h>

namespace uproar::ast {
namespace {

Fetch followed(Fetch inner, int64_t offset) {
  Dereference dereference;
  dereference.offset = offset;
  dereference.inner = std::make_unique<Fetch>(std::move(inner));
  return Fetch{std::move(dereference), {}};
}

TEST(Ast, CopyOfABoxIsItsOwn) {
  Box<int> first(std::make_unique<int>(1));
  Box<int> second = first;
  *second = 2;
  EXPECT_EQ(*first, 1);
  first = second;
  *first = 3;
  EXPECT_EQ(*second, 2);
}

TEST(Ast, EmptyBoxIsCopiedAsOne) {
  const Box<int> none;
  Box<int> copy = none;
  EXPECT_FALSE(static_cast<bool>(copy));
  EXPECT_EQ(copy.get(), nullptr);
  copy = Box<int>(std::make_unique<int>(1));
  EXPECT_TRUE(static_cast<bool>(copy));
  copy = none;
  EXPECT_FALSE(static_cast<bool>(copy));
}

TEST(Ast, LeafIsWhatStandsWithinAllDereferences) {
  const Fetch plain{Register{"di"}, {}};
  EXPECT_EQ(&leaf_of(plain), &plain);
  const Fetch twice = followed(followed(Fetch{Register{"si"}, {}}, 8), 0);
  EXPECT_EQ(std::get<Register>(leaf_of(twice).form).name, "si");
}

TEST(Ast, OwnFormsAreThoseThatNoKernelKnows) {
  for (const Fetch& own : {Fetch{ArgumentNumber{1}, {}}, Fetch{Variable{}, {}}, Fetch{VariableList{}, {}}})
    EXPECT_TRUE(is_own_form(own));
  for (const Fetch& kernels :
       {Fetch{Register{"di"}, {}}, Fetch{StackPointer{}, {}}, Fetch{ReturnValue{}, {}},
        Fetch{DataSymbol{}, {}}, Fetch{Immediate{}, {}}, followed(Fetch{ArgumentNumber{1}, {}}, 0)})
    EXPECT_FALSE(is_own_form(kernels));
}

}  // namespace
}  // namespace uproar::ast
