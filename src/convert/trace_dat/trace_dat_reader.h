// Reads what a trace.dat says before and besides its records, of either version.
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "convert/io/byte_input.h"
#include "convert/trace_dat/trace_dat_contents.h"

namespace uproar::trace_dat {

// True if the file begins as a trace.dat does.
bool is_trace_dat(std::span<const uint8_t> start);

// Reads everything but the pages. The input must be able to seek. What is damaged without making the pages
// unreadable is in Contents::damage. Errors: no trace.dat, of another version, byte order or compression, a
// latency trace, cut before its pages; the message names the place.
Result<Contents> read_contents(ByteInput& input);

}  // namespace uproar::trace_dat
