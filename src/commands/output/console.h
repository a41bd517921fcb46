// Where commands print: the only place of the program that does.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace uproar {

// Exit statuses that scripts rely on.
enum ExitStatus { kDone = 0, kFailed = 1, kUsage = 2 };

// Buffers standard output; errors and notes go to standard error at once, control characters in them made
// visible. The descriptors are the caller's.
class Console {
 public:
  Console(int out, int err);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void print(std::string_view text);  // standard output
  void flush();
  // At once, and without waiting for ever for whoever reads: while nothing can be written, `give_up` is asked ten times a
  // second. False: it has given up, or standard output refuses; from then on ok() is false.
  bool print_now(std::string_view text, const std::function<bool()>& give_up);
  // Nobody reads the pipe that standard output is: known without writing to it.
  bool reader_is_gone() const;
  // False once standard output has refused a write (a closed pipe, a full disk): then stop printing.
  bool ok() const { return ok_; }

  void error(const Error& error);           // "uproar: error: …"
  void warn(std::string_view message);      // "uproar: warning: …", silenced by quiet
  void note(std::string_view text);         // as it is, silenced by quiet
  void status_line(std::string_view text);  // overwrites itself; only on a terminal, silenced by quiet

  bool out_is_terminal() const { return out_is_terminal_; }
  bool err_is_terminal() const { return err_is_terminal_; }
  void set_quiet(bool quiet) { quiet_ = quiet; }

 private:
  void write_out(std::string_view text);
  void write_err(std::string_view text);
  int out_;
  int err_;
  bool out_is_terminal_;
  bool err_is_terminal_;
  bool quiet_ = false;
  bool ok_ = true;
  bool status_shown_ = false;
  std::string buffer_;
};

}  // namespace uproar
