// The records of one CPU of one buffer of a trace.dat, each with the call chain that the kernel wrote behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "convert/trace_dat/trace_dat_pages.h"
#include "event/event_schema.h"

namespace uproar::trace_dat {

// Where the addresses stand in the tracer's own entries "kernel_stack" and "user_stack", which follow the
// record of the event that they belong to (kernel: kernel/trace/trace.c trace_buffer_unlock_commit_regs, with
// the options stacktrace and userstacktrace, or the trigger stacktrace).
struct StackEntry {
  uint16_t type = 0;
  bool user = false;
  uint32_t callers = 0;     // offset of the first address
  uint32_t word = 8;        // bytes of an address
  uint32_t count_at = 0;    // offset of the number of addresses; 0: it has none
  uint32_t process_at = 0;  // offset of the thread group; 0: it has none
};
using StackEntries = std::vector<StackEntry>;

// nullopt: no such entry, or one in which addresses cannot be found.
std::optional<StackEntry> stack_entry(const EventSchema& schema, unsigned long_bytes);

class RecordSource {
 public:
  // All must outlive it.
  RecordSource(ByteInput& input, const Contents& contents, const Buffer& buffer, const Stream& stream,
               const StackEntries& stacks, std::vector<Damage>& damage)
      : pages_(input, contents, buffer, stream, damage), stacks_(stacks) {}

  struct Record {
    uint64_t time_ns = 0;
    std::vector<uint8_t> bytes;
    std::vector<uint64_t> stack;  // as Event::stack, with its marks; of a chain without its event its own
    int32_t process = 0;          // thread group, where the chain tells it
    bool lost_before = false;
    uint64_t lost = 0;  // 0: not told how many
  };
  // The next record that is no chain of the one before. False: no more.
  bool next();
  // Holds until the next call.
  const Record& record() const { return record_; }

  uint32_t cpu() const { return pages_.cpu(); }
  uint64_t bytes_read() const { return pages_.bytes_read(); }

 private:
  bool read_ahead();
  const StackEntry* entry_of(const Record& record) const;
  static void append_chain(const Record& from, const StackEntry& entry, Record& to);

  PageStream pages_;
  const StackEntries& stacks_;
  Record record_, ahead_;
  bool has_ahead_ = false;
};

}  // namespace uproar::trace_dat
