// tracefs as a folder: where it is, and reading and writing its files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace uproar {

// All paths stay below the root, so that a test can give it a folder of captured files.
class Tracefs {
 public:
  // The one at mounted_tracefs(). Errors: not mounted, no permission, no uprobe_events (kernel without
  // CONFIG_UPROBE_EVENTS), each with its remedy.
  static Result<Tracefs> locate();
  // Any folder, nothing checked.
  explicit Tracefs(std::string root) : root_(std::move(root)) {}

  // What locate() checks of a folder: it can be listed and has uprobe_events.
  Result<void> check() const;

  const std::string& root() const { return root_; }
  std::string path(std::string_view relative) const { return root_ + "/" + std::string(relative); }
  Result<std::string> read(std::string_view relative) const;
  // One write(2) to an existing file, opened with O_WRONLY and `extra_flags` (O_TRUNC clears lists such as
  // set_event_pid; never use it on uprobe_events). EINTR is handed back and not retried: it is how tracefs
  // says that perf holds an event.
  Result<void> write(std::string_view relative, std::string_view text, int extra_flags = 0) const;
  bool exists(std::string_view relative) const;
  // Names in a folder, sorted; empty if it cannot be listed.
  std::vector<std::string> list(std::string_view relative) const;

 private:
  std::string root_;
};

// Where tracefs is mounted: /sys/kernel/tracing if it is there among other places, since a user who may use
// that one may not be let into debugfs; empty: nowhere. This mounts nothing, which would outlive the program,
// but for what the kernel itself does where debugfs is looked into.
std::string mounted_tracefs();

// Where the kernel has done so for this process: it stays mounted. Empty: nowhere.
std::string tracefs_mounted_by_looking();

// Where /proc/mounts says that tracefs is, /sys/kernel/tracing if it is among several; empty: nowhere. Pure.
std::string find_tracefs_mount(std::string_view mounts);

// False if another file system is mounted over the mount point; true also where the user may not look.
bool is_tracefs(const std::string& folder);

// Why the tracefs at `root` cannot be listed, with the remedy. `lockdown` is the active mode, empty if there
// is none. Pure.
Error explain_tracefs_access(const std::string& root, int errno_value, std::string_view lockdown);

// Whether a text can stand as one component of a path below tracefs, and as a name in a "-:GROUP/EVENT"
// command: not empty, no '/', no blanks or control bytes, no '#', not "." or "..".
bool is_plain_name(std::string_view name);

}  // namespace uproar
