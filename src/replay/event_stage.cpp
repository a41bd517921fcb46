#include "replay/event_stage.h"

namespace uproar {

EventStage::Outcome EventStage::take(const StoredRecord& record, const Selection& selection, Event& out) {
  if (!selection.wants_record(record.event, record.cpu)) return Outcome::Unwanted;
  const DecodeStatus status = shown_.decode(record, out);
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
