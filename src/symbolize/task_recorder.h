// Tasks, their maps and their call chains on the way into a recording, with the names of the addresses.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "event/user_stack.h"
#include "recording/metadata/session_info.h"
#include "recording/record_sink.h"
#include "symbolize/stack_names.h"
#include "symbolize/stack_unwinder.h"

namespace uproar {

// For an importer as for a back end that is told of tasks and maps while it records: tell it everything in the
// order of time, call chains too, and have the names written at the end or from time to time, while the files are at hand.
// It writes what it is told to the recording at once and keeps what later questions need: maps that hold
// now and places that were seen, both bounded (AddressSpaces, StackNames).
//
// Not thread-safe. Every error is one of the sink's.
class TaskRecorder {
 public:
  // The sink must outlive it.
  explicit TaskRecorder(RecordSink& sink) : writer_(sink) {}

  // A task that is there, gets a name, begins or ends. A child process has its parent's maps from here on, and
  // those of a process that ended may be forgotten.
  Result<void> add_task(const TaskInfo& task);
  // A task of which nothing is told but its numbers, as a sample names it: written when it is met first, unless
  // add_task told of it. `tid` below 0: no task.
  Result<void> see_task(int32_t pid, int32_t tid);
  // A map as the kernel tells it; written as perf shows it (shown_map). `kernel`: of the kernel or a module.
  Result<void> add_map(const MapInfo& map, bool kernel);
  // Of process `pid`; as StackNames::add_chain. Writes nothing.
  void add_chain(int32_t pid, uint64_t ip, std::span<const uint64_t> chain) {
    names_.add_chain(pid, ip, chain);
  }

  // Appends to `chain`, which may have the kernel's part, the callers that a copied stack of process `pid` tells: by the
  // files that are mapped now. Not by add_chain().
  void unwind(int32_t pid, const UserStack& stack, std::vector<uint64_t>& chain);
  // How many of these ended early because the copied piece of the stack was too short.
  uint64_t cut_chains() const { return cut_chains_; }

  // What the files of this machine tell of all addresses seen since the last call. Takes seconds where there are many
  // files. `again`: it will be called again, and files are kept open.
  Result<void> write_names(bool again = false);
  // Whether there were more addresses than are noted: some have no name.
  bool names_overflowed() const { return names_.overflowed(); }

 private:
  RecordSink& writer_;
  StackNames names_;
  StackUnwinder unwinder_;
  uint64_t cut_chains_ = 0;
  std::unordered_set<int32_t> known_;  // tasks that the recording knows, by tid
};

// What perf script makes of a map: memory without a file has the name of the list that a just-in-time
// compiler may have written, and addresses as they are in the process; the kernel (pid -1) and its modules
// have names in brackets.
MapInfo shown_map(MapInfo map, bool kernel);

}  // namespace uproar
