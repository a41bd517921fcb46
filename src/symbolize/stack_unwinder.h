// Call chains from registers and a piece of the stack, by the unwinding tables of the files that are mapped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/user_stack.h"
#include "symbolize/unwind_rules.h"

namespace uproar {

// What stands at the addresses of a process.
class MappedFiles {
 public:
  virtual ~MappedFiles() = default;
  struct Place {
    uint32_t file = 0;  // a number that belongs to one file of one build
    uint64_t offset = 0;
  };
  virtual std::optional<Place> place_of(uint64_t address) const = 0;
  struct File {
    std::string path, build_id;
  };
  virtual File file(uint32_t number) const = 0;
};

// Registers and stack are the traced program's, and may hold anything: a chain has at most 127 addresses, and each step towards
// one of them is bounded.
class StackUnwinder {
 public:
  enum class End : uint8_t {
    Known,  // there is no further caller, or nothing tells of one
    Cut,    // the copied piece of the stack was too short
  };
  // Appends the addresses as perf script shows them: where it is, then of each caller the byte before the one that is returned to,
  // which belongs to the call whatever stands behind it. Where no table tells, frame pointers do.
  End unwind(const UserStack& stack, const MappedFiles& files, std::vector<uint64_t>& chain);

  static constexpr size_t kMostAddresses = 127;

 private:
  UnwindRules* rules(uint32_t number, const MappedFiles& files);
  const UnwindStep* step_at(uint64_t address, uint16_t machine, const MappedFiles& files);

  std::unordered_map<uint32_t, std::unique_ptr<UnwindRules>> files_;  // null: it tells nothing
};

}  // namespace uproar
