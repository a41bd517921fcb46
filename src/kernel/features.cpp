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
#include "kernel/bpf/bpf_features.h"
#include "kernel/lockdown.h"
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

// Trying needs what recording needs; without it the release has to tell.
void probe_bpf(Capabilities& out) {
  out.uprobe_multi = out.bpf_syscall && kernel_version(out.kernel_release) >= 6006;
  if (!out.bpf_syscall || !(out.cap_sys_admin || (out.cap_bpf && out.cap_perfmon))) return;
  const BpfFeatures tried = probe_bpf_features();
  out.bpf_refused = !tried.maps || !tried.programs;
  if (!out.bpf_refused) out.uprobe_multi = tried.uprobe_multi;
}

}  // namespace

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
  // It cannot be tried without making something, so the release has to tell.
  out.ring_mmap = kernel_version(out.kernel_release) >= 6010;
  probe_bpf(out);
  out.lockdown = lockdown_mode();
  long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
  out.cpus = cpus > 0 ? static_cast<uint32_t>(cpus) : 0;
  return out;
}

}  // namespace uproar
