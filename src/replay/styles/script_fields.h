// The fields of perf script's line: which there are, and what -F makes of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// Bits of a set.
enum ScriptField : uint32_t {
  kFieldComm = 1u << 0,
  kFieldTid = 1u << 1,
  kFieldPid = 1u << 2,
  kFieldTime = 1u << 3,
  kFieldCpu = 1u << 4,
  kFieldEvent = 1u << 5,
  kFieldTrace = 1u << 6,
  kFieldIp = 1u << 7,
  kFieldSym = 1u << 8,
  kFieldDso = 1u << 9,
  kFieldSymOffset = 1u << 10,
  kFieldPeriod = 1u << 11,
  kFieldMisc = 1u << 12,
  kFieldTod = 1u << 13,
  kFieldFlags = 1u << 14,  // no field to perf: it shows only beside others
};
using ScriptFields = uint32_t;

inline constexpr ScriptFields kDefaultFields =
    kFieldComm | kFieldTid | kFieldCpu | kFieldTime | kFieldEvent | kFieldTrace;
inline constexpr ScriptFields kStackFields = kFieldIp | kFieldSym | kFieldSymOffset | kFieldDso;

// Reads the arguments of each -F in order (perf: tools/perf/builtin-script.c parse_output_fields). Without
// any, kDefaultFields, and kStackFields too if `stacks` says that call chains are to be shown and one of
// `events` has them. Errors have perf's words: unknown fields, +field beside field, fields that a recording
// of uprobes cannot have, fields that need others.
Result<ScriptFields> choose_fields(const std::vector<std::string>& arguments,
                                   const std::vector<EventInfo>& events, bool stacks);

}  // namespace uproar
