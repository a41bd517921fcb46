// Stored recordings print what they printed when they were stored.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/in_process.h"

namespace uproar {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Style {
  const char* ending;  // of the file with the expected text
  std::vector<std::string> options;
};

TEST(Golden, EveryRecordingPrintsItsText) {
  const Style styles[] = {{".perf.txt", {}},
                          {".ns.txt", {"--ns"}},
                          {".ftrace.txt", {"--style", "ftrace"}},
                          {".json.txt", {"--json"}}};
  size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(UPROAR_SOURCE_DIR "/tests/golden")) {
    if (entry.path().extension() != ".upr") continue;
    for (const Style& style : styles) {
      auto expected = entry.path();
      expected.replace_extension(style.ending);
      std::vector<std::string> command{"script"};
      command.insert(command.end(), style.options.begin(), style.options.end());
      command.push_back(entry.path().string());
      Ran ran = run_in_process(command);
      EXPECT_EQ(ran.status, kDone) << ran.err;
      EXPECT_EQ(ran.out, content(expected)) << expected;
      ++compared;
    }
  }
  EXPECT_GT(compared, 0u);
}

}  // namespace
}  // namespace uproar
