#include "kernel/proc/pid_namespace.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "base/fd.h"
#include "base/lines.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr uint64_t kInitialPidNamespace = 0xEFFFFFFC;
constexpr size_t kMost = 65536;

pid_t to_pid(std::string_view text) {
  const std::optional<uint64_t> value = parse_decimal(text);
  return value && *value <= INT_MAX ? static_cast<pid_t>(*value) : 0;
}

// What the time namespace of this process adds to the start times that it reads (kernel: fs/proc/array.c
// do_task_stat).
uint64_t start_time_offset() {
  const Result<std::string> offsets = read_file("/proc/self/timens_offsets", kMost);
  if (!offsets.ok()) return 0;
  for (std::string_view line : Lines(*offsets)) {
    if (!line.starts_with("boottime")) continue;
    const size_t begin = line.find_first_of("-0123456789");
    if (begin == std::string_view::npos) return 0;
    line.remove_prefix(begin);
    const int64_t seconds = parse_c_signed(line.substr(0, line.find(' '))).value_or(0);
    return static_cast<uint64_t>(seconds * ::sysconf(_SC_CLK_TCK));
  }
  return 0;
}

// Fields are counted from behind the name, which may hold blanks and brackets.
std::optional<ProcessState> parse_stat(std::string_view stat) {
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= stat.size()) return std::nullopt;
  std::string_view rest = stat.substr(name_end + 2);
  ProcessState process;
  process.state = rest[0];
  for (int field = 3; field < 22; ++field) {
    const size_t blank = rest.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(blank + 1);
  }
  const std::optional<uint64_t> start = parse_decimal(rest.substr(0, rest.find(' ')));
  if (!start) return std::nullopt;
  process.start_time = *start;
  return process;
}

std::vector<pid_t> pids_of(const std::string& task_folder) {
  const Result<std::string> status = read_file(task_folder + "/status", kMost);
  return status.ok() ? namespace_pids(*status) : std::vector<pid_t>();
}

}  // namespace

std::optional<ProcessState> process_state(const std::string& process_folder) {
  const Result<std::string> stat = read_file(process_folder + "/stat", kMost);
  std::optional<ProcessState> state = stat.ok() ? parse_stat(*stat) : std::nullopt;
  static const uint64_t offset = start_time_offset();
  if (state) state->start_time -= offset;
  return state;
}

uint64_t pid_namespace_of(const std::string& process_folder) {
  struct stat about {};
  return ::stat((process_folder + "/ns/pid").c_str(), &about) == 0 ? about.st_ino : 0;
}

uint64_t own_pid_namespace(const std::string& proc) {
  return pid_namespace_of(proc + "/self");
}

bool is_initial_pid_namespace(uint64_t pid_namespace) {
  return pid_namespace == 0 || pid_namespace == kInitialPidNamespace;
}

bool proc_shows_own_namespace(const std::string& proc) {
  std::array<char, 32> number;
  const ssize_t size = ::readlink((proc + "/self").c_str(), number.data(), number.size());
  return size > 0 && to_pid(std::string_view(number.data(), static_cast<size_t>(size))) == ::getpid();
}

bool proc_shows_kernel_numbers(const std::string& proc) {
  if (proc_shows_own_namespace(proc)) return is_initial_pid_namespace(own_pid_namespace(proc));
  return pid_namespace_of(proc + "/1") == kInitialPidNamespace;
}

std::vector<pid_t> own_threads(const std::string& proc) {
  std::vector<pid_t> threads;
  const std::string tasks = proc + "/self/task/";
  for (const std::string& name : folder_names(tasks)) {
    const std::vector<pid_t> pids = pids_of(fmt::format("{}{}", tasks, name));
    if (const pid_t tid = pids.empty() ? to_pid(name) : pids.back()) threads.push_back(tid);
  }
  return threads;
}

std::vector<pid_t> namespace_pids(std::string_view status) {
  std::vector<pid_t> pids;
  for (std::string_view line : Lines(status)) {
    constexpr std::string_view kMark = "NSpid:";
    if (!line.starts_with(kMark)) continue;
    line.remove_prefix(kMark.size());
    while (true) {
      const size_t begin = line.find_first_not_of("\t ");
      if (begin == std::string_view::npos) return pids;
      line.remove_prefix(begin);
      const size_t end = std::min(line.find_first_of("\t "), line.size());
      pids.push_back(to_pid(line.substr(0, end)));
      line.remove_prefix(end);
    }
  }
  return pids;
}

std::optional<std::string> task_folder(pid_t tid, const std::string& proc) {
  if (proc_shows_own_namespace(proc)) {
    std::string folder = proc + "/" + std::to_string(tid);
    return ::access(folder.c_str(), F_OK) == 0 ? std::optional(std::move(folder)) : std::nullopt;
  }
  // How deep this process's own numbers stand in the lines of others.
  const std::vector<pid_t> own = pids_of(proc + "/self");
  const uint64_t own_namespace = own_pid_namespace(proc);
  if (own.empty() || own_namespace == 0) return std::nullopt;
  for (const std::string& process : folder_names(proc)) {
    const std::string of_process = fmt::format("{}/{}", proc, process);
    if (to_pid(process) == 0 || pid_namespace_of(of_process) != own_namespace) continue;
    const std::string tasks = of_process + "/task";
    for (const std::string& task : folder_names(tasks)) {
      std::string folder = fmt::format("{}/{}", tasks, task);
      const std::vector<pid_t> pids = pids_of(folder);
      if (pids.size() == own.size() && pids.back() == tid) return folder;
    }
  }
  return std::nullopt;
}

std::vector<SeenProcess> visible_processes(const std::string& proc) {
  std::vector<SeenProcess> seen;
  std::array<char, 32> self{};
  (void)::readlink((proc + "/self").c_str(), self.data(), self.size() - 1);
  for (const std::string& name : folder_names(proc)) {
    const pid_t number = to_pid(name);
    if (number == 0 || name == self.data()) continue;
    const std::string folder = fmt::format("{}/{}", proc, name);
    const std::optional<ProcessState> state = process_state(folder);
    if (!state || state->is_dead()) continue;
    const std::vector<pid_t> pids = pids_of(folder);
    seen.push_back({pids.empty() ? number : pids.back(), state->start_time, pid_namespace_of(folder)});
  }
  return seen;
}

}  // namespace uproar
