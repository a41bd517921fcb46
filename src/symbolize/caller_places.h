// Where a function's return address stands while nobody could find it by the frame pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace uproar {

// Told by .eh_frame: before a function has made its frame, or where it makes none, the canonical frame address is counted
// from the stack pointer.
class CallerPlaces {
 public:
  CallerPlaces();
  ~CallerPlaces();

  // At an instruction: how far above the stack pointer the return address stands, and 1 more (on arm64 1: in lr). 0: the frame
  // pointer leads to it, or nobody called. Nothing: the file does not say.
  std::optional<uint32_t> at(const std::string& path, uint64_t file_offset);

 private:
  struct File;
  std::unique_ptr<File> file_;  // the last one
};

}  // namespace uproar
