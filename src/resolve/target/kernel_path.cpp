#include "resolve/target/kernel_path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "base/fd.h"

namespace uproar {

bool kernel_can_read(std::string_view path) {
  return path.find_first_of(" \t\n\v\f\r#") == std::string_view::npos;
}

Result<std::string> path_by_descriptor(const std::string& path) {
  static std::map<std::string, Fd> kept;
  auto found = kept.find(path);
  if (found == kept.end()) {
    TRY_ASSIGN(Fd fd, open_file(path, O_PATH));
    found = kept.emplace(path, std::move(fd)).first;
  }
  return fmt::format("/proc/{}/fd/{}", ::getpid(), found->second.get());
}

}  // namespace uproar
