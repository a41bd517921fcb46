#include <variant>

#include "base/fd.h"
#include "base/lines.h"
#include "commands/all_commands.h"
#include "commands/options/definition_options.h"
#include "commands/options/event_choice.h"
#include "definition/parser.h"
#include "kernel/event_transaction.h"

namespace uproar {
namespace {

// Of an event with more places only the first and so many are told.
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
    for (std::string_view line : Lines(content))
      all.push_back({std::string(line), file_ + ":" + std::to_string(++number)});
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
    TRY_ASSIGN(const Tracefs tracefs, tracefs_for_new_events(console));
    EventTransaction events(tracefs);
    std::string report;
    for (const Step& step : steps) {
      const auto* plan = std::get_if<ProbePlan>(&step.what);
      auto done = plan ? define(events, *plan, report)
                       : remove_as_written(events, std::get<ast::Deletion>(step.what), report);
      if (!done.ok()) return at(step.place, done.error());
    }
    events.commit();
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
  static Result<void> remove_as_written(EventTransaction& events, const ast::Deletion& deletion,
                                        std::string& report) {
    const std::string group = group_of(deletion);
    TRY(events.remove(group, deletion.event.text));
    report += "removed " + group + "/" + deletion.event.text + "\n";
    return {};
  }

  static Result<void> define(EventTransaction& events, const ProbePlan& plan, std::string& report) {
    TRY_ASSIGN(const std::vector<std::string> lines, events.define(plan));
    for (size_t i = 0; i < lines.size() && i <= kShownPlaces; ++i) report += lines[i] + "\n";
    if (lines.size() > kShownPlaces + 1)
      report += "and " + std::to_string(lines.size() - kShownPlaces - 1) + " more places\n";
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
