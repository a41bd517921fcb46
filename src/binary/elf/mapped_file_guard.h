// Internal to this folder: a file that is mapped may be cut short meanwhile, by whoever writes it.
#pragma once

#include <cstdint>

namespace uproar {

// While one lives, a page of a mapped file that no longer has bytes behind it (signal(7): SIGBUS with
// BUS_ADRERR) reads as zeros instead of ending the program, on every thread; was_needed() then tells that
// what was read is not to be believed. libdw maps further files by itself (split DWARF, dwz alternates), so
// no range is asked for. What the program did on SIGBUS before is put back by the last one's end.
class MappedFileGuard {
 public:
  MappedFileGuard();
  ~MappedFileGuard();
  MappedFileGuard(const MappedFileGuard&) = delete;
  MappedFileGuard& operator=(const MappedFileGuard&) = delete;

  // A page was missing since this guard was made.
  bool was_needed() const;

 private:
  uint64_t pages_before_;
};

}  // namespace uproar
