#include "commands/output/console.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/lines.h"
#include "replay/escape.h"

namespace uproar {
namespace {
constexpr size_t kBufferBytes = 64 * 1024;
// What an unprivileged process may ask for (kernel: fs/pipe.c pipe_max_size).
constexpr int kPipeBytes = 1024 * 1024;
constexpr int kLookMs = 100;  // between two looks at whether there is room
constexpr std::string_view kEraseLine = "\r\x1b[K";

// File names and the user's own words may hold anything; what they hold must not steer the terminal.
std::string harmless(std::string_view text) {
  std::string out;
  for (std::string_view line; take_ended_line(text, line); out += '\n')
    append_escaped(line, Escape::Terminal, out);
  append_escaped(text, Escape::Terminal, out);
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  append_escaped(text, Escape::Terminal, out);
  return out;
}
}  // namespace

Console::Console(int out, int err)
    : out_(out), err_(err), out_is_terminal_(::isatty(out) == 1), err_is_terminal_(::isatty(err) == 1) {
  // In a pipe of the usual 64 KiB writer and reader wait for each other a thousand times a second. What is no
  // pipe refuses.
  (void)::fcntl(out, F_SETPIPE_SZ, kPipeBytes);
}

Console::~Console() {
  flush();
}

void Console::print(std::string_view text) {
  if (!ok_) return;
  if (text.size() >= kBufferBytes) {
    flush();
    return write_out(text);
  }
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes || out_is_terminal_) flush();
}

void Console::flush() {
  write_out(buffer_);
  buffer_.clear();
}

bool Console::print_now(std::string_view text, const std::function<bool()>& give_up) {
  flush();
  while (ok_ && !text.empty()) {
    pollfd room{out_, POLLOUT, 0};
    if (::poll(&room, 1, kLookMs) <= 0) {
      ok_ = !give_up();
      continue;
    }
    // So much a pipe takes at once when it says that it has room (kernel: fs/pipe.c pipe_poll, pipe_writable).
    const std::string_view part = text.substr(0, PIPE_BUF);
    text.remove_prefix(part.size());
    write_out(part);
  }
  return ok_;
}

bool Console::reader_is_gone() const {
  pollfd out{out_, 0, 0};
  return ::poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

void Console::write_out(std::string_view text) {
  if (!ok_ || text.empty()) return;
  Result<void> written = write_all(out_, text, "standard output");
  if (written.ok()) return;
  ok_ = false;
  if (written.error().sys_errno != EPIPE) error(written.error());
}

void Console::write_err(std::string_view text) {
  if (status_shown_) {
    status_shown_ = false;
    (void)write_all(err_, kEraseLine, "standard error");
  }
  (void)write_all(err_, text, "standard error");
}

void Console::error(const Error& error) {
  flush();
  write_err("uproar: " + render(Error{one_line(error.message), harmless(error.excerpt),
                                      one_line(error.remedy), error.sys_errno}));
}

void Console::warn(std::string_view message) {
  if (quiet_) return;
  flush();
  write_err("uproar: warning: " + one_line(message) + "\n");
}

void Console::note(std::string_view text) {
  if (quiet_) return;
  flush();
  write_err(harmless(text));
}

void Console::status_line(std::string_view text) {
  if (quiet_ || !err_is_terminal_) return;
  (void)write_all(err_, std::string(kEraseLine) + std::string(text), "standard error");
  status_shown_ = true;
}

}  // namespace uproar
