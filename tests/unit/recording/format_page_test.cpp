// The example that formats/recording/README.md works byte by byte is what the writer writes.
#include <gtest/gtest.h>

#include <cctype>
#include <sstream>

#include "base/fd.h"
#include "recordings.h"

namespace uproar {
namespace {

// Lines "0010  b5 55 42 9e  ; what it is" of the block that is fenced as ```example.
test::Bytes example_of(const std::string& page) {
  test::Bytes bytes;
  std::istringstream lines(page);
  std::string line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("```")) {
      inside = line == "```example";
      continue;
    }
    if (!inside || line.empty() || line[0] == ';') continue;
    std::istringstream words(line.substr(0, line.find(';')));
    std::string word;
    words >> word;
    EXPECT_EQ(std::stoul(word, nullptr, 16), bytes.size()) << line;
    while (words >> word) bytes.push_back(static_cast<uint8_t>(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

TEST(FormatPage, ExampleIsWhatTheWriterWrites) {
  auto page = read_file(UPROAR_SOURCE_DIR "/formats/recording/README.md");
  ASSERT_TRUE(page.ok()) << render(page.error());
  EXPECT_EQ(example_of(*page), test::write_recording(test::fill_minimal));
}

}  // namespace
}  // namespace uproar
