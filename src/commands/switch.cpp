// enable and disable: events of the kernel's main buffer, for whoever reads trace or trace_pipe.
#include "commands/all_commands.h"
#include "commands/options/event_choice.h"
#include "kernel/tracefs/trace_buffer.h"

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
    std::vector<Before> done;
    for (const ListedEvent* event : chosen) {
      done.push_back({event, main_buffer.event_state(event->group, event->name)});
      auto switched = switch_one(main_buffer, *event);
      if (switched.ok()) continue;
      // All or none: what this command switched on goes off again.
      if (on_) {
        for (const Before& before : done) restore(main_buffer, before);
      }
      return switched;
    }
    for (const ListedEvent* event : chosen)
      console.print(std::string(on_ ? "enabled " : "disabled ") + event->group + "/" + event->name + "\n");
    return {};
  }

  struct Before {
    const ListedEvent* event;
    EventState state;
  };

  static void restore(TraceBuffer& main_buffer, const Before& before) {
    const ListedEvent& event = *before.event;
    if (!before.state.enabled) (void)main_buffer.disable(event.group, event.name);
    (void)main_buffer.set_filter(event.group, event.name, before.state.filter);
  }

  Result<void> switch_one(TraceBuffer& main_buffer, const ListedEvent& event) const {
    if (!on_) {
      TRY(main_buffer.disable(event.group, event.name));
      // A filter that outlives its switching on would surprise the next user of the event.
      return main_buffer.set_filter(event.group, event.name, {});
    }
    if (!filter_.empty()) TRY(main_buffer.set_filter(event.group, event.name, filter_));
    return main_buffer.enable(event.group, event.name);
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
