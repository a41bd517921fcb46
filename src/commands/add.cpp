#include <fcntl.h>

#include <variant>

#include "base/fd.h"
#include "commands/all_commands.h"
#include "commands/definition_options.h"
#include "commands/event_choice.h"
#include "definition/parser.h"
#include "kernel/ownership.h"
#include "kernel/provenance.h"
#include "lower/tracefs/tracefs_line.h"

namespace uproar {
namespace {

// Of an event with more places only so many are told.
constexpr size_t kShownPlaces = 15;

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
    options_.declare(app);
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

  // A line understood: a probe to define, or an event to remove.
  struct Step {
    std::variant<ProbePlan, ast::Deletion> what;
    std::string place;
  };

  static Error at(const std::string& place, Error error) {
    if (!place.empty()) error.message = place + ": " + error.message;
    return error;
  }

  // Everything is parsed and resolved before the kernel is touched; then the lines are done in their order,
  // and all taken back when one is refused.
  Result<void> add_all(Console& console) {
    TRY_ASSIGN(std::vector<Source> lines, sources());
    std::vector<Step> steps;
    for (const Source& source : lines) {
      if (auto taken = take(source, steps, console); !taken.ok()) return at(source.place, taken.error());
    }
    TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
    TRY_ASSIGN(auto leftovers, remove_leftovers(tracefs));
    for (const std::string& leftover : leftovers)
      console.note("uproar: removed " + leftover + ", left by a recorder that was killed\n");
    std::string report;
    std::vector<std::string> undo;
    for (const Step& step : steps) {
      const auto* plan = std::get_if<ProbePlan>(&step.what);
      auto done = plan ? define(tracefs, *plan, undo, report)
                       : remove_as_written(tracefs, std::get<ast::Deletion>(step.what), undo, report);
      if (done.ok()) continue;
      for (size_t i = undo.size(); i-- > 0;) (void)tracefs.write("uprobe_events", undo[i] + "\n", O_APPEND);
      return at(step.place, done.error());
    }
    // Only now is it certain that nothing is taken back.
    for (const Step& step : steps) {
      if (const auto* plan = std::get_if<ProbePlan>(&step.what)) {
        (void)Provenance().remember(*plan);
      } else {
        const auto& deletion = std::get<ast::Deletion>(step.what);
        Provenance().forget(group_of(deletion), deletion.event.text);
      }
    }
    console.print(report);
    return {};
  }

  static std::string group_of(const ast::Deletion& deletion) {
    return deletion.group ? deletion.group->text : "uprobes";
  }

  Result<void> take(const Source& source, std::vector<Step>& steps, Console& console) const {
    auto read = parse_line(source.text);
    if (!read.ok()) return read.error();
    const ParsedLine& parsed = *read;
    if (const auto* deletion = std::get_if<ast::Deletion>(&parsed.line)) {
      steps.push_back({*deletion, source.place});
    } else if (std::holds_alternative<ast::Probe>(parsed.line)) {
      TRY_ASSIGN(ProbePlan plan, resolve_with_warnings(source.text, options_.resolve(), console));
      steps.push_back({std::move(plan), source.place});
    } else if (source.place.empty()) {
      return Error{"the definition is empty", {}, "give PATH:SITE, such as bash:readline", 0};
    }
    return {};
  }

  // A deletion line means what it means to the kernel, except that it never reaches into other groups:
  // without a group it is the default one.
  static Result<void> remove_as_written(const Tracefs& tracefs, const ast::Deletion& deletion,
                                        std::vector<std::string>& undo, std::string& report) {
    const std::string group = group_of(deletion);
    const std::string& event = deletion.event.text;
    TRY_ASSIGN(auto listed, list_uprobe_events(tracefs));
    TRY(remove_uprobe_event(tracefs, group, event));
    for (const ListedEvent& known : listed) {
      if (known.group == group && known.name == event)
        undo.insert(undo.end(), known.lines.rbegin(), known.lines.rend());
    }
    report += "removed " + group + "/" + event + "\n";
    return {};
  }

  static Result<void> define(const Tracefs& tracefs, const ProbePlan& plan, std::vector<std::string>& undo,
                             std::string& report) {
    TRY_ASSIGN(KernelArguments arguments, kernel_arguments(plan, Helpers::Needed));
    std::vector<std::string> lines;
    for (size_t site = 0; site < plan.sites.size(); ++site)
      lines.push_back(tracefs_line(plan, arguments, site, plan.group, plan.event));
    // With its place, only this probe goes: the event may have had others before.
    auto will_undo = [&](const std::string& line) { undo.push_back("-" + line.substr(line.find(':'))); };
    TRY(add_uprobe_event(tracefs, lines.front(), plan.definition));
    will_undo(lines.front());
    report += lines.front() + "\n";
    const std::vector<std::string> further(lines.begin() + 1, lines.end());
    for (const std::string& line : further) will_undo(line);
    TRY(add_uprobe_places(tracefs, further, plan.definition));
    for (size_t i = 0; i < further.size() && i < kShownPlaces; ++i) report += further[i] + "\n";
    if (further.size() > kShownPlaces)
      report += "and " + std::to_string(further.size() - kShownPlaces) + " more places\n";
    return {};
  }

  std::vector<std::string> definitions_;
  std::string file_;
  DefinitionOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_add_command() {
  return std::make_unique<AddCommand>();
}

}  // namespace uproar
