// Records to text on several threads: blocks are unpacked and stretches of time are printed side by side, and
// the text comes out in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "recording/blocks/stored_blocks.h"
#include "recording/reader.h"
#include "replay/sink.h"

namespace uproar {

// What one thread prints with. What it appends must depend on nothing but the record: which thread gets
// which, and what it printed before, is chance.
class RecordPrinter {
 public:
  virtual ~RecordPrinter() = default;
  // `record` and what it points to live as long as the call.
  virtual void print(const StoredRecord& record, std::string& out) = 0;

  // As Sink::prepare and Sink::take_rows.
  virtual std::unique_ptr<PreparedBlock> prepare(const ColumnBlock&, uint32_t /*cpu*/) { return nullptr; }
  virtual void print_rows(const PreparedBlock&, size_t /*begin*/, size_t /*end*/, std::string& /*out*/) {}
};

struct ParallelReplay {
  // One for each thread, of which the caller's is the first; at least one.
  std::vector<RecordPrinter*> printers;
  // Gets the text in order, by one thread at a time; false: no more is wanted.
  std::function<bool(std::string_view)> write;
};

// Exactly the records, in the order, that RecordingReader::next() would give, and the same damage noted.
// Memory: a few blocks and a few megabytes of text for each thread, whatever the length of the recording.
void replay_in_parallel(StoredBlocks& blocks, const ParallelReplay& replay);

}  // namespace uproar
