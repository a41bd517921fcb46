#include "commands/options/script_options.h"

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

void ScriptOptions::declare(CLI::App& app) {
  auto* style_option = app.add_option("--style", style, "whose text to print: " + joined(style_names()))
                           ->check(CLI::IsMember(style_names()))
                           ->type_name("NAME")
                           ->capture_default_str();
  auto* json_option = app.add_flag("--json", json, "one JSON object a line")->excludes(style_option);
  app.add_option("-F,--fields", line.fields, "what a line of perf's style holds: FIELD,… or +FIELD,-FIELD,…")
      ->type_name("LIST")
      ->allow_extra_args(false)
      ->excludes(json_option);
  app.add_flag("--ns", line.nanoseconds, "times with nanoseconds (styles perf and trace-cmd)")
      ->excludes(json_option);
  auto* relative_option = app.add_flag("--reltime", relative, "times since the first line that is printed");
  app.add_flag("--deltatime", delta, "times since the line before")->excludes(relative_option);

  selection.declare(app);

  app.add_flag("--header", header, "print where and how the recording was made, too");
  app.add_flag("--header-only", header_only, "print nothing else");
  app.add_flag("-I,--show-info", header_info, "the header with more");
  app.add_flag("--show-task-events", side_lines.tasks, "also lines about new, renamed and ended tasks")
      ->excludes(json_option);
  app.add_flag("--show-mmap-events", side_lines.maps, "also lines about maps")->excludes(json_option);
  app.add_flag("--show-lost-events", side_lines.losses, "also lines about losses")->excludes(json_option);
  app.add_option("--max-stack", line.most_frames, "frames of a call chain at most")
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--follow", follow, "go on with a file that is still written, until its recorder ends");
  app.add_flag("-G,--hide-call-graph", hide_stacks, "print no call chains");
}

Result<Printing> ScriptOptions::printing(Escape escape, TimeCount& count) const {
  Printing printing{*style_by_name(json ? "json" : style), line, side_lines, &count};
  printing.options.escape = escape;
  printing.options.stacks = !hide_stacks;
  const bool any_side_lines = side_lines.tasks || side_lines.maps || side_lines.losses;
  if (any_side_lines && !printing.style.takes_side_lines)
    return Error{std::string("the style '") + printing.style.name + "' has lines of events only",
                 {},
                 "leave --show-… out, or print another style",
                 0};
  return printing;
}

Result<PlayChoice> ScriptOptions::choice(const Printing& printing) const {
  TRY_ASSIGN(PlayChoice choice, selection.choice());
  choice.relative_time = relative;
  choice.side = side_choice_of(printing);
  return choice;
}

}  // namespace uproar
