#include "commands/script_options.h"

#include <algorithm>

#include "base/cpu_list.h"
#include "base/number.h"
#include "commands/units.h"

namespace uproar {
namespace {

// "a,b" of each option that was given, in order.
std::vector<std::string> split_lists(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    size_t begin = 0;
    while (begin <= list.size()) {
      const size_t end = std::min(list.find(',', begin), list.size());
      if (end > begin) words.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return words;
}

Result<std::vector<int32_t>> task_numbers(const std::vector<std::string>& lists, const char* option) {
  std::vector<int32_t> numbers;
  for (const std::string& word : split_lists(lists)) {
    const auto number = parse_c_signed(word);
    if (!number || *number < -1 || *number > INT32_MAX)
      return Error{
          "'" + word + "' is no number of a task", {}, std::string("write ") + option + " 4711,4712", 0};
    numbers.push_back(static_cast<int32_t>(*number));
  }
  return numbers;
}

}  // namespace

void ScriptOptions::declare(CLI::App& app) {
  auto* style_option = app.add_option("--style", style, "whose text to print: perf, ftrace, trace-cmd")
                           ->check(CLI::IsMember({"perf", "ftrace", "trace-cmd"}))
                           ->type_name("NAME")
                           ->capture_default_str();
  auto* json_option = app.add_flag("--json", json, "one JSON object a line")->excludes(style_option);
  app.add_option("-F,--fields", fields, "what a line of perf's style holds: FIELD,… or +FIELD,-FIELD,…")
      ->type_name("LIST")
      ->allow_extra_args(false)
      ->excludes(json_option);
  app.add_flag("--ns", nanoseconds, "times with nanoseconds (styles perf and trace-cmd)")
      ->excludes(json_option);
  auto* relative_option = app.add_flag("--reltime", relative, "times since the first line that is printed");
  app.add_flag("--deltatime", delta, "times since the line before")->excludes(relative_option);

  app.add_option("-e,--event", events_, "only these events (pattern)")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  app.add_option("--time", time, "only these times: A,B in seconds, or shares as in 10%/2 or 0%-10%")
      ->type_name("TIMES");
  app.add_option("--filter", filter, "only events whose values fit, as in 'n > 100 && name ~ \"ab*\"'")
      ->type_name("EXPR");
  app.add_option("--pid", pids_, "only these processes")->type_name("LIST")->allow_extra_args(false);
  app.add_option("--tid", tids_, "only these threads")->type_name("LIST")->allow_extra_args(false);
  app.add_option("-c,--comms", comms_, "only tasks of these names")
      ->type_name("LIST")
      ->allow_extra_args(false);
  app.add_option("-C,--cpu", cpus_, "only these CPUs")->type_name("LIST")->allow_extra_args(false);
  app.add_option("-S,--symbols", symbols_, "only probes in these functions")
      ->type_name("LIST")
      ->allow_extra_args(false);

  app.add_flag("--header", header, "print where and how the recording was made, too");
  app.add_flag("--header-only", header_only, "print nothing else");
  app.add_flag("-I,--show-info", header_info, "the header with more");
  app.add_flag("--show-task-events", show_tasks, "also lines about new, renamed and ended tasks")
      ->excludes(json_option);
  app.add_flag("--show-mmap-events", show_maps, "also lines about maps")->excludes(json_option);
  app.add_flag("--show-lost-events", show_losses, "also lines about losses")->excludes(json_option);
  app.add_option("--max-stack", most_frames, "frames of a call chain at most")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--follow", follow, "go on with a file that is still written, until its recorder ends");
  app.add_flag("-G,--hide-call-graph", hide_stacks, "print no call chains");
}

Result<SelectionRequest> ScriptOptions::selection() const {
  SelectionRequest request;
  request.events = split_lists(events_);
  TRY_ASSIGN(request.pids, task_numbers(pids_, "--pid"));
  TRY_ASSIGN(request.tids, task_numbers(tids_, "--tid"));
  request.comms = split_lists(comms_);
  request.symbols = split_lists(symbols_);
  request.filter = filter;
  for (const std::string& list : cpus_) {
    const auto cpus = parse_cpu_list(list);
    if (!cpus) return Error{"'" + list + "' is no list of CPUs", {}, "write -C 0-1,3", 0};
    request.cpus.insert(request.cpus.end(), cpus->begin(), cpus->end());
  }
  return request;
}

}  // namespace uproar
