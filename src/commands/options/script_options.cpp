#include "commands/options/script_options.h"

namespace uproar {

void ScriptOptions::declare(CLI::App& app) {
  printing_.declare(app);
  selection_.declare(app);
  app.add_flag("--header", header, "print where and how the recording was made, too");
  app.add_flag("--header-only", header_only, "print nothing else");
  app.add_flag("-I,--show-info", header_info, "the header with more");
  app.add_flag("--follow", follow, "go on with a file that is still written, until its recorder ends");
  app.add_flag("-G,--hide-call-graph", hide_stacks_, "print no call chains");
}

Result<Printing> ScriptOptions::printing(Escape escape, TimeCount& count) const {
  TRY_ASSIGN(Printing printing, printing_.printing(escape, count));
  printing.options.stacks = !hide_stacks_;
  return printing;
}

Result<PlayChoice> ScriptOptions::choice(const Printing& printing) const {
  TRY_ASSIGN(PlayChoice choice, selection_.choice());
  choice.relative_time = printing_.relative();
  choice.side = side_choice_of(printing);
  return choice;
}

}  // namespace uproar
