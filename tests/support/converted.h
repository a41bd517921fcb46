// Recordings in memory for the tests of conversions.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "convert/conversion.h"
#include "convert/io/byte_input.h"
#include "recording/reader.h"
#include "recording/writer.h"
#include "replay/player.h"
#include "replay/styles/styles.h"

namespace uproar::test {

inline std::string fixture(const std::string& name) {
  std::ifstream file(std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// What `fill` writes, read back; null if it gives an error.
inline std::unique_ptr<RecordingReader> recorded(const std::function<Result<void>(RecordingWriter&)>& fill) {
  std::FILE* file = std::tmpfile();
  auto writer = RecordingWriter::create(Fd(::dup(::fileno(file))), "test");
  EXPECT_TRUE(writer.ok());
  const Result<void> filled = fill(**writer);
  writer->reset();
  std::rewind(file);
  auto bytes = read_all(::fileno(file), "test");
  std::fclose(file);
  if (!filled.ok() || !bytes.ok()) return nullptr;
  auto reader = RecordingReader::from_bytes({bytes->begin(), bytes->end()}, "test.upr");
  EXPECT_TRUE(reader.ok());
  return std::move(*reader);
}

// All of it.
inline std::unique_ptr<Player> whole(RecordingReader& reader) {
  auto player = Player::make(reader, {});
  EXPECT_TRUE(player.ok());
  return std::move(*player);
}

// As script prints it in a style, and as a file has it.
inline std::string printed(RecordingReader& reader, const char* style, const StyleOptions& options = {}) {
  const Printing printing{*style_by_name(style), options};
  PlayChoice choice;
  choice.side = side_choice_of(printing);
  const auto player = Player::make(reader, choice);
  EXPECT_TRUE(player.ok());
  auto output = output_of(**player, printing);
  EXPECT_TRUE(output.ok());
  std::string out;
  printing.style.append_head((*player)->printed(), options, out);
  output->write = [&](std::string_view text) {
    out += text;
    return true;
  };
  (*player)->play(*output);
  EXPECT_EQ((*player)->undecodable(), 0u);
  return out;
}

// As `script --style trace-cmd` prints it.
inline std::string report(RecordingReader& reader) {
  return printed(reader, "trace-cmd");
}

}  // namespace uproar::test
