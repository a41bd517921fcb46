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
#include "replay/shown_events.h"
#include "replay/styles/trace_cmd_report.h"

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

// As `script --style trace-cmd` prints it.
inline std::string report(RecordingReader& reader) {
  std::string out = trace_cmd_header(reader.session());
  ShownEvents shown(reader.events());
  TraceCmdOptions options;
  options.clock = reader.session().clock;
  options.tasks = &reader.tasks();
  options.losses = reader.losses();
  const auto printer = make_trace_cmd_printer(shown.events(), options);
  StoredRecord record;
  Event event;
  reader.rewind();
  while (reader.next(record)) {
    EXPECT_EQ(shown.decode(record, event), DecodeStatus::Ok);
    event.time_ns = record.time_ns;
    event.cpu = record.cpu;
    printer->print(event, out);
  }
  return out;
}

}  // namespace uproar::test
