#include "commands/options/printing_options.h"

#include <vector>

namespace uproar {
namespace {

std::vector<std::string> style_names() {
  std::vector<std::string> names;
  for (const Style& style : styles()) names.emplace_back(style.name);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void PrintingOptions::declare(CLI::App& app) {
  auto* style_option = app.add_option("--style", style_, "whose text to print: " + joined(style_names()))
                           ->check(CLI::IsMember(style_names()))
                           ->type_name("NAME")
                           ->capture_default_str();
  auto* json_option = app.add_flag("--json", json_, "one JSON object a line")->excludes(style_option);
  app.add_option("-F,--fields", line_.fields, "what a line of perf's style holds: FIELD,… or +FIELD,-FIELD,…")
      ->type_name("LIST")
      ->allow_extra_args(false)
      ->excludes(json_option);
  app.add_flag("--ns", line_.nanoseconds, "times with nanoseconds (styles perf and trace-cmd)")
      ->excludes(json_option);
  auto* relative_option = app.add_flag("--reltime", relative_, "times since the first line that is printed");
  app.add_flag("--deltatime", delta_, "times since the line before")->excludes(relative_option);
  app.add_flag("--show-task-events", side_lines_.tasks, "also lines about new, renamed and ended tasks")
      ->excludes(json_option);
  app.add_flag("--show-mmap-events", side_lines_.maps, "also lines about maps")->excludes(json_option);
  app.add_flag("--show-lost-events", side_lines_.losses, "also lines about losses")->excludes(json_option);
  app.add_option("--max-stack", line_.most_frames, "frames of a call chain at most")
      ->type_name("N")
      ->capture_default_str();
}

Result<Printing> PrintingOptions::printing(Escape escape, TimeCount& count) const {
  Printing printing{*style_by_name(json_ ? "json" : style_), line_, side_lines_, &count};
  printing.options.escape = escape;
  const bool any_side_lines = side_lines_.tasks || side_lines_.maps || side_lines_.losses;
  if (any_side_lines && !printing.style.takes_side_lines)
    return Error{std::string("the style '") + printing.style.name + "' has lines of events only",
                 {},
                 "leave --show-… out, or print another style",
                 0};
  return printing;
}

}  // namespace uproar
