// Recordings made from fixed inputs, and what tests compare of them.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "recording/blocks/block_map.h"
#include "recording/reader.h"
#include "recording/writer.h"

namespace uproar::test {

using Bytes = std::vector<uint8_t>;

// What `fill` writes, as the bytes of a file. `fill` may leave out finish().
Bytes write_recording(const std::function<void(RecordingWriter&)>& fill,
                      RecordingWriter::Options options = {});

// Blocks of the whole file.
std::vector<MappedBlock> blocks_of(const Bytes& file);

struct Row {
  uint64_t time_ns;
  uint32_t cpu;
  std::string event;
  Bytes bytes;
  bool operator==(const Row&) const = default;
};
// For messages of tests.
void PrintTo(const Row& row, std::ostream* out);
std::vector<Row> rows_of(RecordingReader& reader);

// Opens bytes that must open.
std::unique_ptr<RecordingReader> open_bytes(const Bytes& file);

// Everything in the recording as text, one thing a line.
std::string dump(RecordingReader& reader);

EventInfo example_event(const std::string& name);

// The example of formats/recording/README.md.
void fill_minimal(RecordingWriter& writer);
// All kinds of blocks, three CPUs, packed and stored blocks; finished or not.
void fill_typical(RecordingWriter& writer, bool finished = true);

// What format 2 added: columns of many kinds, call chains, maps, names, records that no layout fits.
void fill_columns(RecordingWriter& writer);

// The samples of the current version, by file name.
struct Sample {
  std::string name;
  Bytes bytes;
  int since = 1;  // the version that can hold the same
};
std::vector<Sample> make_samples();

}  // namespace uproar::test
