// Names of addresses in call chains, as perf script finds them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace uproar {

struct FrameName {
  std::string symbol;   // C++ and Rust names without parameters; "puts@plt"
  uint64_t offset = 0;  // of the address behind the symbol's beginning
};

// The symbols of one file: .symtab of the file or of its separate debug file, else .dynsym, and the entries
// of its PLT. A file of another build than the recorded one is not used; perf's cache of files (~/.debug) and
// /usr/lib/debug are asked for the right one. Nothing is downloaded.
class FrameSymbols {
 public:
  // `path` as the process had it mapped; "[vdso]" is the one of this process. `build_id` in hexadecimal,
  // empty if not known. nullptr: there is nothing that could tell names.
  static std::unique_ptr<FrameSymbols> open(const std::string& path, const std::string& build_id);
  virtual ~FrameSymbols() = default;

  // `address` is a file offset; in a "/tmp/perf-PID.map", which a just-in-time compiler wrote, an address of
  // the process. nullopt: no symbol holds it.
  virtual std::optional<FrameName> at(uint64_t address) const = 0;
};

}  // namespace uproar
