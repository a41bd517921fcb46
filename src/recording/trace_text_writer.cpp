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
  add_known(schema_as_in_text, number, true);
}

const TraceTextWriter::Known& TraceTextWriter::add_known(const EventSchema& schema, uint32_t number,
                                                         bool has_stacks) {
  const Known& known = known_.emplace_back(Known{schema, number, has_stacks});
  schemas_.push_back(&known.schema);
  Named& named = by_name_[schema.name];
  named.schemas.push_back(&known.schema);
  named.known.push_back(&known);
  return known;
}

const std::vector<const EventSchema*>& TraceTextWriter::schemas_named(const std::string& name) const {
  static const std::vector<const EventSchema*> none;
  const auto named = by_name_.find(name);
  return named == by_name_.end() ? none : named->second.schemas;
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
      TRY(take(line.event, {}));
      return {};
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

const TraceTextWriter::Known* TraceTextWriter::find(const TextEvent& event,
                                                    std::span<const uint64_t> stack) const {
  const auto named = by_name_.find(event.event);
  if (named == by_name_.end()) return nullptr;
  const auto& known = named->second.known;
  const auto found = std::find_if(known.begin(), known.end(), [&](const Known* candidate) {
    return (candidate->has_stacks || stack.empty()) &&
           (!event.group || candidate->schema.group == *event.group) && fits(event, candidate->schema);
  });
  return found == known.end() ? nullptr : *found;
}

Result<bool> TraceTextWriter::take(const TextEvent& event, std::span<const uint64_t> stack) {
  const Known* known = find(event, stack);
  if (known == nullptr) {
    EventInfo info;
    info.schema = schema_of(event, event.group.value_or(options_.group));
    if (!options_.learn_events || !fits(event, info.schema)) {
      ++unreadable_;
      return false;
    }
    info.has_stacks = !stack.empty();
    TRY_ASSIGN(uint32_t number, sink_.add_event(info));
    known = &add_known(info.schema, number, info.has_stacks);
  }
  TRY(take_task(event));
  encode_record(event, known->schema, record_);
  last_time_ns_ = event.time_ns;
  ++records_;
  if (by_event_.size() <= known->number) by_event_.resize(known->number + 1);
  ++by_event_[known->number];
  std::span<const uint8_t> record = record_;
  if (options_.finish) record = options_.finish(known->number, record);
  TRY(sink_.add_record(event.cpu, event.time_ns, known->number, record, stack));
  return true;
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
