// Instructions become a program of the kernel, or a complaint that says where.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "lower/bpf/bpf_program.h"

namespace uproar {

// How a program will be attached: the kernel takes none that was loaded for another way.
enum class BpfAttach : uint8_t { UprobeMulti, PerfEvent, RawTracepoint };

// Descriptors of the maps that programs name; -1: there is none.
class BpfMaps {
 public:
  BpfMaps() { fds_.fill(-1); }
  int& operator[](BpfMap map) { return fds_[static_cast<size_t>(map)]; }
  int operator[](BpfMap map) const { return fds_[static_cast<size_t>(map)]; }

 private:
  std::array<int, 8> fds_;
};

// The verifier is asked without a log first, which is quicker; only when it refuses is it asked again, for its
// reasons. `maps` has every map that the program's patches name. Error: names the program's part and the
// verifier's words; `log`, if there is one, gets the last lines of what it said.
Result<Fd> load_program(const BpfProgram& program, BpfAttach attach, const BpfMaps& maps,
                        std::string* log = nullptr);

// Of the verifier's log: the last instruction that it looked at, and the line with its complaint. Pure.
struct VerifierComplaint {
  std::optional<size_t> instruction;
  std::string words;  // empty: there is none
};
VerifierComplaint read_verifier_log(std::string_view log);

}  // namespace uproar
