// Reads a .upr file: whole, still growing, cut off or damaged.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "recording/blocks/damage.h"
#include "recording/blocks/stored_record.h"
#include "recording/metadata/session_info.h"
#include "recording/metadata/task_table.h"

namespace uproar {

class StoredBlocks;

class RecordingReader {
 public:
  // "-" is standard input. Errors: cannot open, is empty, is not a recording, is of a newer version. Anything
  // wrong behind the header is no error but damage: what is whole is read.
  static Result<std::unique_ptr<RecordingReader>> open(const std::string& path);
  // The same from bytes; the reader keeps them.
  static Result<std::unique_ptr<RecordingReader>> from_bytes(std::vector<uint8_t> bytes,
                                                             const std::string& name);
  virtual ~RecordingReader() = default;

  virtual const SessionInfo& session() const = 0;
  virtual const std::vector<EventInfo>& events() const = 0;
  virtual const TaskTable& tasks() const = 0;
  // What `tasks()` is made of, and the maps, in the order of the file.
  virtual const std::vector<TaskInfo>& task_events() const = 0;
  virtual const std::vector<MapInfo>& maps() const = 0;
  virtual const std::vector<AddressNames>& names() const = 0;
  virtual const std::vector<LossInfo>& losses() const = 0;
  virtual const std::vector<ClockAnchor>& anchors() const = 0;
  virtual const std::optional<EndSummary>& end()
      const = 0;  // absent: the recorder did not end well, or still writes
  virtual const std::vector<Damage>& damage() const = 0;
  virtual uint64_t file_bytes() const = 0;

  // Without reading the blocks.
  using Totals = RecordTotals;
  virtual Totals totals() const = 0;

  // Records of all CPUs in time order (equal times: lower CPU first, then file order). False: no more. A
  // block that turns out to be damaged is passed over and added to damage().
  virtual bool next(StoredRecord& out) = 0;
  // Back to the first record.
  virtual void rewind() = 0;
  // From now on next() gives only records in one of `ranges` (ascending, apart), and only the blocks that can
  // hold such are read. Rewinds. No range: all records.
  virtual void choose_times(std::vector<TimeRange> ranges) = 0;

  // For a file that grows and is opened again and again: the number that its next block will have, and the
  // choice of the blocks from that number on. The latter rewinds.
  virtual uint32_t next_block() const = 0;
  virtual void choose_blocks_from(uint32_t block) = 0;
  // For the file that took the place of one with a limit, which numbers its blocks anew: the end of each
  // CPU's last block, by CPU, and the choice of the blocks that end later. The latter rewinds.
  virtual std::vector<uint64_t> ends_of_cpus() = 0;
  virtual void choose_blocks_after(std::vector<uint64_t> ends_of_cpus) = 0;

  // For readers that share the work among threads; while they do, next() must not be called.
  virtual StoredBlocks& stored_blocks() = 0;
};

}  // namespace uproar
