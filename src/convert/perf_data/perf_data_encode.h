// Records, attributes and sections of a perf.data file: values to bytes. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_writer.h"
#include "convert/perf_data/perf_data_header.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// What every record of ours says besides its own.
struct PerfStamp {
  int32_t pid = 0, tid = 0;
  uint64_t time_ns = 0;  // 0: made up, it holds at once
  uint32_t cpu = 0;
  uint64_t id = 0;  // of the event; 0: none
};

inline constexpr size_t kPerfAttrBytes = 112;  // PERF_ATTR_SIZE_VER5: perf since 4.1 reads it

struct PerfAttrRequest {
  uint32_t type = PerfAttr::kTracepoint;
  uint64_t config = 0;
  bool records = true;  // samples have raw data
  bool chains = false;
  bool leads = false;  // the first one also asks for what tasks do
  int32_t clock = -1;  // CLOCK_*; -1: perf's own
};
void append_perf_attr(const PerfAttrRequest& request, ByteWriter& out);

// Each appends one whole record. False, and nothing appended: it would not fit into 65,535 bytes.
bool append_perf_sample(const PerfStamp& stamp, uint64_t ip, bool has_chain, std::span<const uint64_t> chain,
                        std::span<const uint8_t> raw, ByteWriter& out);
bool append_perf_comm(const PerfStamp& stamp, const TaskInfo& task, ByteWriter& out);
bool append_perf_task(const PerfStamp& stamp, const TaskInfo& task, ByteWriter& out);  // Fork, Exit
bool append_perf_map(const PerfStamp& stamp, const MapInfo& map, ByteWriter& out);
bool append_perf_lost(const PerfStamp& stamp, uint64_t count, ByteWriter& out);
bool append_perf_record(PerfRecordType type, std::span<const uint8_t> body, ByteWriter& out);

// The contents of feature sections, by what the recording knows; empty: nothing is known.
struct PerfFeatureBytes {
  PerfFeature bit;
  std::vector<uint8_t> bytes;
};
std::vector<PerfFeatureBytes> perf_feature_sections(const SessionInfo& session, uint64_t first_ns,
                                                    uint64_t last_ns,
                                                    const std::vector<ClockAnchor>& anchors);
// CLOCK_* of the recording's clock; -1: none that perf knows.
int32_t perf_clock_of(const SessionInfo& session);

// A text as the feature sections have it: length, bytes, padding.
void append_perf_text(std::string_view text, ByteWriter& out);

struct PerfFormat {
  std::string group, text;
};
// The section TRACING_DATA.
std::vector<uint8_t> perf_tracing_data(const std::vector<PerfFormat>& formats);

}  // namespace uproar
