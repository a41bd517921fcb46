// What stands in a perf.data file besides its records: attributes, features, formats, from wherever in the
// file they come.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "convert/io/byte_input.h"
#include "convert/perf_data/perf_data_features.h"
#include "convert/perf_data/perf_data_header.h"
#include "convert/perf_data/tracing_data.h"
#include "recording/blocks/damage.h"
#include "recording/metadata/session_info.h"

namespace uproar {

struct PerfDataSession {
  std::vector<PerfAttr> attrs;  // one for each event, in the order of the file
  PerfFeatures features;
  std::map<uint64_t, TracepointFormat> formats;        // by id
  std::unordered_map<uint64_t, uint32_t> event_of_id;  // numbers in attrs
  std::vector<Damage> damage;

  void add_attr(PerfAttr attr);
  // `offset` is that of the bytes in the file, for the damage.
  void add_feature(unsigned bit, std::span<const uint8_t> bytes, uint64_t offset);
  void add_tracing_data(std::span<const uint8_t> bytes, uint64_t offset);

  // Gives the attributes the names of feature EVENT_DESC.
  void take_names();
  // Number of the event a record belongs to; nullopt: its id belongs to none.
  std::optional<uint32_t> event_of(std::span<const uint8_t> record) const;
  // The event as the recording keeps it. `fault` is set where its format is missing or wrong. A format of
  // `local_formats` is taken only if the file names this host, this kernel and this event.
  EventInfo event_info(const PerfAttr& attr, const FormatLookup& local_formats, std::string& fault) const;
  std::string build_id_of(const std::string& path) const;

 private:
  bool is_of_here(const PerfAttr& attr, const EventSchema& schema, const LocalFormat& format) const;

  mutable std::unordered_map<std::string, std::string> build_ids_;
  mutable size_t build_ids_taken_ = 0;
};

// Attributes and features of the file form. Where its data end is `data_end`; a file whose recorder was
// killed has no features. Error: only the system's.
Result<void> read_perf_file_sections(ByteInput& input, const PerfFileHeader& header, PerfDataSession& session,
                                     uint64_t& data_end);

}  // namespace uproar
