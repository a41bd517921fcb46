#include "commands/files/surveyed_recording.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

std::string sample(const std::string& name) {
  return UPROAR_SOURCE_DIR "/formats/recording/v1/" + name + ".upr";
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SurveyedRecording, FileIsSeenBothWays) {
  const auto recording = open_surveyed(sample("typical"));
  ASSERT_TRUE(recording.ok());
  ASSERT_TRUE(recording->survey.has_value());
  EXPECT_EQ(recording->format, 1);
  EXPECT_EQ(recording->survey->records, 30u);
  EXPECT_TRUE(recording->damage().empty());
}

TEST(SurveyedRecording, DamageThatBothFindIsToldOnce) {
  auto recording = open_surveyed(sample("damaged"));
  ASSERT_TRUE(recording.ok());
  ASSERT_EQ(recording->survey->damage.size(), 1u) << "the survey sees it";
  const auto damage = recording->damage();
  ASSERT_EQ(damage.size(), 1u);
  EXPECT_EQ(damage[0].offset, 929u);
  EXPECT_EQ(damage[0].bytes, 288u);
}

// The reader unpacks no records until it is asked for them: the survey knows of their checksums before.
TEST(SurveyedRecording, DamageIsInOrderOfTheFile) {
  const TemporaryFolder folder;
  std::string bytes = content(sample("damaged"));
  bytes.resize(bytes.size() - 10);
  const auto recording = open_surveyed(folder.put("cut.upr", bytes));
  ASSERT_TRUE(recording.ok());
  const auto damage = recording->damage();
  ASSERT_GE(damage.size(), 2u);
  for (size_t i = 1; i < damage.size(); ++i) EXPECT_LT(damage[i - 1].offset, damage[i].offset);
}

TEST(SurveyedRecording, WhatIsNoRecordingIsRefused) {
  const TemporaryFolder folder;
  EXPECT_FALSE(open_surveyed(folder.path("none")).ok());
  EXPECT_FALSE(open_surveyed(folder.put("empty", "")).ok());
  const auto text = open_surveyed(folder.put("text", "hello, this is a text"));
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().message, folder.path("text") + " is not a recording");
}

}  // namespace
}  // namespace uproar
