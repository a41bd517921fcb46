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
  // The mounted tracefs (libtracefs finds it; it mounts it if it is not and the user may). Errors: not mounted and not
  // mountable, no permission, no uprobe_events (kernel without CONFIG_UPROBE_EVENTS), each with its remedy.
  static Result<Tracefs> locate();
  // Any folder, nothing checked.
  explicit Tracefs(std::string root) : root_(std::move(root)) {}

  const std::string& root() const { return root_; }
  std::string path(std::string_view relative) const { return root_ + "/" + std::string(relative); }
  Result<std::string> read(std::string_view relative) const;
  Result<void> write(std::string_view relative, std::string_view text) const;
  bool exists(std::string_view relative) const;
  // Names in a folder, sorted; empty if it cannot be listed.
  std::vector<std::string> list(std::string_view relative) const;

 private:
  std::string root_;
};

}  // namespace uproar
