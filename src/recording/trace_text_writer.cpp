#include "recording/trace_text_writer.h"

#include <algorithm>
#include <utility>

#include "base/lines.h"
#include "event/record_encoder.h"

namespace uproar {
namespace {

// The kernel prints at most a page of one event; a longer "line" is no trace text.
constexpr size_t kLongestLine = 64 * 1024;

}  // namespace

void TraceTextWriter::know(const EventSchema& schema_as_in_text, uint32_t number) {
  known_.push_back({schema_as_in_text, number});
  refresh_pointers();
}

void TraceTextWriter::refresh_pointers() {
  schemas_.clear();
  for (const Known& known : known_) schemas_.push_back(&known.schema);
}

Result<void> TraceTextWriter::feed(std::string_view piece) {
  for (std::string_view ended; take_ended_line(piece, ended);) {
    if (partial_.empty()) {
      TRY(add_line(ended));
    } else {
      partial_.append(ended);
      TRY(add_line(std::exchange(partial_, {})));
    }
  }
  if (partial_.size() + piece.size() <= kLongestLine) partial_.append(piece);
  return {};
}

Result<void> TraceTextWriter::finish() {
  if (!partial_.empty()) {
    std::string line = std::move(partial_);
    partial_.clear();
    TRY(add_line(line));
  }
  if (open_string_.empty()) return {};
  std::string line = std::move(open_string_);
  open_string_.clear();
  return add_whole_line(line);
}

// A string may hold newlines: its event goes on until the quote is closed, unless a line comes that begins
// like an event.
Result<void> TraceTextWriter::add_line(std::string_view line) {
  if (!open_string_.empty()) {
    std::string joined = open_string_ + '\n' + std::string(line);
    if (joined.size() <= kLongestLine) {
      if (ends_inside_string(joined, schemas_)) {
        open_string_ = std::move(joined);
        return {};
      }
      open_string_.clear();
      return add_whole_line(joined);
    }
    std::string held = std::move(open_string_);
    open_string_.clear();
    TRY(add_whole_line(held));
  }
  if (ends_inside_string(line, schemas_)) {
    open_string_ = line;
    return {};
  }
  return add_whole_line(line);
}

Result<void> TraceTextWriter::add_whole_line(std::string_view text) {
  TextLine line = parse_trace_line(text, schemas_);
  switch (line.kind) {
    case TextLine::Kind::Event:
      return take_event(line.event);
    case TextLine::Kind::Loss:
      lost_ += line.loss.count.value_or(0);
      return sink_.add_loss(
          {LossInfo::Kind::Overrun, line.loss.cpu, last_time_ns_, line.loss.count.value_or(0)});
    case TextLine::Kind::Comment:
      return {};
    case TextLine::Kind::Continuation:
    case TextLine::Kind::Unreadable:
      if (!text.empty()) ++unreadable_;
      return {};
  }
  return {};
}

Result<void> TraceTextWriter::take_event(const TextEvent& event) {
  auto known = std::find_if(known_.begin(), known_.end(), [&](const Known& candidate) {
    return candidate.schema.name == event.event && fits(event, candidate.schema);
  });
  if (known == known_.end()) {
    if (!options_.learn_events) {
      ++unreadable_;
      return {};
    }
    EventInfo info;
    info.schema = schema_of(event, options_.group);
    TRY_ASSIGN(uint32_t number, sink_.add_event(info));
    know(info.schema, number);
    known = std::prev(known_.end());
  }
  TRY(take_task(event));
  encode_record(event, known->schema, record_);
  last_time_ns_ = event.time_ns;
  ++records_;
  if (by_event_.size() <= known->number) by_event_.resize(known->number + 1);
  ++by_event_[known->number];
  std::span<const uint8_t> record = record_;
  if (options_.finish) record = options_.finish(known->number, record);
  return sink_.add_record(event.cpu, event.time_ns, known->number, record);
}

// The text repeats the name of the task in every line; the recording wants to know when it changes.
Result<void> TraceTextWriter::take_task(const TextEvent& event) {
  auto [entry, is_new] = names_.try_emplace(event.tid, event.comm);
  if (!is_new && entry->second == event.comm) return {};
  entry->second = event.comm;
  TaskInfo task;
  task.kind = is_new ? TaskInfo::Kind::Snapshot : TaskInfo::Kind::Rename;
  task.time_ns = is_new ? 0 : event.time_ns;
  task.tid = event.tid;
  task.pid = event.pid;
  if (task.pid == 0 && is_new && options_.thread_group) task.pid = options_.thread_group(event.tid);
  task.comm = event.comm;
  return sink_.add_task(task);
}

}  // namespace uproar
