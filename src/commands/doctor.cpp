#include "commands/all_commands.h"
#include "commands/output/checkup.h"
#include "commands/output/json.h"
#include "kernel/features.h"

namespace uproar {
namespace {

const char* word(Finding::Level level) {
  switch (level) {
    case Finding::Level::Good:
      return "ok";
    case Finding::Level::Limited:
      return "limited";
    case Finding::Level::Missing:
      return "missing";
  }
  return "";
}

class DoctorCommand : public Command {
 public:
  void declare(CLI::App& app) override { app.add_flag("--json", json_, "one JSON object for each finding"); }

  // Status 1 when recording is not possible.
  int run(Console& console) override {
    bool can_record = true;
    for (const Finding& finding : check_up(probe_capabilities())) {
      if (finding.level == Finding::Level::Missing && finding.needed_to_record) can_record = false;
      if (json_) {
        Json json{{"subject", finding.subject}, {"state", word(finding.level)}, {"finding", finding.text}};
        if (!finding.remedy.empty()) json["remedy"] = finding.remedy;
        console.print(to_line(json));
        continue;
      }
      std::string state = word(finding.level);
      console.print(state + std::string(9 - state.size(), ' ') + finding.subject + ": " + finding.text +
                    "\n");
      if (!finding.remedy.empty()) console.print("         mend it: " + finding.remedy + "\n");
    }
    if (!json_)
      console.print(can_record ? "this machine can record uprobe events\n"
                               : "this machine cannot record uprobe events as it stands\n");
    return can_record ? kDone : kFailed;
  }

 private:
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() {
  return std::make_unique<DoctorCommand>();
}

}  // namespace uproar
