#include "kernel/features.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/kernel_version.h"
#include "base/lines.h"
#include "base/number.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {
namespace {

constexpr size_t kSmall = size_t{1} << 20;

std::string read_or_empty(const std::string& path) {
  Result<std::string> text = read_file(path, kSmall);
  return text.ok() ? std::move(*text) : std::string();
}

bool can_list(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder) ::closedir(folder);
  return folder != nullptr;
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

std::string_view take_field(std::string_view& line) {
  size_t end = line.find(' ');
  std::string_view field = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return field;
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// /proc/mounts writes blanks and backslashes of a path as \040 and so on.
std::string unescaped(std::string_view path) {
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\\' && path.size() - i > 3 && is_octal(path[i + 1]) && is_octal(path[i + 2]) &&
        is_octal(path[i + 3])) {
      out += static_cast<char>((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 + (path[i + 3] - '0'));
      i += 3;
    } else {
      out += path[i];
    }
  }
  return out;
}

bool has(uint64_t capabilities, unsigned number) {
  return ((capabilities >> number) & 1) != 0;
}

void probe_tracefs(Capabilities& out) {
  out.tracefs_path = mounted_tracefs();
  out.tracefs_mounted = !out.tracefs_path.empty();
  if (!out.tracefs_mounted) return;
  const std::string& root = out.tracefs_path;
  out.tracefs_accessible = can_list(root);
  out.uprobe_events_present = exists(root + "/uprobe_events");
  // Opening for appending changes nothing, and unlike access(2) it meets lockdown too.
  out.uprobe_events_writable = open_file(root + "/uprobe_events", O_WRONLY | O_APPEND).ok();
  out.instances_writable =
      out.tracefs_accessible && ::faccessat(AT_FDCWD, (root + "/instances").c_str(), W_OK, AT_EACCESS) == 0;
  out.event_fork_option = exists(root + "/options/event-fork");
}

void probe_user(Capabilities& out) {
  const uint64_t capabilities = effective_capabilities(read_or_empty("/proc/self/status"));
  out.cap_sys_admin = has(capabilities, CAP_SYS_ADMIN);
  out.cap_perfmon = has(capabilities, CAP_PERFMON);
  out.cap_bpf = has(capabilities, CAP_BPF);
  out.cap_dac_override = has(capabilities, CAP_DAC_OVERRIDE);
}

void probe_perf_and_bpf(Capabilities& out) {
  std::string paranoid = read_or_empty("/proc/sys/kernel/perf_event_paranoid");
  while (paranoid.ends_with('\n')) paranoid.pop_back();
  if (std::optional<int64_t> level = parse_c_signed(paranoid))
    out.perf_event_paranoid = static_cast<int>(*level);
  out.perf_uprobe_pmu = exists("/sys/bus/event_source/devices/uprobe/type");
  // A command that does not exist: refused by every kernel that knows the call, before it looks at anything.
  out.bpf_syscall = ::syscall(SYS_bpf, -1, nullptr, 0) == 0 || errno != ENOSYS;
}

}  // namespace

std::string find_tracefs_mount(std::string_view mounts) {
  std::string found;
  while (!mounts.empty()) {
    std::string_view line = take_line(mounts);
    take_field(line);
    std::string_view where = take_field(line);
    if (take_field(line) != "tracefs") continue;
    if (where == "/sys/kernel/tracing") return std::string(where);
    if (found.empty()) found = unescaped(where);
  }
  return found;
}

std::string active_lockdown(std::string_view text) {
  size_t begin = text.find('[');
  size_t end = text.find(']', begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return std::string(text.substr(begin + 1, end - begin - 1));
}

uint64_t effective_capabilities(std::string_view status) {
  while (!status.empty()) {
    std::string_view line = take_line(status);
    constexpr std::string_view mark = "CapEff:\t";
    if (line.starts_with(mark)) return parse_hex_digits(line.substr(mark.size())).value_or(0);
  }
  return 0;
}

Capabilities probe_capabilities() {
  Capabilities out;
  utsname system{};
  if (::uname(&system) == 0) {
    out.kernel_release = system.release;
    out.machine = system.machine;
  }
  probe_tracefs(out);
  probe_user(out);
  probe_perf_and_bpf(out);
  // Neither can be tried without making something, so the release has to tell.
  out.ring_mmap = out.tracefs_mounted && kernel_version(out.kernel_release) >= 6010;
  out.uprobe_multi = out.bpf_syscall && kernel_version(out.kernel_release) >= 6006;
  out.lockdown = active_lockdown(read_or_empty("/sys/kernel/security/lockdown"));
  long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
  out.cpus = cpus > 0 ? static_cast<uint32_t>(cpus) : 0;
  return out;
}

}  // namespace uproar
