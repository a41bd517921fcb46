// The lines of a call chain in the text of a trace. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "recording/metadata/symbol_names.h"

namespace uproar {

// Views point into the line.
struct TextFrame {
  std::optional<uint64_t> address;
  std::string_view symbol;  // empty: not known
  uint64_t symbol_offset = kUnknownOffset;
  std::string_view file;  // empty: not told
  bool inlined = false;   // into the frame that follows

  // By its file, or, where that says nothing, by its address.
  bool is_kernel() const;
};

// "  ffffffff8104f45a native_write_msr+0x6 ([kernel.kallsyms])", as perf script prints it (perf:
// tools/perf/util/evsel_fprintf.c sample__fprintf_callchain). nullopt: it is none.
std::optional<TextFrame> parse_perf_frame(std::string_view line);

// " => kfree+0x1/0x20 <ffffffff81…>", " =>  <000055b45485d015>", "=> do_nanosleep (ffffffff81…)": as the kernel
// (kernel/trace/trace_output.c) and trace-cmd print them. nullopt: it is none.
std::optional<TextFrame> parse_arrow_frame(std::string_view line);

}  // namespace uproar
