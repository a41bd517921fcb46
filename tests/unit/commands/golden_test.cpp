// Stored recordings print what they printed when they were stored.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "replay/styles/styles.h"
#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> recordings() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(UPROAR_SOURCE_DIR "/tests/golden")) {
    if (entry.path().extension() == ".upr") paths.push_back(entry.path());
  }
  return paths;
}

// `ending`: of the file with the expected text.
void expect_golden(const std::filesystem::path& recording, const std::string& ending,
                   std::vector<std::string> options) {
  auto expected = recording;
  expected.replace_extension("." + ending + ".txt");
  ASSERT_TRUE(std::filesystem::exists(expected)) << "an output without a golden text: " << expected;
  options.insert(options.begin(), "script");
  options.push_back(recording.string());
  const Ran ran = run_in_process(options);
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out, content(expected)) << expected;
}

TEST(Golden, EveryRecordingPrintsItsTextInEveryStyle) {
  ASSERT_FALSE(recordings().empty());
  for (const auto& recording : recordings()) {
    for (const Style& style : styles()) expect_golden(recording, style.name, {"--style", style.name});
  }
}

TEST(Golden, OptionsThatChangeTheLine) {
  for (const auto& recording : recordings()) {
    expect_golden(recording, "perf", {});
    expect_golden(recording, "ns", {"--ns"});
    expect_golden(recording, "json", {"--json"});
  }
}

// A file is what script prints, with its head.
TEST(Golden, EveryOutputWithFilesIsWrittenByConvert) {
  const TemporaryFolder folder;
  for (const auto& recording : recordings()) {
    for (const Style& style : styles()) {
      if (style.format.empty()) continue;
      const std::string out = folder.path(style.name);
      const Ran ran =
          run_in_process({"convert", "-q", "--to", std::string(style.format), recording.string(), out});
      EXPECT_EQ(ran.status, kDone) << ran.err;
      auto expected = recording;
      expected.replace_extension("." + std::string(style.name) + ".txt");
      EXPECT_TRUE(content(out).ends_with(content(expected))) << style.name;
      EXPECT_TRUE(content(out).starts_with(style.magic)) << style.name;
    }
  }
}

}  // namespace
}  // namespace uproar
