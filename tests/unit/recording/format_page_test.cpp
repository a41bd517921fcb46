// The examples that formats/recording/README.md works byte by byte are what the writer writes.
#include <gtest/gtest.h>

#include <cctype>
#include <sstream>

#include "base/fd.h"
#include "recording/columns/number_column.h"
#include "support/recordings.h"

namespace uproar {
namespace {

// Lines "0010  b5 55 42 9e  ; what it is" of the block that is fenced as ```NAME.
test::Bytes example_of(const std::string& page, const std::string& name) {
  test::Bytes bytes;
  std::istringstream lines(page);
  std::string line;
  bool inside = false;
  while (std::getline(lines, line)) {
    if (line.starts_with("```")) {
      inside = line == "```" + name;
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

std::string page() {
  auto page = read_file(UPROAR_SOURCE_DIR "/formats/recording/README.md");
  EXPECT_TRUE(page.ok()) << render(page.error());
  return page.ok() ? *page : std::string();
}

TEST(FormatPage, ExampleIsWhatTheWriterWrites) {
  EXPECT_EQ(example_of(page(), "example"), test::write_recording(test::fill_minimal));
}

// Digits of pi: few symbols, extra bits, and a word for each of the states.
TEST(FormatPage, ColumnIsWhatTheEncoderWrites) {
  const std::vector<uint64_t> numbers = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4};
  NumberEncoder encoder;
  ByteWriter out;
  encoder.encode(numbers, {NumberCodec::Entropy, Transform::None, 0}, out);
  EXPECT_EQ(example_of(page(), "column"), test::Bytes(out.view().begin(), out.view().end()));
}

}  // namespace
}  // namespace uproar
