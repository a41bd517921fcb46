#include "kernel/tracefs/kernel_numbers.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <thread>

#include "base/fd.h"
#include "base/number.h"
#include "event/event_format.h"
#include "event/ring_page.h"
#include "kernel/proc/pid_namespace.h"
#include "kernel/tracefs/raw_ring.h"

namespace uproar {
namespace {

constexpr const char* kGroup = "oom";
constexpr const char* kUpdate = "oom_score_adj_update";
// In one go: their records fit into the smallest ring that an instance has.
constexpr size_t kBatch = 200;
constexpr size_t kPidAt = 4;  // common_pid, in every record

// Of the calling thread alone (kernel: kernel/capability.c).
void drop_sys_resource() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &head, data) != 0) return;
  data[CAP_TO_INDEX(CAP_SYS_RESOURCE)].effective &= ~CAP_TO_MASK(CAP_SYS_RESOURCE);
  (void)::syscall(SYS_capset, &head, data);
}

// True: there is an event of it.
bool write_back(const std::string& task_folder) {
  const std::string path = task_folder + "/oom_score_adj";
  const Result<std::string> value = read_file(path, 64);
  if (!value.ok()) return false;
  const Result<Fd> file = open_file(path, O_WRONLY);
  return file.ok() && ::write(file->get(), value->data(), value->size()) > 0;
}

int32_t number_at(std::span<const uint8_t> record, size_t offset) {
  int32_t number = 0;
  if (record.size() >= offset + sizeof number) std::memcpy(&number, record.data() + offset, sizeof number);
  return number;
}

std::string random_word() {
  std::random_device source;
  return "uproar " + std::to_string(source()) + " " + std::to_string(source());
}

struct Told {
  uint64_t time_ns = 0;
  int32_t by = 0;      // the thread that wrote
  int32_t number = 0;  // of the task
};

// What the rings hold of the event: each with who made it; and who wrote `word` into trace_marker.
struct Answers {
  std::vector<Told> told;
  int32_t asker = 0;
};
Result<Answers> read_answers(const TraceBuffer& buffer, const EventSchema& update, size_t number_offset,
                             std::string_view word) {
  Answers answers;
  for (const std::string& folder : buffer.files().list("per_cpu")) {
    const auto cpu =
        folder.starts_with("cpu") ? parse_decimal(std::string_view(folder).substr(3)) : std::nullopt;
    if (!cpu) continue;
    TRY_ASSIGN(RawRing ring, RawRing::open(buffer, static_cast<uint32_t>(*cpu)));
    std::span<const uint8_t> sub_buffer;
    while (true) {
      TRY_ASSIGN(const bool more, ring.next(sub_buffer));
      if (!more) break;
      RingPage page(sub_buffer);
      for (RingPage::Record record; page.next(record);) {
        const std::span<const uint8_t> bytes = record.bytes;
        uint16_t type = 0;
        if (bytes.size() < sizeof type) continue;
        std::memcpy(&type, bytes.data(), sizeof type);
        if (type == update.kernel_type) {
          answers.told.push_back({record.time_ns, number_at(bytes, kPidAt), number_at(bytes, number_offset)});
        } else if (std::search(bytes.begin(), bytes.end(), word.begin(), word.end()) != bytes.end()) {
          answers.asker = number_at(bytes, kPidAt);
        }
      }
    }
  }
  std::stable_sort(answers.told.begin(), answers.told.end(),
                   [](const Told& a, const Told& b) { return a.time_ns < b.time_ns; });
  return answers;
}

// The event is on; a batch of tasks.
Result<void> ask(const TraceBuffer& buffer, const EventSchema& update, size_t number_offset,
                 std::span<const std::string> folders, std::span<int32_t> numbers) {
  const std::string word = random_word();
  std::vector<bool> written(folders.size());
  Result<void> marked;
  std::thread([&] {
    drop_sys_resource();
    marked = buffer.files().write("trace_marker", word);
    for (size_t i = 0; i < folders.size(); ++i) written[i] = write_back(folders[i]);
  }).join();
  TRY(std::move(marked));
  TRY_ASSIGN(const Answers answers, read_answers(buffer, update, number_offset, word));
  size_t next = 0;
  for (size_t i = 0; i < folders.size(); ++i) {
    if (!written[i]) continue;
    while (next < answers.told.size() && answers.told[next].by != answers.asker) ++next;
    if (next == answers.told.size()) break;
    numbers[i] = answers.told[next++].number;
  }
  return {};
}

}  // namespace

Result<std::vector<int32_t>> kernel_numbers(const TraceBuffer& buffer,
                                            const std::vector<std::string>& task_folders) {
  TRY_ASSIGN(const std::string format, buffer.event_format(kGroup, kUpdate));
  TRY_ASSIGN(const EventSchema update, parse_event_format(format, kGroup));
  const auto field = std::find_if(update.fields.begin(), update.fields.end(),
                                  [](const Field& candidate) { return candidate.name == "pid"; });
  if (field == update.fields.end() || field->size != 4)
    return Error{"the kernel's event oom:oom_score_adj_update tells no pid", {}, {}, ENOTSUP};
  std::vector<int32_t> numbers(task_folders.size());
  TraceBuffer switched = buffer;
  TRY(switched.enable(kGroup, kUpdate));
  Result<void> asked = buffer.files().write("tracing_on", "1");
  for (size_t begin = 0; asked.ok() && begin < task_folders.size(); begin += kBatch) {
    const size_t count = std::min(kBatch, task_folders.size() - begin);
    asked = ask(buffer, update, field->offset, std::span(task_folders).subspan(begin, count),
                std::span(numbers).subspan(begin, count));
  }
  (void)buffer.files().write("tracing_on", "0");
  TRY(switched.disable(kGroup, kUpdate));
  TRY(std::move(asked));
  return numbers;
}

Result<std::vector<int32_t>> kernel_numbers_of(const TraceBuffer& buffer, const std::vector<int32_t>& tids) {
  if (is_initial_pid_namespace(own_pid_namespace())) return tids;
  std::vector<std::string> folders;
  for (int32_t tid : tids) {
    if (auto folder = task_folder(tid)) folders.push_back(std::move(*folder));
  }
  constexpr const char* kRemedy =
      "record on the host (nsenter -t 1 -p, docker run --pid=host), or everybody's hits, without -p, -t and "
      "a "
      "command";
  auto numbers = kernel_numbers(buffer, folders);
  if (!numbers.ok()) {
    Error error = std::move(numbers.error());
    error.message = "this is a PID namespace, and the kernel's own numbers of its tasks cannot be found: " +
                    error.message;
    error.remedy = kRemedy;
    return error;
  }
  std::vector<int32_t> told;
  for (size_t i = 0; i < folders.size(); ++i) {
    if ((*numbers)[i] != 0) {
      told.push_back((*numbers)[i]);
    } else if (::access(folders[i].c_str(), F_OK) == 0) {
      return Error{"this is a PID namespace, and the kernel's own number of the task " +
                       folders[i].substr(folders[i].rfind('/') + 1) + " cannot be found: " + folders[i] +
                       "/oom_score_adj cannot be written",
                   {},
                   kRemedy,
                   EACCES};
    }
  }
  return told;
}

}  // namespace uproar
