#include <map>
#include <set>

#include "base/fd.h"
#include "commands/all_commands.h"
#include "commands/event_choice.h"
#include "definition/parser.h"
#include "kernel/ownership.h"
#include "kernel/provenance.h"
#include "lower/tracefs_line.h"

namespace uproar {
namespace {

// One line of the user's, with where it came from.
struct Source {
  std::string text;
  std::string place;  // "probes.txt:3", empty for the command line
};

class AddCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("DEF", definitions_, "definitions: [p|r][:[GROUP/]EVENT] PATH:SITE [ARG ...]");
    app.add_option("-f,--file", file_, "a file with one definition a line; - is standard input")
        ->type_name("FILE");
  }

  int run(Console& console) override {
    if (definitions_.empty() && file_.empty()) {
      console.error(Error{"nothing to add", {}, "give a definition, or a file of them with -f", 0});
      return kUsage;
    }
    auto outcome = add_all(console);
    if (outcome.ok()) return kDone;
    console.error(outcome.error());
    return kFailed;
  }

 private:
  Result<std::vector<Source>> sources() const {
    std::vector<Source> all;
    for (const std::string& text : definitions_) all.push_back({text, {}});
    if (file_.empty()) return all;
    std::string content;
    if (file_ == "-") {
      TRY_ASSIGN(content, read_all(0, "standard input"));
    } else {
      TRY_ASSIGN(content, read_file(file_));
    }
    size_t number = 0;
    for (size_t begin = 0; begin < content.size();) {
      size_t end = std::min(content.find('\n', begin), content.size());
      all.push_back({content.substr(begin, end - begin), file_ + ":" + std::to_string(++number)});
      begin = end + 1;
    }
    return all;
  }

  // Everything is parsed and resolved before the kernel is touched; what was added is taken back when a later
  // one is refused.
  Result<void> add_all(Console& console) {
    TRY_ASSIGN(std::vector<Source> lines, sources());
    std::vector<ProbePlan> plans;
    std::vector<ast::Deletion> deletions;
    for (const Source& source : lines) {
      auto taken = take(source, plans, deletions, console);
      if (taken.ok()) continue;
      if (!source.place.empty()) taken.error().message = source.place + ": " + taken.error().message;
      return taken;
    }
    TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
    TRY_ASSIGN(auto leftovers, remove_leftovers(tracefs));
    for (const std::string& leftover : leftovers)
      console.note("uproar: removed " + leftover + ", left by a recorder that was killed\n");
    for (const ast::Deletion& deletion : deletions) TRY(remove_as_written(tracefs, deletion, console));
    return define(tracefs, plans, console);
  }

  static Result<void> take(const Source& source, std::vector<ProbePlan>& plans,
                           std::vector<ast::Deletion>& deletions, Console& console) {
    TRY_ASSIGN(ParsedLine parsed, parse_line(source.text));
    if (auto* deletion = std::get_if<ast::Deletion>(&parsed.line)) {
      deletions.push_back(std::move(*deletion));
    } else if (std::holds_alternative<ast::Probe>(parsed.line)) {
      TRY_ASSIGN(ProbePlan plan, resolve_with_warnings(source.text, console));
      plans.push_back(std::move(plan));
    } else if (source.place.empty()) {
      return Error{"the definition is empty", {}, "give PATH:SITE, such as bash:readline", 0};
    }
    return {};
  }

  // A deletion line means what it means to the kernel, except that it never reaches into other groups:
  // without a group it is the default one.
  static Result<void> remove_as_written(const Tracefs& tracefs, const ast::Deletion& deletion,
                                        Console& console) {
    std::string group = deletion.group ? deletion.group->text : "uprobes";
    TRY(remove_uprobe_event(tracefs, group, deletion.event.text));
    Provenance().forget(group, deletion.event.text);
    console.print("removed " + group + "/" + deletion.event.text + "\n");
    return {};
  }

  static Result<void> define(const Tracefs& tracefs, const std::vector<ProbePlan>& plans, Console& console) {
    TRY_ASSIGN(auto listed, list_uprobe_events(tracefs));
    std::set<std::string> existing;
    for (const ListedEvent& event : listed) existing.insert(event.group + "/" + event.name);

    std::vector<std::pair<std::string, std::string>> added;
    std::string report;
    for (const ProbePlan& plan : plans) {
      std::string name = plan.group + "/" + plan.event;
      for (size_t site = 0; site < plan.sites.size(); ++site) {
        std::string line = tracefs_line(plan, site, plan.group, plan.event);
        auto done = add_uprobe_event(tracefs, line, plan.definition);
        if (!done.ok()) {
          for (const auto& [group, event] : added) (void)remove_uprobe_event(tracefs, group, event);
          return done;
        }
        if (existing.insert(name).second) added.emplace_back(plan.group, plan.event);
        report += line + "\n";
      }
    }
    for (const ProbePlan& plan : plans) (void)Provenance().remember(plan);
    console.print(report);
    return {};
  }

  std::vector<std::string> definitions_;
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_add_command() {
  return std::make_unique<AddCommand>();
}

}  // namespace uproar
