#include "kernel/folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace uproar {

std::vector<std::string> folder_names(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(path, error);
  // increment() with an error code ends the walk; what was seen until then is kept, because tasks vanish
  // while /proc is read.
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace uproar
