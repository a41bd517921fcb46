// One of the kernel's trace buffers: the main one or an instance, and the events switched on in it.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

// Whether an event is switched on in a buffer, and with which filter.
struct EventState {
  bool enabled = false;
  std::string filter;  // empty: none
};

// Of a buffer whose folder is not there any more: the kernel's own word would be that a file in it is missing.
Error instance_is_gone(const Tracefs& files);

class TraceBuffer {
 public:
  // The main buffer is TraceBuffer(tracefs, tracefs); an instance's files are a Tracefs rooted in its folder.
  TraceBuffer(Tracefs top, Tracefs files) : top_(std::move(top)), files_(std::move(files)) {}

  const Tracefs& files() const { return files_; }

  // Errors name the event and the cause: EINTR (perf or a BPF program holds it), 524, EIO or EINVAL (the
  // kernel refuses the place).
  Result<void> enable(const std::string& group, const std::string& event);
  Result<void> disable(const std::string& group, const std::string& event);
  // The filter is refused with the kernel's own complaint underlined in it; then the event has none. Blank:
  // no filter.
  Result<void> set_filter(const std::string& group, const std::string& event, const std::string& filter);
  // Off and without a filter where it cannot be read. A filter that the kernel refused is none.
  EventState event_state(const std::string& group, const std::string& event) const;
  // The event's `format` file.
  Result<std::string> event_format(const std::string& group, const std::string& event) const;

 private:
  Result<void> switch_event(const std::string& group, const std::string& event, bool on);

  Tracefs top_;
  Tracefs files_;
};

}  // namespace uproar
