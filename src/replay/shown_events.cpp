#include "replay/shown_events.h"

namespace uproar {

std::vector<SelectableEvent> ShownEvents::selectable() const {
  std::vector<SelectableEvent> list;
  for (const ShownEvent& event : events_) list.push_back({&event.schema(), &event.recorded.sites});
  return list;
}

EventDecoder::EventDecoder(const ShownEvents& events) : events_(events) {
  for (const ShownEvent& event : events) presentations_.push_back(event.presentation);
}

DecodeStatus EventDecoder::decode(const StoredRecord& record, Event& out) {
  const DecodeStatus status = presentations_[record.event].decode(record.bytes, out);
  out.schema = &events_[record.event].schema();
  return status;
}

EventStage::Outcome EventStage::take(const StoredRecord& record, const Selection& selection, Event& out) {
  if (!selection.wants_record(record.event, record.cpu)) return Outcome::Unwanted;
  const DecodeStatus status = decoder_.decode(record, out);
  // The kernel itself leaves strings outside the record where an element of string[N] faults; they print as
  // faults.
  if (status != DecodeStatus::Ok && status != DecodeStatus::StringOutsideRecord) return Outcome::Undecodable;
  out.time_ns = record.time_ns;
  out.cpu = record.cpu;
  out.stack = record.stack;
  const TaskSpan& task = tasks_.at(out.tid, record.time_ns);
  out.comm = task.comm;
  out.pid = task.pid;
  return selection.wants(record.event, out) ? Outcome::Wanted : Outcome::Unwanted;
}

}  // namespace uproar
