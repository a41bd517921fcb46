#include "recording/columns/number_choice.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace uproar {
namespace {

using Numbers = std::vector<uint64_t>;

TEST(NumberChoice, ExactFormsAreSeen) {
  EXPECT_EQ(choose_plan(Numbers{4, 4, 4}).codec, NumberCodec::Constant);
  EXPECT_EQ(choose_plan(Numbers{4}).codec, NumberCodec::Constant);
  EXPECT_EQ(choose_plan(Numbers{}).codec, NumberCodec::Constant);
  EXPECT_EQ(choose_plan(Numbers{4, 6, 8}).codec, NumberCodec::Linear);
  EXPECT_EQ(choose_plan(Numbers{3, 2, 1, 0}).codec, NumberCodec::Linear);
  EXPECT_FALSE(exact_plan(Numbers{4, 6, 9}));
}

TEST(NumberChoice, ShortColumnsAreVarints) {
  EXPECT_EQ(choose_plan(Numbers{1, 5, 2, 9}).codec, NumberCodec::Varint);
}

TEST(NumberChoice, TimesAreDifferences) {
  std::mt19937_64 random(1);
  Numbers times(5000);
  uint64_t time = 1'000'000'000'000;
  for (auto& value : times) value = time += 4000 + random() % 900;
  EXPECT_EQ(choose_plan(times).transform, Transform::Delta);
}

TEST(NumberChoice, FewPointersAreADictionaryWhereOneMayBe) {
  std::mt19937_64 random(1);
  Numbers pointers(4000), choice(40);
  for (auto& value : choice) value = random();
  for (auto& value : pointers) value = choice[random() % choice.size()];
  EXPECT_EQ(choose_plan(pointers).codec, NumberCodec::Dictionary);
  EXPECT_NE(choose_plan(pointers, false).codec, NumberCodec::Dictionary);
}

// Long columns are judged by stretches: where these meet must not look like a jump of the column.
TEST(NumberChoice, LongColumnsAreJudgedByStretches) {
  std::mt19937_64 random(1);
  Numbers counter(100'000);
  uint64_t value = 0;
  for (auto& number : counter) number = value += 1000 + (random() % 64 == 0);
  const NumberPlan plan = choose_plan(counter);
  EXPECT_NE(plan.transform, Transform::None);
  EXPECT_EQ(choose_plan(counter), plan) << "the scratch memory of the first time must not matter";
}

}  // namespace
}  // namespace uproar
