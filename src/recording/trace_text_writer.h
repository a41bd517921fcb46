// Writes a recording from trace text, as the writer beside it does from records.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "event/event_schema.h"
#include "event/text/trace_text.h"
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

  // An event that was read elsewhere, with its call chain (Event::stack) if it has one. An event that was
  // learnt without call chains and comes with one is another event of the same name. False: it is longer than
  // a record can be, or of an event that is not known and may not be learnt; then it counts as unreadable.
  Result<bool> take(const TextEvent& event, std::span<const uint64_t> stack);
  // Events of that name that were announced or learnt: hold until the next call of anything.
  const std::vector<const EventSchema*>& schemas_named(const std::string& name) const;
  // The time of the last event.
  uint64_t last_time_ns() const { return last_time_ns_; }

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
    bool has_stacks;
  };
  Result<void> add_line(std::string_view line);
  Result<void> add_whole_line(std::string_view line);
  const Known* find(const TextEvent& event, std::span<const uint64_t> stack) const;
  const Known& add_known(const EventSchema& schema, uint32_t number, bool has_stacks);
  Result<void> take_task(const TextEvent& event);

  RecordSink& sink_;
  Options options_;
  std::deque<Known> known_;
  std::vector<const EventSchema*> schemas_;  // of all in known_
  struct Named {
    std::vector<const EventSchema*> schemas;
    std::vector<const Known*> known;
  };
  std::unordered_map<std::string, Named> by_name_;
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
