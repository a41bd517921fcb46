// The text of call chains, and of single addresses, as perf script prints them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "event/event.h"
#include "recording/metadata/symbol_names.h"
#include "replay/escape.h"
#include "replay/styles/script_fields.h"

namespace uproar {

// One thread at a time; what it has printed it keeps for the next call chain that is the same.
class StackText {
 public:
  // `names` must outlive it. At most `most_frames` are printed; inlined functions do not count.
  StackText(const SymbolNames& names, ScriptFields fields, unsigned most_frames, Escape escape);

  // "\n", and for each frame "\t%16lx symbol+0xN (dso)\n": file addresses where something is mapped,
  // addresses in memory otherwise (perf: tools/perf/util/evsel_fprintf.c sample__fprintf_callchain).
  void append_chain(const Event& event, std::string& out);
  // " %16lx symbol+0xN (dso)" of the event's own address (the place of an entry, where a return leads to);
  // `site` tells the symbol where the recording has no maps, `path` the file.
  void append_address(const Event& event, std::string_view site, std::string_view path,
                      std::string& out) const;

 private:
  struct Kept {
    int32_t pid = 0;
    uint64_t first_ns = 1, last_ns = 0;  // while it holds
    std::vector<uint64_t> stack;
    std::string text;
  };
  void append_frames(const Event& event, std::string& out) const;
  void append_frame(int32_t pid, uint64_t time_ns, uint64_t address, std::string& out) const;

  const SymbolNames& names_;
  ScriptFields fields_;
  unsigned most_frames_;
  Escape escape_;
  std::vector<Kept> kept_;
};

}  // namespace uproar
