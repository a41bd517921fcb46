#include "capture/text_import.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "recording/text_feeder.h"

namespace uproar {

Result<RecordOutcome> import_text(const std::string& path, SessionInfo session, RecordingWriter& writer) {
  Fd file;
  int fd = STDIN_FILENO;
  if (path != "-") {
    TRY_ASSIGN(file, open_file(path, O_RDONLY));
    fd = file.get();
  }
  session.via = "text";
  session.clock = "text";
  TRY(writer.write_session(session));

  TextFeeder feeder(writer, {});
  std::string buffer(256 * 1024, '\0');
  for (;;) {
    ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read " + path, errno);
    if (got == 0) break;
    TRY(feeder.feed(std::string_view(buffer.data(), static_cast<size_t>(got))));
  }
  TRY(feeder.finish());
  if (feeder.records() == 0 && feeder.unreadable_lines() > 0) {
    return Error{path + " holds no trace text", {}, "give what `cat trace_pipe` or `cat trace` printed", 0};
  }

  RecordOutcome outcome;
  outcome.summary.events = feeder.records();
  outcome.summary.lost = feeder.lost();
  if (feeder.unreadable_lines() > 0) {
    outcome.warning = std::to_string(feeder.unreadable_lines()) + " lines are no events and were left out";
  }
  TRY(writer.finish(outcome.summary));
  outcome.bytes = writer.bytes_written();
  return outcome;
}

}  // namespace uproar
