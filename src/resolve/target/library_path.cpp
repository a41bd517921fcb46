#include "resolve/target/library_path.h"

#include <algorithm>

#include "base/lines.h"

namespace uproar {
namespace {

bool has_flag(std::string_view flags, std::string_view wanted) {
  for (size_t start = 0; start <= flags.size();) {
    size_t comma = std::min(flags.find(',', start), flags.size());
    if (flags.substr(start, comma - start) == wanted) return true;
    start = comma + 1;
  }
  return false;
}

bool parse_line(std::string_view line, CachedLibrary& library) {
  constexpr std::string_view arrow = ") => ";
  size_t name_start = line.find_first_not_of(" \t");
  size_t parenthesis = line.find(" (");
  size_t end = line.find(arrow);
  if (name_start == std::string_view::npos || parenthesis == std::string_view::npos ||
      end == std::string_view::npos) {
    return false;
  }
  if (parenthesis < name_start || end < parenthesis + 2) return false;
  library.name = line.substr(name_start, parenthesis - name_start);
  library.flags = line.substr(parenthesis + 2, end - parenthesis - 2);
  library.path = line.substr(end + arrow.size());
  return !library.path.empty() && library.path.front() == '/';
}

}  // namespace

std::vector<CachedLibrary> parse_library_cache(std::string_view text) {
  std::vector<CachedLibrary> libraries;
  for (std::string_view line : Lines(text)) {
    CachedLibrary library;
    if (parse_line(line, library)) libraries.push_back(std::move(library));
  }
  return libraries;
}

std::vector<std::string> find_library(const std::vector<CachedLibrary>& cache, std::string_view name,
                                      std::string_view native) {
  std::vector<const CachedLibrary*> found;
  for (const CachedLibrary& library : cache) {
    if (library.name == name) found.push_back(&library);
  }
  const bool exact = !found.empty();
  if (!exact && name.ends_with(".so")) {
    const std::string prefix = std::string(name) + ".";
    for (const CachedLibrary& library : cache) {
      if (library.name.compare(0, prefix.size(), prefix) == 0) found.push_back(&library);
    }
  }
  auto others = std::stable_partition(
      found.begin(), found.end(), [&](const CachedLibrary* each) { return has_flag(each->flags, native); });
  if (others != found.begin()) found.erase(others, found.end());
  std::vector<std::string> paths;
  for (const CachedLibrary* each : found) {
    if (std::find(paths.begin(), paths.end(), each->path) == paths.end()) paths.push_back(each->path);
    if (exact) break;  // of one name the cache lists the file that the linker takes first
  }
  return paths;
}

}  // namespace uproar
