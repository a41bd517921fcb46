// Where functions leave what they return.
#include "binary/dwarf/dwarf_result.h"

#include <gtest/gtest.h>

#include "support/debug_fixture.h"

namespace uproar {
namespace {

using Kind = ValueShape::Kind;
using oracle::DebugFixture;

class DwarfResult : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!oracle::exists(oracle::dwarf_fixture(GetParam()))) GTEST_SKIP() << "no compiler made " << GetParam();
  }
  Result<FoundValue> result(const std::string& function, std::vector<std::string> fields = {},
                            bool arrow = false) {
    auto instances = fixture_.info->instances(function);
    if (!instances.ok() || instances->empty()) return Error{"no function", {}, {}, 0};
    std::vector<VariableStepRequest> steps;
    for (const std::string& field : fields)
      steps.push_back({arrow ? VariableStepRequest::Kind::Arrow : VariableStepRequest::Kind::Dot, field, 0});
    return fixture_.info->find_result({(*instances)[0].entry, {}}, steps, fixture_.fault);
  }
  std::string place(const std::string& function, std::vector<std::string> fields = {}, bool arrow = false) {
    auto value = result(function, std::move(fields), arrow);
    return value.ok() ? oracle::shown(value->place) : "error: " + value.error().message;
  }
  DebugFixture fixture_{GetParam()};
};

TEST_P(DwarfResult, NumbersAreInTheFirstRegister) {
  EXPECT_EQ(place("number"), "r0");
  EXPECT_EQ(result("number")->shape.kind, Kind::Signed);
  EXPECT_EQ(result("truth")->shape.kind, Kind::Boolean);
  EXPECT_EQ(result("level")->shape.kind, Kind::Enumeration);
  EXPECT_TRUE(result("level")->shape.is_signed);
  EXPECT_EQ(result("text")->shape.kind, Kind::CString);
  EXPECT_EQ(oracle::shown(result("text")->text), "[r0]+0");
  EXPECT_EQ(place("reference"), "[r0]+0");
}

TEST_P(DwarfResult, FloatsAreInVectors) {
  EXPECT_EQ(place("weight"), "r17");
}

TEST_P(DwarfResult, NothingIsReturned) {
  EXPECT_EQ(place("nothing"), "error: nothing returns nothing");
  EXPECT_EQ(fixture_.fault.kind, VariableFault::Kind::NoResult);
}

TEST_P(DwarfResult, StructsOfTwoWordsAreInRegisters) {
  EXPECT_EQ(place("pair", {"a"}), "r0");
  EXPECT_EQ(place("pair", {"b"}), "r1");
  EXPECT_EQ(place("small_struct", {"id"}), "r0");
  auto low = result("small_struct", {"low"});
  ASSERT_TRUE(low.ok());
  EXPECT_EQ(low->shape.bit_offset, 48u);
  EXPECT_EQ(low->shape.bit_size, 16u);
  // Each of its halves has registers of its own.
  EXPECT_EQ(place("mixed", {"weight"}), "r17");
  EXPECT_EQ(place("mixed", {"id"}), "r0");
}

TEST_P(DwarfResult, OthersAreWhereTheRegisterPoints) {
  EXPECT_EQ(place("large", {"last"}), "[r0]+24");
  EXPECT_EQ(place("failure", {"code"}, true), "[r0]+0");
  EXPECT_EQ(oracle::shown(result("failure", {"message"}, true)->text), "[r0]+8+0");
  // Small, but with a copy that is code.
  EXPECT_EQ(place("copied", {"id"}), "[r0]+0");
  EXPECT_EQ(place("owned", {"code"}, true), "[r0]+0+0");
  auto string = result("string");
  ASSERT_TRUE(string.ok());
  EXPECT_EQ(string->shape.kind, Kind::SizedString);
  EXPECT_EQ(oracle::shown(string->text), "[r0]+0+0");
  EXPECT_EQ(oracle::shown(string->length), "[r0]+8");
}

INSTANTIATE_TEST_SUITE_P(Compilers, DwarfResult, testing::Values("results", "clang_results"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace uproar
