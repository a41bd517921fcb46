#include "resolve/target/mapped_files.h"

#include <algorithm>

#include "base/lines.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

std::string_view next_word(std::string_view& line) {
  size_t start = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(start);
  size_t end = std::min(line.find(' '), line.size());
  std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

// The kernel writes a newline in a path as \012 (fs/proc/task_mmu.c show_map_vma) and nothing else that way.
std::string unescape(std::string_view path) {
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path.substr(i, 4) == "\\012") {
      out += '\n';
      i += 3;
    } else {
      out += path[i];
    }
  }
  return out;
}

bool parse_line(std::string_view line, MappedFile& file) {
  std::string_view range = next_word(line);
  std::string_view permissions = next_word(line);
  next_word(line);  // offset
  std::string_view device = next_word(line);
  auto inode = parse_decimal(next_word(line));
  size_t start = line.find_first_not_of(' ');
  if (permissions.size() < 3 || permissions[2] != 'x' || !inode || *inode == 0 ||
      start == std::string_view::npos) {
    return false;
  }
  std::string_view path = line.substr(start);
  if (path.front() != '/') return false;
  file.deleted = path.size() > kDeleted.size() && path.substr(path.size() - kDeleted.size()) == kDeleted;
  if (file.deleted) path.remove_suffix(kDeleted.size());
  file.path = unescape(path);
  file.range = range;
  file.device = device;
  file.inode = *inode;
  return true;
}

constexpr std::string_view kMemoryFile = "/memfd:";

std::string_view base_name(const MappedFile& file) {
  std::string_view path = file.path;
  if (file.deleted && path.substr(0, kMemoryFile.size()) == kMemoryFile)
    path.remove_prefix(kMemoryFile.size());
  return path.substr(path.rfind('/') + 1);
}

bool is_path_end(std::string_view path, std::string_view name) {
  if (path.size() < name.size() || path.substr(path.size() - name.size()) != name) return false;
  return path.size() == name.size() || name.front() == '/' || path[path.size() - name.size() - 1] == '/';
}

}  // namespace

std::vector<MappedFile> parse_mapped_files(std::string_view maps) {
  std::vector<MappedFile> files;
  for (std::string_view line : Lines(maps)) {
    MappedFile file;
    if (parse_line(line, file)) {
      bool known = std::any_of(files.begin(), files.end(), [&](const MappedFile& each) {
        return each.inode == file.inode && each.device == file.device && each.path == file.path;
      });
      if (!known) files.push_back(std::move(file));
    }
  }
  return files;
}

std::vector<const MappedFile*> find_mapped_file(const std::vector<MappedFile>& files, std::string_view name) {
  std::vector<const MappedFile*> exact;
  std::vector<const MappedFile*> longer;
  for (const MappedFile& file : files) {
    std::string_view base = base_name(file);
    bool matches = name.find('/') == std::string_view::npos ? base == name || file.path.substr(1) == name
                                                            : is_path_end(file.path, name);
    if (matches) exact.push_back(&file);
    bool goes_on = base.size() > name.size() && base.substr(0, name.size()) == name &&
                   (base[name.size()] == '.' || base[name.size()] == '-');
    if (goes_on) longer.push_back(&file);
  }
  return exact.empty() ? longer : exact;
}

}  // namespace uproar
