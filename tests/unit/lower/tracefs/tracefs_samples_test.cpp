// What tracefs refuses, said on the user's text: every sample of formats/definition/samples/tracefs against
// its stored message, and the limits themselves.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "lower/tracefs/tracefs_check.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

Result<void> fitted(const std::string& text) {
  TRY_ASSIGN(ProbePlan plan, plan_of_text(text));
  TRY(fit_to_tracefs(plan));
  return {};
}

// Empty if all is well, else the message.
std::string verdict(const std::string& text) {
  auto outcome = fitted(text);
  return outcome.ok() ? "" : outcome.error().message;
}

std::string with(const std::string& arguments) {
  return "p:e /bin/bash:0x10 " + arguments;
}

std::string nested(int depth, const std::string& inner, const std::string& type = "") {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "+0(";
  return with("a=" + text + inner + std::string(static_cast<size_t>(depth), ')') + type);
}

constexpr const char* kTooDeep = "dereferences are nested too deeply";

TEST(TracefsCheck, NestingCountsTheStepsOfTheKernel) {
  EXPECT_EQ(verdict(nested(14, "%di")), "");
  EXPECT_EQ(verdict(nested(15, "%r8")), kTooDeep);
  EXPECT_EQ(verdict(nested(13, "@0")), "");
  EXPECT_EQ(verdict(nested(14, "@0")), kTooDeep);
  EXPECT_EQ(verdict(nested(13, "%di", ":u8[2]")), "");
  EXPECT_EQ(verdict(nested(13, "%di", ":b1@0/8")), "");
  EXPECT_EQ(verdict(nested(12, "@0", ":string[2]")), kTooDeep);
  EXPECT_EQ(verdict(nested(11, "@0", ":string[2]")), "");
  EXPECT_EQ(verdict(nested(14, "$arg1")), "");
  EXPECT_EQ(verdict(nested(15, "$arg1")), kTooDeep);
}

TEST(TracefsCheck, LengthsAreNestedAsDeeplyAsFetches) {
  std::string deep = "%si";
  for (int i = 0; i < 15; ++i) deep = "+0(" + deep + ")";
  EXPECT_EQ(verdict(with("a=%di:string(" + deep + ")")), kTooDeep);
}

TEST(TracefsCheck, ExpressionsHave63BytesWithTheirType) {
  auto expression = [](size_t size) { return "+0x" + std::string(size - 11, '0') + "(%si):u8"; };
  EXPECT_EQ(verdict(with("name=" + expression(63))), "");
  EXPECT_EQ(verdict(with(expression(63))), "");
  const char* message = "the expression is longer than the 63 bytes that the kernel takes";
  EXPECT_EQ(verdict(with("name=" + expression(64))), message);
  EXPECT_EQ(verdict(with(expression(64))), message);
}

TEST(TracefsCheck, WhatIsLookedUpIsNotMeasured) {
  EXPECT_EQ(verdict(with("a=+0x00000000000000000000000000000000000000000000000000000000($arg1)")), "");
  EXPECT_EQ(verdict(with("a=+0(%di):string(+0x0000000000000000000000000000000000000000000000000(%si))")), "");
}

TEST(TracefsCheck, ArraysHaveAtMost64Elements) {
  EXPECT_EQ(verdict(with("b=$arg1:string[4] c=+0(%di):u8[64]")), "");
  EXPECT_EQ(verdict(with("a=+0(%di):u8[65]")), "an array has 1 to 64 elements");
  EXPECT_EQ(verdict(with("a=+0(%di):u8[65536]")), "an array has 1 to 64 elements");
}

TEST(TracefsCheck, StringsWithALengthTake520Bytes) {
  EXPECT_EQ(
      verdict(with("a=%di:string(%si) b=%di:string(%si) c=%di:string(%si) d=%di:string(%si) "
                   "e=%di:string(%si) f=+0(%si):u8[59] g=+0(%si):u8[59] h=+0(%si):u8[59] i=+0(%si):u8[59] "
                   "j=+0(%si):u8[59] k=+0(%si):u8[59] l=+0(%si):u8[59] m=+0(%si):u8[59]")),
      "");
  EXPECT_EQ(verdict(with("a=%di:string(%si) b=%di:string(%si) c=%di:string(%si) d=%di:string(%si) "
                         "e=%di:string(%si) f=%di:string(%si)")),
            "the arguments take more than 3072 bytes in the record");
}

TEST(TracefsCheck, EventsHold3072Bytes) {
  std::string arrays;
  for (int i = 0; i < 6; ++i) arrays += fmt::format("a{}=+0(%di):u64[64] ", i);
  EXPECT_EQ(verdict(with(arrays)), "");
  EXPECT_EQ(verdict(with(arrays + "z=%di:u8")), "the arguments take more than 3072 bytes in the record");
  std::string strings;
  for (int i = 0; i < 12; ++i) strings += fmt::format("a{}=+0(%di):string[64] ", i);
  EXPECT_EQ(verdict(with(strings)), "");
  EXPECT_EQ(verdict(with(strings + "$comm")), "the arguments take more than 3072 bytes in the record");
}

TEST(TracefsCheck, ArgumentsAreAtMost128) {
  std::string many;
  for (int i = 0; i < 128; ++i) many += fmt::format("a{}=%di ", i);
  EXPECT_EQ(verdict(with(many)), "");
  EXPECT_EQ(verdict(with(many + "b=%di")), "an event has at most 128 arguments");
}

TEST(TracefsCheck, LinesHave4094Bytes) {
  auto line = [](size_t size) {
    std::string text = "p:e /bin/bash:0x10 ";
    for (int i = 0; text.size() + 45 < size; ++i)
      text += fmt::format("n{}=+0x00000000000000000000000000000(%di) ", i);
    return text + std::string(size - text.size() - 3, ' ') + "%di";
  };
  EXPECT_EQ(verdict(line(4094)), "");
  EXPECT_EQ(verdict(line(4095)),
            "the definition is longer than the 4094 bytes that the kernel takes in one line");
  EXPECT_EQ(verdict(line(4094) + " # and a comment that can be left out"), "");
}

class TracefsSample : public testing::TestWithParam<fs::path> {};

TEST_P(TracefsSample, GivesTheStoredMessage) {
  auto text = read_file(GetParam().string());
  ASSERT_TRUE(text.ok());
  auto plan = plan_of_text(*text);
  ASSERT_TRUE(plan.ok()) << "not tracefs alone refuses it: " << render(plan.error());
  auto outcome = fit_to_tracefs(*plan);
  ASSERT_FALSE(outcome.ok());
  fs::path file = GetParam();
  file.replace_extension(".err");
  const std::string now = render(outcome.error());
  // With UPROAR_UPDATE_SAMPLES set the expected texts are written anew, to be looked at in the diff.
  if (std::getenv("UPROAR_UPDATE_SAMPLES") != nullptr) std::ofstream(file, std::ios::binary) << now;
  auto stored = read_file(file.string());
  ASSERT_TRUE(stored.ok()) << render(stored.error());
  EXPECT_EQ(now, *stored);
}

// What the language allows tracefs can do, as far as it can be told without a file.
class LanguageSample : public testing::TestWithParam<fs::path> {};

TEST_P(LanguageSample, IsTakenByTracefs) {
  auto text = read_file(GetParam().string());
  ASSERT_TRUE(text.ok());
  auto plan = plan_of_text(*text);
  if (!plan.ok()) return;  // deletions, variables and symbols
  auto outcome = fit_to_tracefs(*plan);
  EXPECT_TRUE(outcome.ok()) << render(outcome.error());
}

std::vector<fs::path> samples_of(const char* kind) {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(UPROAR_SOURCE_DIR) / "formats/definition/samples" / kind)) {
    if (entry.path().extension() == ".probe") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of_sample(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Samples, TracefsSample, testing::ValuesIn(samples_of("tracefs")), name_of_sample);
INSTANTIATE_TEST_SUITE_P(Samples, LanguageSample, testing::ValuesIn(samples_of("ok")), name_of_sample);

}  // namespace
}  // namespace uproar
