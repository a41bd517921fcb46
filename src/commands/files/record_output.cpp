#include "commands/files/record_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace uproar {
namespace {

Error cannot_write(const std::string& path, int errno_value, const std::string& how) {
  Error error = system_error("cannot write " + path, errno_value);
  error.remedy =
      errno_value == EROFS || errno_value == EACCES || errno_value == ENOENT || errno_value == EPERM
          ? "choose a place that can be written " + how
          : "choose another file " + how;
  return error;
}

// The file at the end of symbolic links, there or not. `magic`: one of them is the kernel's (/dev/stdout), whose
// text is no name to write beside.
std::string followed(std::string path, bool& magic) {
  constexpr int kMostLinks = 40;  // as the kernel takes (include/linux/namei.h MAXSYMLINKS)
  for (int links = 0; links < kMostLinks; ++links) {
    std::array<char, PATH_MAX> target;
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size <= 0) break;
    struct statfs about {};
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    if (::statfs(folder.c_str(), &about) == 0 && about.f_type == PROC_SUPER_MAGIC) {
      magic = true;
      return path;
    }
    const std::string next(target.data(), static_cast<size_t>(size));
    path =
        next.starts_with('/') ? next : fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", next);
  }
  return path;
}

}  // namespace

Result<RecordOutput> RecordOutput::open(const std::string& path, const Options& options) {
  const std::string& how = options.choose;
  RecordOutput output;
  output.options_ = options;
  output.path_ = path;
  if (path == "-") {
    output.fd_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!output.fd_.valid()) return system_error("cannot write standard output", errno);
    if (!options.is_text && ::isatty(output.fd_.get())) {
      return Error{options.what + " is binary and would spoil the terminal",
                   {},
                   "send standard output to a file or a pipe, or " + options.choose_instead,
                   0};
    }
    return output;
  }
  if (path.empty()) return Error{"the name of the output is empty", {}, "choose a file " + how, 0};
  struct stat status {};
  bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR, how);
  bool magic = false;
  output.path_ = followed(path, magic);
  if (exists &&
      (magic || !S_ISREG(status.st_mode))) {  // a pipe, a device, what is open already: nothing to keep
    output.fd_.reset(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!output.fd_.valid()) return cannot_write(path, errno, how);
    return output;
  }
  std::string temporary = output.path_ + ".XXXXXX";
  output.fd_.reset(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!output.fd_.valid()) return cannot_write(path, errno, how);
  output.temporary_ = std::move(temporary);
  return output;
}

Result<void> RecordOutput::keep() {
  if (temporary_.empty()) return {};
  struct stat status {};
  bool exists = ::lstat(path_.c_str(), &status) == 0;
  if (exists && ::rename(path_.c_str(), (path_ + ".old").c_str()) < 0)
    return cannot_write(path_ + ".old", errno, options_.choose);
  if (::rename(temporary_.c_str(), path_.c_str()) < 0) return cannot_write(path_, errno, options_.choose);
  temporary_.clear();
  return {};
}

void RecordOutput::sync_folder() const {
  if (path_ == "-") return;
  size_t slash = path_.rfind('/');
  std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path_.substr(0, slash);
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.valid()) (void)::fsync(fd.get());  // some file systems cannot, and then need not
}

RecordOutput::RecordOutput(RecordOutput&& other) noexcept
    : path_(std::move(other.path_)),
      options_(std::move(other.options_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)) {}

RecordOutput::~RecordOutput() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

}  // namespace uproar
