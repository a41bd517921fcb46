// enable and disable: events of the kernel's main buffer, for whoever reads trace or trace_pipe.
#include "commands/all_commands.h"
#include "commands/options/event_choice.h"
#include "kernel/event_switch.h"

namespace uproar {
namespace {

class SwitchCommand : public Command {
 public:
  explicit SwitchCommand(bool on) : on_(on) {}

  void declare(CLI::App& app) override {
    app.add_option("GLOB", globs_, "events: GROUP/EVENT or EVENT, with * and ?")->required();
    if (on_)
      app.add_option("--filter", filter_, "let through only what this kernel filter says")->type_name("EXPR");
  }

  int run(Console& console) override {
    auto outcome = switch_all(console);
    if (outcome.ok()) return kDone;
    console.error(outcome.error());
    return kFailed;
  }

 private:
  Result<void> switch_all(Console& console) {
    TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
    TRY_ASSIGN(auto listed, list_uprobe_events(tracefs));
    TRY_ASSIGN(auto chosen, match_all(listed, globs_));
    TraceBuffer main_buffer(tracefs, tracefs);
    TRY(on_ ? enable_events(main_buffer, chosen, filter_) : disable_events(main_buffer, chosen));
    for (const ListedEvent* event : chosen)
      console.print(std::string(on_ ? "enabled " : "disabled ") + event->group + "/" + event->name + "\n");
    return {};
  }

  bool on_;
  std::vector<std::string> globs_;
  std::string filter_;
};

}  // namespace

std::unique_ptr<Command> make_enable_command() {
  return std::make_unique<SwitchCommand>(true);
}
std::unique_ptr<Command> make_disable_command() {
  return std::make_unique<SwitchCommand>(false);
}

}  // namespace uproar
