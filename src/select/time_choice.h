// The text of --time to stretches of time. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "recording/reader.h"

namespace uproar {

// As perf reads it (tools/perf/util/time-utils.c):
//   "A,B"          seconds with up to nine decimals, both ends included; either may be left out; several
//                  separated by blanks, ascending and apart
//   "10%/2"        the second tenth of the recording; several separated by commas
//   "0%-10%,30%-40%"  from there to there
//   "10%"          the first tenth
// A share that ends before it begins ("30%-10%") holds no event.
// `first_ns` and `last_ns` are the recording's; `relative`: seconds count from first_ns. Gives ascending
// ranges apart from each other, as RecordingReader::choose_times wants them.
Result<std::vector<TimeRange>> parse_time_choice(std::string_view text, uint64_t first_ns, uint64_t last_ns,
                                                 bool relative);

}  // namespace uproar
