#include "commands/record_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace uproar {
namespace {

Error cannot_write(const std::string& path, int errno_value) {
  Error error = system_error("cannot write " + path, errno_value);
  error.remedy =
      errno_value == EROFS || errno_value == EACCES || errno_value == ENOENT || errno_value == EPERM
          ? "choose a place that can be written with -o FILE"
          : "choose another file with -o FILE";
  return error;
}

}  // namespace

Result<RecordOutput> RecordOutput::open(const std::string& path) {
  RecordOutput output;
  output.path_ = path;
  if (path == "-") {
    output.fd_.reset(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!output.fd_.valid()) return system_error("cannot write standard output", errno);
    if (::isatty(output.fd_.get())) {
      return Error{"a recording is binary and would spoil the terminal",
                   {},
                   "send standard output to a file or a pipe, or give -o FILE",
                   0};
    }
    return output;
  }
  struct stat status {};
  bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return cannot_write(path, EISDIR);
  if (exists && !S_ISREG(status.st_mode)) {  // a pipe or a device: nothing to keep
    output.fd_.reset(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!output.fd_.valid()) return cannot_write(path, errno);
    return output;
  }
  if (exists) {
    if (::rename(path.c_str(), (path + ".old").c_str()) < 0) return cannot_write(path, errno);
    output.moved_old_ = true;
  }
  output.fd_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  int failure = errno;
  output.created_ = true;  // the destructor puts the old file back
  if (!output.fd_.valid()) return cannot_write(path, failure);
  return output;
}

RecordOutput::RecordOutput(RecordOutput&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::move(other.fd_)),
      created_(std::exchange(other.created_, false)),
      moved_old_(other.moved_old_) {}

RecordOutput::~RecordOutput() {
  if (!created_) return;
  if (moved_old_) {
    ::rename((path_ + ".old").c_str(), path_.c_str());
  } else {
    ::unlink(path_.c_str());
  }
}

}  // namespace uproar
