// Running the real uproar program, and other programs, from a live test.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace uproar::live {

struct Ran {
  int status = -1;  // exit status, or 128 + signal
  pid_t pid = -1;
  std::string out;
  std::string err;  // without what uproar says of leftovers of other recorders
};

// A program that runs, its output going to files.
class Running {
 public:
  explicit Running(const std::vector<std::string>& command, const std::string& input = {});
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();  // kills what still runs
  pid_t pid() const { return pid_; }
  void signal(int number) const;
  Ran wait();
  std::string err_so_far() const;

 private:
  pid_t pid_ = -1;
  bool waited_ = false;
  int out_ = -1;
  int err_ = -1;
};

Ran run(const std::vector<std::string>& command, const std::string& input = {});

// build/uproar.
std::string uproar_path();
// A copy of build/target_<name> that this process alone runs, in a folder that goes with it.
std::string target_path(const std::string& name);
Ran uproar(std::vector<std::string> arguments, const std::string& input = {});

std::vector<std::string> lines_of(const std::string& text);
std::vector<nlohmann::json> json_lines_of(const std::string& text);

// Waits until `condition` holds, half a minute at most, since machines are busy; says whether it does.
template <typename Condition>
bool eventually(Condition condition, int milliseconds = 30'000);

// Skips where the kernel or the user's rights forbid recording; gives each test a folder of its own; checks
// afterwards that none of the recorders it started left anything in the kernel.
class LiveTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  std::string file(const std::string& name) const { return folder_.path(name); }
  // record … -o FILE must succeed.
  void record(std::vector<std::string> arguments);
  std::vector<nlohmann::json> events() const;  // of the recording, script --json
  nlohmann::json info() const;
  std::string recording() const { return file("out.upr"); }

 private:
  TemporaryFolder folder_;
};

// What a recorder with this pid has in the kernel: names of events and instances.
std::vector<std::string> traces_of(pid_t pid);
// True once the recorder has switched its probes on.
bool is_recording(pid_t pid);
// "instances/uproar-…" of a process that records, without its -tasks; empty: none.
std::string instance_of(pid_t pid);

void sleep_ms(int milliseconds);

template <typename Condition>
bool eventually(Condition condition, int milliseconds) {
  for (int waited = 0; waited < milliseconds; waited += 10) {
    if (condition()) return true;
    sleep_ms(10);
  }
  return condition();
}

}  // namespace uproar::live
