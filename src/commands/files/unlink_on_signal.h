// A temporary file that a signal must not leave behind.
#pragma once

#include <string>

namespace uproar {

// While it lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT remove the file before they end the program as they
// would have. For commands that have nothing else to take down. One at a time.
class UnlinkOnSignal {
 public:
  // An empty path: nothing to remove. It may be renamed before this goes, not after.
  explicit UnlinkOnSignal(const std::string& path);
  UnlinkOnSignal(const UnlinkOnSignal&) = delete;
  UnlinkOnSignal& operator=(const UnlinkOnSignal&) = delete;
  ~UnlinkOnSignal();
};

}  // namespace uproar
