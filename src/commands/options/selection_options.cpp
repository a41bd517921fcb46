#include "commands/options/selection_options.h"

#include <algorithm>

#include "base/cpu_list.h"
#include "base/number.h"
#include "select/time_choice.h"

namespace uproar {
namespace {

std::string without_blanks(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n") - first + 1));
}

// "a,b" or "a, b" of each option that was given, in order.
std::vector<std::string> split_lists(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    size_t begin = 0;
    while (begin <= list.size()) {
      const size_t end = std::min(list.find(',', begin), list.size());
      std::string word = without_blanks(std::string_view(list).substr(begin, end - begin));
      if (!word.empty()) words.push_back(std::move(word));
      begin = end + 1;
    }
  }
  return words;
}

Result<std::vector<int32_t>> task_numbers(const std::vector<std::string>& lists, const char* option) {
  std::vector<int32_t> numbers;
  for (const std::string& list : lists) {
    if (split_lists({list}).empty())
      return Error{"'" + list + "' names no task", {}, std::string("write ") + option + " 4711,4712", 0};
  }
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

void SelectionOptions::declare(CLI::App& app) {
  const auto list = [&app](const char* names, std::vector<std::string>& lists, const char* help,
                           const char* type = "LIST") {
    app.add_option(names, lists, help)->type_name(type)->allow_extra_args(false);
  };
  list("-e,--event", events_, "only these events (pattern)", "GLOB");
  time_option_ =
      app.add_option("--time", time_, "only these times: A,B in seconds, or shares as in 10%/2 or 0%-10%")
          ->type_name("TIMES");
  app.add_option("--filter", filter_, "only events whose values fit, as in 'n > 100 && name ~ \"ab*\"'")
      ->type_name("EXPR");
  list("--pid", pids_, "only these processes");
  list("--tid", tids_, "only these threads");
  list("-c,--comms", comms_, "only tasks of these names");
  list("-C,--cpu", cpus_, "only these CPUs");
  list("-S,--symbols", symbols_, "only probes in these functions");
}

bool SelectionOptions::any() const {
  const std::vector<std::string>* const lists[] = {&events_, &pids_, &tids_, &comms_, &cpus_, &symbols_};
  return (time_option_ != nullptr && time_option_->count() > 0) || !filter_.empty() ||
         std::any_of(std::begin(lists), std::end(lists), [](const auto* list) { return !list->empty(); });
}

Result<PlayChoice> SelectionOptions::choice() const {
  // An empty one may be what is left of a variable that was never set: it must not choose everything.
  if (time_option_ != nullptr && time_option_->count() > 0 && without_blanks(time_).empty())
    return parse_time_choice(time_, 0, 0, false).error();
  PlayChoice choice;
  SelectionRequest& request = choice.selection;
  request.events = split_lists(events_);
  TRY_ASSIGN(request.pids, task_numbers(pids_, "--pid"));
  TRY_ASSIGN(request.tids, task_numbers(tids_, "--tid"));
  request.comms = split_lists(comms_);
  request.symbols = split_lists(symbols_);
  request.filter = filter_;
  for (const std::string& list : cpus_) {
    std::string joined;
    for (const std::string& word : split_lists({list})) joined += (joined.empty() ? "" : ",") + word;
    const auto cpus = parse_cpu_list(joined);
    if (!cpus) return Error{"'" + list + "' is no list of CPUs", {}, "write -C 0-1,3", 0};
    request.cpus.insert(request.cpus.end(), cpus->begin(), cpus->end());
  }
  choice.time = time_;
  return choice;
}

}  // namespace uproar
