#include "kernel/provenance.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/fd.h"
#include "base/lines.h"

namespace uproar {
namespace {

// "0x1234 DEVICE INODE PATH": the path comes last because it may hold anything but a newline.
std::string place_key(uint64_t file_offset) {
  return std::to_string(file_offset) + " ";
}

std::string line_of(uint64_t file_offset, uint64_t device, uint64_t inode, const std::string& path) {
  return place_key(file_offset) + std::to_string(device) + " " + std::to_string(inode) + " " + path;
}

Result<void> make_folder(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string parent = path.substr(0, end);
    if (::mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST)
      return system_error("cannot make " + parent, errno);
    if (end == std::string::npos) return {};
  }
}

}  // namespace

std::string Provenance::file_of(const std::string& group, const std::string& event) const {
  return folder_ + "/" + group + "." + event;
}

Result<void> Provenance::remember(const ProbePlan& plan) const {
  TRY(make_folder(folder_));
  std::string name = file_of(plan.group, plan.event);
  TRY_ASSIGN(Fd file, open_file(name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW));
  std::string lines;
  for (const ProbeSite& site : plan.sites)
    lines += line_of(site.file_offset, plan.file.device, plan.file.inode, site.path) + "\n";
  return write_all(file.get(), lines, name);
}

void Provenance::forget(const std::string& group, const std::string& event) const {
  ::unlink(file_of(group, event).c_str());
}

std::optional<bool> Provenance::is_same_file(const std::string& group, const std::string& event,
                                             const std::string& path, uint64_t file_offset) const {
  auto text = read_file(file_of(group, event), size_t{16} << 20);
  if (!text.ok()) return std::nullopt;
  struct stat now {};
  bool there = ::stat(path.c_str(), &now) == 0;
  std::string unchanged = line_of(file_offset, now.st_dev, now.st_ino, path);
  std::optional<bool> answer;
  // The last line about the place counts: the event may have been removed by others and defined again.
  std::string_view rest = *text;
  for (std::string_view line; take_ended_line(rest, line);) {
    if (line.starts_with(place_key(file_offset)) && line.ends_with(" " + path))
      answer = there && line == unchanged;
  }
  return answer;
}

}  // namespace uproar
