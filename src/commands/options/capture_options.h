// What `record` and `trace` share: which events of whom are recorded, where, for how long, and through what.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/record_request.h"
#include "capture/session.h"
#include "commands/options/definition_options.h"
#include "commands/options/event_choice.h"
#include "commands/output/console.h"
#include "kernel/tracefs/tracefs.h"
#include "lower/choose_backend.h"

namespace uproar {

class CaptureOptions {
 public:
  // The first word that is no option begins the command to record, as in perf record.
  void declare(CLI::App& app);

  // The command, from the words that were no options and those behind "--". Errors: a word that looks like an
  // option, or like a definition that the shell has split.
  Result<void> take_command(const std::vector<std::string>& trailing);
  bool has_events() const { return !events_.empty(); }
  // Everything else that is wrong whatever the machine allows; fills request() as far as the options go.
  Result<void> check();
  // Looks at the machine: the tasks, the events, the back end. After check(). What it prints are warnings.
  Result<Tracefs> prepare(const std::string& command_line, Console& console);

  RecordRequest& request() { return request_; }
  const RecordRequest& request() const { return request_; }
  // 0: no limit.
  uint64_t most_events() const { return most_events_; }

 private:
  Result<void> check_split(const std::vector<std::string>& words,
                           const std::vector<std::string>& trailing) const;
  Result<void> check_call_graph();
  bool filter_without_event() const;
  std::vector<EventChoice> choices() const;
  Result<void> choose_backend_for(const ChosenEvents& events, Console& console);
  // What is recorded through if the kernel refuses the programs; null: nothing else can.
  std::shared_ptr<const RecordRequest> instead_of_bpf(const ChosenEvents& events,
                                                      const std::vector<BackendChoice>& choices) const;

  CLI::App* app_ = nullptr;
  std::vector<std::string> events_;
  std::vector<std::string> filters_;
  std::vector<std::string> processes_;
  std::vector<std::string> threads_;
  bool system_wide_ = false;
  std::string cpus_;
  std::string buffer_;
  std::string duration_;
  CLI::Option* duration_option_ = nullptr;
  std::string count_;
  uint64_t most_events_ = 0;
  std::string via_ = "auto";
  bool call_chains_ = false;
  std::string call_graph_;
  DefinitionOptions definition_;
  RecordRequest request_;
};

// A reader that is gone and a file size limit become errors of write(2), so that everything is taken down in
// order.
void ignore_write_signals();

// What a person should know of a recording that is over: hits of others, calls without a return, and where a larger
// buffer would have helped.
void note_hits(const RecordOutcome& outcome, Console& console);

}  // namespace uproar
