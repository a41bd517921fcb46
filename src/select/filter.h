// Conditions on the values of events, in the kernel's filter grammar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/event.h"
#include "recording/metadata/session_info.h"
#include "select/filter_parser.h"

namespace uproar {

// What a choice has to know of an event; by StoredRecord::event.
struct SelectableEvent {
  const EventSchema* schema = nullptr;           // as its events will have it
  const std::vector<SiteInfo>* sites = nullptr;  // as recorded
};

// FIELD OP VALUE, joined by &&, ||, ! and parentheses; && binds closer than || (kernel:
// kernel/trace/trace_events_filter.c).
//   numbers  == != < <= > >= &     decimal, 0x…, octal; with - for signed fields; CPUS{0-1,3} with == != &
//   strings  == != ~               in single or double quotes; ~ takes a glob (base/glob.h), which a '!' in
//                                  front turns round
//   FIELD    an argument; common_pid, common_type, common_flags, common_preempt_count, __probe_ip,
//            __probe_func, __probe_ret_ip, cpu CPU common_cpu, comm COMM as in the kernel; and pid, tid, ip,
//            ret_ip, time (seconds, with a fraction)
// As in the kernel, a number that could not be read is 0, a string that could not be read differs from every
// string and matches no glob, and an array of strings is compared by its first.
//
// Any number of threads may ask one.
class Filter {
 public:
  // `wanted` says which of `events` the filter is for. An event that lacks one of the fields never matches; it
  // is an error if all of them do, if a field is used against its type, or if the text is no filter: the error
  // shows the text with the place underlined.
  static Result<Filter> make(std::string_view text, const std::vector<SelectableEvent>& events,
                             const std::vector<bool>& wanted);

  // `event` is the number of the event's entry in `events`.
  bool matches(uint32_t event, const Event& value) const;

 private:
  friend class FilterBinder;
  enum class Source : uint8_t { Value, Ip, ReturnIp, Tid, Pid, Cpu, Time, Type, Flags, PreemptCount, Comm };
  enum class Type : uint8_t { Signed, Unsigned, String, CpuMask };
  // Where to go on from a step, besides the number of another one.
  static constexpr uint32_t kAccept = ~uint32_t{0};
  static constexpr uint32_t kReject = kAccept - 1;
  struct Step {
    Source source = Source::Value;
    Type type = Type::Unsigned;
    FilterOp op = FilterOp::Equal;
    bool negated = false;
    uint32_t value = 0;   // index into Event::values
    uint64_t number = 0;  // two's complement for Signed
    std::string text;     // String: what is compared with; CpuMask: one byte a CPU, 1 if it is in the mask
    uint32_t if_true = kAccept;
    uint32_t if_false = kReject;
  };
  // Empty for events that never match. The first step is number `entry`.
  struct Program {
    std::vector<Step> steps;
    uint32_t entry = kReject;
  };
  static bool holds(const Step& step, const Event& value);
  static bool string_holds(const Step& step, std::string_view text, bool fault);
  static uint64_t number_of(const Step& step, const Event& value);

  std::vector<Program> programs_;  // by event
};

}  // namespace uproar
