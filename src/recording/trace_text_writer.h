// Writes a recording from trace text, as the writer beside it does from records.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "event/event_schema.h"
#include "event/trace_text.h"
#include "recording/record_sink.h"

namespace uproar {

// The text of trace or trace_pipe comes in pieces; events are split by the schemas that were announced or, where
// that is wanted, learnt from the text itself, and stored as the bytes that the ring would have held. Names of
// tasks and losses that the text tells are kept. It stands here because both a recorder that reads trace_pipe
// and an import of text write so, and only recordings are below both.
class TraceTextWriter {
 public:
  struct Options {
    std::string group = "uprobes";  // of events whose group the text does not tell
    bool learn_events = true;       // events that were not announced get a schema from their text
    // Thread group of a task that is new in the text, 0 if not known; empty: the text alone tells.
    std::function<int32_t(int32_t tid)> thread_group = {};
    // The last touch on a record of an announced event: gives the record itself, or bytes that hold until the
    // next call.
    std::function<std::span<const uint8_t>(uint32_t number, std::span<const uint8_t>)> finish = {};
  };
  TraceTextWriter(RecordSink& sink, Options options) : sink_(sink), options_(std::move(options)) {}

  // Announces an event under the name the text uses; `number` is the sink's.
  void know(const EventSchema& schema_as_in_text, uint32_t number);

  // Any piece of text; lines may be split between pieces.
  Result<void> feed(std::string_view piece);
  // The text is over: an unfinished line counts as it stands.
  Result<void> finish();

  uint64_t records() const { return records_; }
  const std::vector<uint64_t>& records_by_event() const { return by_event_; }
  uint64_t lost() const { return lost_; }
  uint64_t unreadable_lines() const { return unreadable_; }

 private:
  struct Known {
    EventSchema schema;
    uint32_t number;
  };
  Result<void> add_line(std::string_view line);
  Result<void> add_whole_line(std::string_view line);
  Result<void> take_event(const TextEvent& event);
  Result<void> take_task(const TextEvent& event);
  void refresh_pointers();

  RecordSink& sink_;
  Options options_;
  std::vector<Known> known_;
  std::vector<const EventSchema*> schemas_;
  std::string partial_;      // a line whose end has not come
  std::string open_string_;  // lines of an event whose last string is not closed yet
  std::unordered_map<int32_t, std::string> names_;
  std::vector<uint8_t> record_;
  uint64_t last_time_ns_ = 0;
  std::vector<uint64_t> by_event_;
  uint64_t records_ = 0;
  uint64_t lost_ = 0;
  uint64_t unreadable_ = 0;
};

}  // namespace uproar
