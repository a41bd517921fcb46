// remove and clean: taking events away.
#include "commands/all_commands.h"
#include "commands/options/event_choice.h"
#include "kernel/ownership.h"
#include "kernel/provenance.h"

namespace uproar {
namespace {

class RemoveCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("GLOB", globs_, "events: GROUP/EVENT or EVENT, with * and ?")->required();
  }

  int run(Console& console) override {
    auto outcome = remove_all(console);
    if (outcome.ok()) return kDone;
    console.error(outcome.error());
    return kFailed;
  }

 private:
  // The first refusal does not keep the others from going.
  Result<void> remove_all(Console& console) {
    TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
    TRY_ASSIGN(auto listed, list_uprobe_events(tracefs));
    // The kernel gives the list page by page: while others remove events, one may slip through between two
    // pages.
    constexpr int kLooks = 3;
    for (int looks = 1; looks < kLooks && !match_all(listed, globs_).ok(); ++looks) {
      TRY_ASSIGN(listed, list_uprobe_events(tracefs));
    }
    TRY_ASSIGN(auto chosen, match_all(listed, globs_));
    Result<void> outcome;
    for (const ListedEvent* event : chosen) {
      auto removed = remove_uprobe_event(tracefs, event->group, event->name);
      if (removed.ok()) {
        Provenance().forget(event->group, event->name);
        console.print("removed " + event->group + "/" + event->name + "\n");
      } else if (outcome.ok()) {
        outcome = removed;
      } else {
        console.error(removed.error());
      }
    }
    return outcome;
  }

  std::vector<std::string> globs_;
};

class CleanCommand : public Command {
 public:
  void declare(CLI::App&) override {}

  int run(Console& console) override {
    auto tracefs = Tracefs::locate();
    if (!tracefs.ok()) {
      console.error(tracefs.error());
      return kFailed;
    }
    auto removed = remove_leftovers(*tracefs);
    if (!removed.ok()) {
      console.error(removed.error());
      return kFailed;
    }
    for (const std::string& name : *removed) console.print("removed " + name + "\n");
    if (removed->empty()) console.note("uproar: nothing was left behind\n");
    return kDone;
  }
};

}  // namespace

std::unique_ptr<Command> make_remove_command() {
  return std::make_unique<RemoveCommand>();
}
std::unique_ptr<Command> make_clean_command() {
  return std::make_unique<CleanCommand>();
}

}  // namespace uproar
