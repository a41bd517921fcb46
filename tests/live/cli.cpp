#include "cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <sstream>

#include "base/fd.h"
#include "kernel/features.h"
#include "kernel/ownership.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"

namespace uproar::live {
namespace {

// Recorders that this process started, to see that none left anything behind.
std::vector<pid_t>& started() {
  static std::vector<pid_t> pids;
  return pids;
}

// A temporary folder whose programs other users may run, too.
class OpenFolder : public TemporaryFolder {
 public:
  OpenFolder() { ::chmod(path().c_str(), 0755); }
};

int memory_file(const char* name) {
  return ::memfd_create(name, MFD_CLOEXEC);
}

// Whoever starts first tells what a killed recorder left, of other programs and tests too: that is no part of
// what this one says.
std::string without_leftovers_of_others(const std::string& text) {
  std::string rest;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    if (!line.starts_with("uproar: removed ") || !line.ends_with(", left by a recorder that was killed\n"))
      rest += line;
    at = end;
  }
  return rest;
}

std::string content(int fd) {
  std::string text;
  char buffer[65536];
  off_t at = 0;
  for (ssize_t got; (got = ::pread(fd, buffer, sizeof buffer, at)) > 0; at += got)
    text.append(buffer, static_cast<size_t>(got));
  return text;
}

}  // namespace

void sleep_ms(int milliseconds) {
  ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
}

Running::Running(const std::vector<std::string>& command, const std::string& input)
    : out_(memory_file("out")), err_(memory_file("err")) {
  int in = memory_file("in");
  [[maybe_unused]] ssize_t put = ::write(in, input.data(), input.size());
  ::lseek(in, 0, SEEK_SET);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(in, 0);
    ::dup2(out_, 1);
    ::dup2(err_, 2);
    std::vector<char*> argv;
    for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(in);
  started().push_back(pid_);
}

Running::~Running() {
  if (!waited_) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  ::close(out_);
  ::close(err_);
}

void Running::signal(int number) const {
  ::kill(pid_, number);
}

Ran Running::wait() {
  int raw = 0;
  ::waitpid(pid_, &raw, 0);
  waited_ = true;
  return {WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw), pid_, content(out_),
          without_leftovers_of_others(content(err_))};
}

std::string Running::err_so_far() const {
  return content(err_);
}

Ran run(const std::vector<std::string>& command, const std::string& input) {
  return Running(command, input).wait();
}

std::string uproar_path() {
  return std::string(UPROAR_BINARY_DIR) + "/uproar";
}
std::string target_path(const std::string& name) {
  // Probes belong to a file: with one of its own this process sees no hits of other runs of the tests.
  static const OpenFolder own;
  const std::string path = own.path() + "/target_" + name;
  std::error_code none;
  if (!std::filesystem::exists(path, none))
    std::filesystem::copy_file(std::string(UPROAR_BINARY_DIR) + "/target_" + name, path, none);
  return path;
}

Ran uproar(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), uproar_path());
  return run(arguments, input);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<nlohmann::json> json_lines_of(const std::string& text) {
  std::vector<nlohmann::json> objects;
  for (const std::string& line : lines_of(text)) objects.push_back(nlohmann::json::parse(line));
  return objects;
}

std::vector<std::string> traces_of(pid_t pid) {
  std::vector<std::string> traces;
  auto tracefs = Tracefs::locate();
  if (!tracefs.ok()) return traces;
  if (auto listed = list_uprobe_events(*tracefs); listed.ok()) {
    std::string prefix = "uproar_" + std::to_string(pid) + "_";
    for (const ListedEvent& event : *listed) {
      if (event.group.rfind(prefix, 0) == 0) traces.push_back(event.group + "/" + event.name);
    }
  }
  std::string instance = "uproar-" + std::to_string(pid);
  for (const std::string& name : tracefs->list("instances")) {
    if (name == instance || name.rfind(instance + "-", 0) == 0) traces.push_back("instances/" + name);
  }
  return traces;
}

std::string instance_of(pid_t pid) {
  auto tracefs = Tracefs::locate();
  if (!tracefs.ok()) return {};
  for (const std::string& name : tracefs->list("instances")) {
    const auto owner = owner_of_instance(name);
    if (owner && owner->pid == pid && !name.ends_with("-tasks")) return "instances/" + name;
  }
  return {};
}

bool is_recording(pid_t pid) {
  auto tracefs = Tracefs::locate();
  if (!tracefs.ok()) return false;
  auto enabled = tracefs->read(instance_of(pid) + "/set_event");
  return enabled.ok() && enabled->find(':') != std::string::npos;
}

void LiveTest::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  auto tracefs = Tracefs::locate();
  if (!tracefs.ok()) GTEST_SKIP() << render(tracefs.error());
  if (!probe_capabilities().uprobe_events_writable) GTEST_SKIP() << "uprobe events cannot be defined here";
  started().clear();
}

void LiveTest::TearDown() {
  for (pid_t pid : started())
    EXPECT_EQ(traces_of(pid), std::vector<std::string>()) << "left by process " << pid;
}

void LiveTest::record(std::vector<std::string> arguments) {
  std::vector<std::string> command{"record", "-o", recording()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Ran ran = uproar(command);
  ASSERT_EQ(ran.status, 0) << ran.err;
}

std::vector<nlohmann::json> LiveTest::events() const {
  Ran ran = uproar({"script", "--json", recording()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  return json_lines_of(ran.out);
}

nlohmann::json LiveTest::info() const {
  Ran ran = uproar({"info", "--json", recording()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  return nlohmann::json::parse(ran.out);
}

}  // namespace uproar::live
