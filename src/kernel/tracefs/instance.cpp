#include "kernel/tracefs/instance.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/lines.h"
#include "base/number.h"
#include "kernel/tracefs/kernel_numbers.h"
#include "kernel/tracefs/uprobe_events.h"

namespace uproar {
namespace {

Error explain_mkdir(const std::string& name, int errno_value) {
  switch (errno_value) {
    case EEXIST:
      return Error{"the trace instance " + name + " exists already",
                   {},
                   "if nobody uses it: rmdir /sys/kernel/tracing/instances/" + name,
                   EEXIST};
    case EACCES:
    case EPERM:
      return Error{
          "this user may not make trace instances", {}, "run it as root: sudo uproar …", errno_value};
    case ENOENT:
      return Error{
          "this kernel has no trace instances", {}, "use a kernel with tracefs (4.1 or later)", ENOENT};
    case ENOMEM:
      return Error{"the kernel has no memory for another ring buffer", {}, "free memory", ENOMEM};
    default:
      return system_error("cannot make the trace instance " + name, errno_value);
  }
}

std::string joined(const std::vector<int32_t>& tids) {
  std::string text;
  for (int32_t tid : tids) text += std::to_string(tid) + " ";
  return text;
}

// "3" for CPUs 0 and 1, in groups of 32 bits as the kernel's cpumask parser wants them.
std::string cpu_mask(const std::vector<uint32_t>& cpus) {
  std::vector<uint32_t> words(*std::max_element(cpus.begin(), cpus.end()) / 32 + 1);
  for (uint32_t cpu : cpus) words[cpu / 32] |= uint32_t{1} << (cpu % 32);
  std::string mask;
  for (size_t i = words.size(); i-- > 0;) {
    char digits[10];
    std::snprintf(digits, sizeof digits, "%08x", words[i]);
    mask += (mask.empty() ? "" : ",") + std::string(digits);
  }
  return mask;
}

}  // namespace

Instance::Instance(Tracefs top, Tracefs files, std::string name)
    : TraceBuffer(std::move(top), std::move(files)), name_(std::move(name)), maker_(::getpid()) {}

Instance::Instance(Instance&& other) noexcept
    : TraceBuffer(std::move(other)),
      name_(std::exchange(other.name_, {})),
      held_(std::move(other.held_)),
      maker_(other.maker_) {}

Instance& Instance::operator=(Instance&& other) noexcept {
  if (this == &other) return *this;
  (void)remove();
  name_ = std::exchange(other.name_, {});
  held_ = std::move(other.held_);
  maker_ = other.maker_;
  TraceBuffer::operator=(std::move(other));
  return *this;
}

Instance::~Instance() {
  (void)remove();
}

Result<Instance> Instance::create(const Tracefs& tracefs, const std::string& name) {
  if (!is_plain_name(name))
    return Error{"\"" + name + "\" is not the name of a trace instance", {}, {}, EINVAL};
  const std::string path = tracefs.path("instances/" + name);
  if (::mkdir(path.c_str(), 0700) != 0) return explain_mkdir(name, errno);
  Instance instance(tracefs, Tracefs(path), name);
  if (Result<Fd> held = open_file(path + "/tracing_on", O_RDONLY); held.ok())
    instance.held_ = std::move(*held);
  else if (!tracefs.exists("instances/" + name))
    return instance_is_gone(instance.files());
  return instance;
}

// What failed because the whole instance is gone says so.
Result<void> Instance::told(Result<void> done) const {
  if (done.ok() || (done.error().sys_errno != ENOENT && done.error().sys_errno != ENODEV)) return done;
  return files().exists("") ? std::move(done) : instance_is_gone(files());
}

Result<void> Instance::remove() {
  if (name_.empty() || maker_ != ::getpid()) return {};
  const std::string name = std::exchange(name_, {});
  held_.reset();
  // rmdir disables the events itself, in one go. Somebody who looks into its files at the moment (a list of
  // all events does) keeps it from going.
  constexpr int kTries = 50;
  constexpr useconds_t kPause = 10'000;
  int refused = 0;
  for (int tried = 0; tried < kTries; ++tried) {
    if (::rmdir(files().root().c_str()) == 0 || errno == ENOENT) return {};
    refused = errno;
    if (refused != EBUSY && refused != ENODEV) break;
    ::usleep(kPause);
  }
  (void)files().write("tracing_on", "0");
  (void)files().write("events/enable", "0");
  if (refused != EBUSY) return system_error("cannot remove the trace instance " + name, refused);
  return Error{"the trace instance " + name + " is in use: it was switched off, but not removed",
               {},
               "end the program that reads it, then: uproar clean",
               EBUSY};
}

Result<void> Instance::set_clock(const std::string& clock) {
  Result<void> done = told(files().write("trace_clock", clock));
  if (done.ok() || done.error().sys_errno != EINVAL) return done;
  return Error{"this kernel has no trace clock " + clock, {}, "see " + files().path("trace_clock"), EINVAL};
}

Result<void> Instance::set_buffer_size_kb(uint64_t per_cpu) {
  Result<void> done = told(files().write("buffer_size_kb", std::to_string(per_cpu)));
  if (done.ok()) return done;
  const int refused = done.error().sys_errno;
  if (refused != ENOMEM && refused != EINVAL) return done;
  return Error{"the kernel has no " + std::to_string(per_cpu) + " KiB for the ring buffer of each CPU",
               {},
               "use a smaller buffer: -m SIZE",
               refused};
}

void Instance::prefer_sub_buffer_kb(uint64_t kilobytes) {
  if (files().exists("buffer_subbuf_size_kb"))
    (void)files().write("buffer_subbuf_size_kb", std::to_string(kilobytes));
}

Result<void> Instance::set_tracing(bool on) {
  return told(files().write("tracing_on", on ? "1" : "0"));
}

Result<void> Instance::set_option(const std::string& option, bool on) {
  if (!is_plain_name(option))
    return Error{"\"" + option + "\" is not the name of a trace option", {}, {}, EINVAL};
  Result<void> done = files().write("options/" + option, on ? "1" : "0");
  if (done.ok() || done.error().sys_errno != ENOENT || !files().exists("options")) return told(done);
  return Error{"this kernel has no trace option " + option, {}, {}, ENOENT};
}

Result<void> Instance::set_tasks(const std::vector<int32_t>& tids, bool follow_children) {
  TRY_ASSIGN(const std::vector<int32_t> of_kernel, kernel_numbers_of(*this, tids));
  if (of_kernel.empty()) return Error{"there is no task to record", {}, {}, ESRCH};
  // First the option: what a task starts between the two would be missed.
  if (follow_children || files().exists("options/event-fork")) TRY(set_option("event-fork", follow_children));
  return told(files().write("set_event_pid", joined(of_kernel), O_TRUNC));
}

Result<void> Instance::exclude_tasks(const std::vector<int32_t>& tids) {
  if (!files().exists("set_event_notrace_pid")) return {};
  TRY_ASSIGN(const std::vector<int32_t> of_kernel, kernel_numbers_of(*this, tids));
  return told(files().write("set_event_notrace_pid", joined(of_kernel), O_TRUNC));
}

Result<void> Instance::set_cpus(const std::vector<uint32_t>& cpus) {
  CHECK(!cpus.empty());
  return told(files().write("tracing_cpumask", cpu_mask(cpus)));
}

Result<RingStats> Instance::stats(uint32_t cpu) const {
  TRY_ASSIGN(std::string text, files().read("per_cpu/cpu" + std::to_string(cpu) + "/stats"));
  RingStats stats;
  struct Counter {
    std::string_view label;
    uint64_t* value;
  };
  const Counter counters[] = {{"entries", &stats.entries},
                              {"overrun", &stats.overrun},
                              {"commit overrun", &stats.commit_overrun},
                              {"dropped events", &stats.dropped},
                              {"read events", &stats.read}};
  for (std::string_view line : Lines(text)) {
    size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    for (const Counter& counter : counters) {
      if (line.substr(0, colon) == counter.label)
        *counter.value = parse_decimal(line.substr(colon + 2)).value_or(0);
    }
  }
  return stats;
}

std::vector<uint32_t> Instance::cpus() const {
  std::vector<uint32_t> numbers;
  for (const std::string& name : files().list("per_cpu")) {
    if (!name.starts_with("cpu")) continue;
    std::optional<uint64_t> number = parse_decimal(std::string_view(name).substr(3));
    if (number && *number < 65536) numbers.push_back(static_cast<uint32_t>(*number));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace uproar
