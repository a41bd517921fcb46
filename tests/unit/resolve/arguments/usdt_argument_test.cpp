#include "resolve/arguments/usdt_argument.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "binary/usdt/usdt_operand.h"
#include "support/temporary_folder.h"
#include "support/usdt_fixture.h"

namespace uproar {
namespace {

class UsdtArgument : public UsdtFixture {};

TEST_F(UsdtArgument, ArgumentsAreThoseOfTheirPlace) {
  const uint64_t last = oracle::address(path_, "totals") + 8;
  auto places = find("app", "item");
  for (const FoundPlace& place : *places) {
    EXPECT_EQ(argument(place, 4),
              "arg4=@+" + std::to_string(last - (code_->vaddr - code_->file_offset)) + ":s32");
    EXPECT_EQ(argument(place, 5), "arg5=\\-7:s32");
    // The compiler chose; the text of the note tells what.
    const bool in_register = place.usdt_arguments.compare(0, 4, "-4@%") == 0;
    EXPECT_EQ(argument(place, 1).find("(%sp):s32") == std::string::npos, in_register) << place.usdt_arguments;
  }
}

TEST_F(UsdtArgument, MissingArgumentIsNamed) {
  auto places = find("app", "pair");
  ASSERT_EQ(places->size(), 1u);
  std::string message = argument(places->front(), 3);
  EXPECT_NE(message.find("app:pair has 2 arguments at 0x"), std::string::npos) << message;
  EXPECT_NE(message.find("and no $arg3"), std::string::npos) << message;
  EXPECT_NE(message.find("^~~~~"), std::string::npos) << message;
  places = find("app", "start");
  EXPECT_NE(argument(places->front(), 1).find("app:start has no arguments at 0x"), std::string::npos);
  EXPECT_EQ(split_usdt_arguments(places->front().usdt_arguments).size(), 0u);
}

TEST_F(UsdtArgument, ElementOfATable) {
  auto places = find("app", "scaled");
  const std::string fetched = argument(places->front(), 1);
  EXPECT_EQ(fetched.substr(0, 9), "arg1=+0(%") << fetched;
  EXPECT_NE(fetched.find("*8):u64"), std::string::npos) << fetched;
}

TEST_F(UsdtArgument, OfAStrippedProgramVariablesAreNotKnown) {
  const TemporaryFolder folder;
  const std::string stripped = folder.path("stripped");
  ASSERT_TRUE(oracle::lines_of("strip -o " + stripped + " " + path_ + " 2>&1").empty());
  open(stripped);
  auto places = find("app", "item");
  ASSERT_TRUE(places.ok());
  std::string message = argument(places->front(), 4);
  EXPECT_NE(message.find("has no symbol totals (it is stripped)"), std::string::npos) << message;
}

class OtherMachine : public UsdtArgument, public testing::WithParamInterface<const char*> {};

TEST_P(OtherMachine, ArgumentsOfItsKind) {
  const std::string path = UPROAR_USDT_FIXTURES "/" + std::string(GetParam());
  if (::access(path.c_str(), R_OK) != 0) GTEST_SKIP() << "no compiler for " << GetParam() << " here";
  open(path);
  auto places = find("app", "taken");
  ASSERT_TRUE(places.ok()) << places.error().message;
  ASSERT_EQ(places->size(), 1u);
  EXPECT_NE(places->front().ref_counter, 0u);
  EXPECT_EQ(places->front().symbol, "taken");
  EXPECT_EQ(argument(places->front(), 5), "arg5=\\-3:s32");
  const std::string first = argument(places->front(), 1);
  EXPECT_EQ(first.substr(0, 6), "arg1=%") << first;
  EXPECT_EQ(first.substr(first.size() - 4), ":s32") << first;
}

INSTANTIATE_TEST_SUITE_P(UsdtArgument, OtherMachine, testing::Values("usdt32", "usdt_arm64"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace uproar
