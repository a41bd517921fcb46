#include "replay/styles/line_start.h"

#include <algorithm>
#include <cstring>
#include <ctime>

#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kCommWidth = 16;
constexpr size_t kTidWidth = 5;
constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

}  // namespace

size_t widest_event_name(const ShownEvents& events, Escape escape) {
  size_t width = 0;
  for (const ShownEvent& event : events) {
    std::string name;
    append_escaped(event.schema().full_name(), escape, name);
    width = std::max(width, name.size());
  }
  return width;
}

void append_event_name(const EventSchema& schema, size_t width, Escape escape, std::string& out) {
  append_escaped_right(schema.full_name(), width, escape, out);
  out += ": ";
}

char* LineStart::write(const LineMoment& moment, bool padded, char* out) {
  out = write_task_and_cpu(moment, padded, out);
  if ((options_.fields & kFieldMisc) != 0) out = write_misc(moment, out);
  if ((options_.fields & kFieldTod) != 0) out = write_time_of_day(moment.time_ns, out);
  return write_when(moment.shown_ns, out);
}

char* LineStart::write_task_and_cpu(const LineMoment& moment, bool padded, char* out) {
  out = write_task(moment, padded, out);
  if ((options_.fields & kFieldCpu) == 0) return out;
  *out++ = '[';
  out = write_cpu(moment.cpu, out);
  return write_text("] ", out);
}

char* LineStart::write_task(const LineMoment& moment, bool padded, char* out) {
  Task& task = tasks_[static_cast<uint32_t>(moment.tid) % tasks_.size()];
  if (task.size == 0 || task.tid != moment.tid || task.pid != moment.pid || task.padded != padded ||
      std::string_view(task.comm, task.comm_size) != moment.comm) {
    char* const end = write_new_task(moment, padded, out);
    const auto size = static_cast<size_t>(end - out);
    task.size = 0;
    if (moment.comm.size() > sizeof task.comm || size > sizeof task.text || size == 0) return end;
    task.tid = moment.tid;
    task.pid = moment.pid;
    task.padded = padded;
    task.comm_size = static_cast<uint8_t>(moment.comm.size());
    moment.comm.copy(task.comm, sizeof task.comm);
    task.size = static_cast<uint8_t>(size);
    std::memcpy(task.text, out, size);
    return end;
  }
  // Whole, whatever the length: that needs no call.
  std::memcpy(out, task.text, sizeof task.text);
  return out + task.size;
}

char* LineStart::write_new_task(const LineMoment& moment, bool padded, char* out) const {
  if ((options_.fields & kFieldComm) != 0) {
    out = write_comm(moment, padded, out);
    *out++ = ' ';
  }
  const bool pid = (options_.fields & kFieldPid) != 0;
  const bool tid = (options_.fields & kFieldTid) != 0;
  if (!pid && !tid) return out;
  out = write_right(pid ? moment.pid : moment.tid, kTidWidth, out);
  if (pid && tid) {
    *out++ = '/';
    out = write_left(moment.tid, kTidWidth, out);
  }
  *out++ = ' ';
  return out;
}

// perf knows the idle task's name without having been told, and calls any other task that it was told nothing
// of by its number (tools/perf/util/machine.c machine__idle_thread, util/thread.c thread__new).
char* LineStart::write_comm(const LineMoment& moment, bool padded, char* out) const {
  const size_t width = padded ? kCommWidth : 0;
  if (moment.comm.empty()) {
    if (moment.tid == 0) return write_right("swapper", width, out);
    char text[1 + kLongestNumber] = {':'};
    const char* end = write_signed(moment.tid, text + 1);
    return write_right({text, static_cast<size_t>(end - text)}, width, out);
  }
  if (options_.escape == Escape::None) return write_right(moment.comm, width, out);
  std::string escaped;
  append_escaped(moment.comm, options_.escape, escaped);
  return write_right(escaped, width, out);
}

// A letter, then blanks up to six columns.
char* LineStart::write_misc(const LineMoment& moment, char* out) const {
  char* const end = out + 6;
  *out++ = moment.misc;
  std::memset(out, ' ', static_cast<size_t>(end - out));
  return end;
}

char* LineStart::write_time_of_day(uint64_t time_ns, char* out) {
  if (!options_.anchor) return out;
  const uint64_t day_ns = options_.anchor->realtime_ns + (time_ns - options_.anchor->recording_ns);
  const uint64_t second = day_ns / kNanosecondsPerSecond;
  if (second != day_second_) {
    const auto seconds = static_cast<time_t>(second);
    struct tm fields {};
    ::localtime_r(&seconds, &fields);
    day_size_ = static_cast<uint8_t>(std::strftime(day_, sizeof day_, "%F %T.", &fields));
    day_second_ = second;
  }
  out = write_text({day_, day_size_}, out);
  const auto fraction = static_cast<uint32_t>(day_ns % kNanosecondsPerSecond);
  out = options_.nanoseconds ? write_nine_digits(fraction, out) : write_six_digits(fraction / 1000, out);
  *out++ = ' ';
  return out;
}

// "%5lu.%06lu: ", microseconds cut off; "%12s: " of "%lu.%06lu" is the same text.
char* LineStart::write_time(uint64_t time_ns, char* out) {
  uint64_t fraction = time_ns - second_begin_;
  if (time_ns < second_begin_ || fraction >= kNanosecondsPerSecond || second_size_ == 0) {
    char text[kLongestNumber];
    const uint64_t seconds = time_ns / kNanosecondsPerSecond;
    const char* end = write_decimal(seconds, text);
    char* cursor = write_right({text, static_cast<size_t>(end - text)}, kTidWidth, second_);
    *cursor++ = '.';
    second_size_ = static_cast<uint8_t>(cursor - second_);
    second_begin_ = seconds * kNanosecondsPerSecond;
    fraction = time_ns - second_begin_;
  }
  std::memcpy(out, second_, sizeof second_);
  out += second_size_;
  const auto nanoseconds = static_cast<uint32_t>(fraction);
  out =
      options_.nanoseconds ? write_nine_digits(nanoseconds, out) : write_six_digits(nanoseconds / 1000, out);
  *out++ = ':';
  *out++ = ' ';
  return out;
}

}  // namespace uproar
