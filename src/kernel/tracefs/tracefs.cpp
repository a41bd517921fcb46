#include "kernel/tracefs/tracefs.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/lines.h"
#include "kernel/lockdown.h"

// libtracefs's own header is no valid C++ (an int given for an enum, in version 1.6), so the one function is
// declared here.
extern "C" int tracefs_tracing_dir_is_mounted(bool mount, const char** path);

namespace uproar {
namespace {

std::string mounted_by_looking;

constexpr const char* kMountRemedy = "mount it as root: mount -t tracefs tracefs /sys/kernel/tracing";

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

Error explain_not_mounted() {
  // sysfs makes this mount point only if the kernel has tracing.
  if (::access("/sys/kernel", F_OK) == 0 && ::access("/sys/kernel/tracing", F_OK) != 0 && errno == ENOENT) {
    return Error{"this kernel has no tracefs", {}, "use a kernel built with CONFIG_UPROBE_EVENTS=y", ENOENT};
  }
  return Error{"tracefs is not mounted", {}, kMountRemedy, ENOENT};
}

}  // namespace

Error explain_tracefs_access(const std::string& root, int errno_value, std::string_view lockdown) {
  if (errno_value == EPERM && lockdown == "confidentiality") {
    return Error{"kernel lockdown (confidentiality) forbids the use of tracefs",
                 {},
                 "boot without lockdown=confidentiality; secure boot may have to be switched off for that",
                 errno_value};
  }
  if (errno_value == EACCES || errno_value == EPERM) {
    return Error{
        "this user may not use tracefs at " + root, {}, "run it as root: sudo uproar …", errno_value};
  }
  if (errno_value == ENOENT || errno_value == ENOTDIR) {
    return Error{"there is no tracefs at " + root, {}, kMountRemedy, errno_value};
  }
  return system_error("cannot use tracefs at " + root, errno_value);
}

bool is_tracefs(const std::string& folder) {
  struct statfs about {};
  return ::statfs(folder.c_str(), &about) != 0 || about.f_type == TRACEFS_MAGIC;
}

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

std::string mounted_tracefs() {
  constexpr size_t kMost = size_t{1} << 20;
  Result<std::string> mounts = read_file("/proc/self/mounts", kMost);
  std::string where = mounts.ok() ? find_tracefs_mount(*mounts) : std::string();
  // Where debugfs is mounted and nobody has looked yet, the kernel mounts one below it now.
  const char* found = nullptr;
  if (where.empty() && tracefs_tracing_dir_is_mounted(false, &found) == 1 && found) {
    where = found;
    // It was in no list of mounts before.
    if (is_tracefs(where)) mounted_by_looking = where;
  }
  return is_tracefs(where) ? where : std::string();
}

std::string tracefs_mounted_by_looking() {
  return mounted_by_looking;
}

Result<Tracefs> Tracefs::locate() {
  const std::string found = mounted_tracefs();
  if (found.empty()) return explain_not_mounted();
  Tracefs tracefs{found};
  TRY(tracefs.check());
  return tracefs;
}

Result<void> Tracefs::check() const {
  // Opening, not access(2): lockdown and mount options refuse only the real thing.
  DIR* folder = ::opendir(root_.c_str());
  if (!folder) {
    int refused = errno;
    return explain_tracefs_access(root_, refused, lockdown_mode());
  }
  ::closedir(folder);
  Result<Fd> events = open_file(path("uprobe_events"), O_RDONLY);
  if (events.ok()) return {};
  if (events.error().sys_errno == ENOENT) {
    return Error{
        "this kernel has no uprobe events", {}, "use a kernel built with CONFIG_UPROBE_EVENTS=y", ENOENT};
  }
  return explain_tracefs_access(root_, events.error().sys_errno, lockdown_mode());
}

Result<std::string> Tracefs::read(std::string_view relative) const {
  return read_file(path(relative));
}

Result<void> Tracefs::write(std::string_view relative, std::string_view text, int extra_flags) const {
  const std::string name = path(relative);
  TRY_ASSIGN(Fd file, open_file(name, O_WRONLY | extra_flags));
  ssize_t put = ::write(file.get(), text.data(), text.size());
  if (put < 0) return system_error("cannot write " + name, errno);
  if (static_cast<size_t>(put) != text.size()) return system_error("short write to " + name, EIO);
  return {};
}

bool Tracefs::exists(std::string_view relative) const {
  return ::access(path(relative).c_str(), F_OK) == 0;
}

std::vector<std::string> Tracefs::list(std::string_view relative) const {
  return folder_names(path(relative));
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  for (char c : name) {
    auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '/' || c == '#') return false;
  }
  return true;
}

}  // namespace uproar
