// Records to text on several threads: blocks are unpacked and stretches of time are printed side by side, and
// the text comes out in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "recording/blocks/stored_blocks.h"
#include "recording/reader.h"
#include "replay/columns/column_lines.h"

namespace uproar {

// What one thread prints with. What it appends must depend on nothing but the record: which thread gets
// which, and what it printed before, is chance.
class RecordPrinter {
 public:
  virtual ~RecordPrinter() = default;
  // `record` and what it points to live as long as the call.
  virtual void print(const StoredRecord& record, std::string& out) = 0;

  // Printers that can print from columns do so where they find that they can: prepare() is called once for
  // each block, print_rows() for stretches of its rows, by other threads' printers too.
  virtual std::unique_ptr<ColumnLines> prepare(const ColumnBlock&, uint32_t /*cpu*/) { return nullptr; }
  virtual void print_rows(const ColumnLines&, size_t /*begin*/, size_t /*end*/, std::string& /*out*/) {}
};

struct ParallelReplay {
  unsigned threads = 1;  // the caller's is one of them
  // Called by the caller's thread, once for each.
  std::function<std::unique_ptr<RecordPrinter>()> make_printer;
  // Gets the text in order, by one thread at a time; false: no more is wanted.
  std::function<bool(std::string_view)> write;
};

// Exactly the records, in the order, that RecordingReader::next() would give, and the same damage noted.
// Memory: a few blocks and a few megabytes of text for each thread, whatever the length of the recording.
void replay_in_parallel(StoredBlocks& blocks, const ParallelReplay& replay);

}  // namespace uproar
