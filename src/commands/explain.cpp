#include <fmt/format.h>

#include "commands/all_commands.h"
#include "commands/event_choice.h"
#include "commands/json.h"
#include "kernel/features.h"
#include "lower/choose_backend.h"
#include "lower/tracefs_line.h"
#include "lower/value_type.h"

namespace uproar {
namespace {

class ExplainCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("DEF", definitions_, "definitions: [p|r][:[GROUP/]EVENT] PATH:SITE [ARG ...]")->required();
    app.add_flag("--json", json_, "one JSON object for each definition");
  }

  int run(Console& console) override {
    Capabilities capabilities = probe_capabilities();
    int status = kDone;
    bool first = true;
    for (const std::string& text : definitions_) {
      auto resolved = resolve_definition(text, default_path_environment());
      if (!resolved.ok()) {
        console.error(resolved.error());
        status = kFailed;
        continue;
      }
      auto backends = judge_backends(resolved->plan, capabilities);
      if (json_) {
        console.print(to_line(json_of(*resolved, backends)));
      } else {
        if (!first) console.print("\n");
        print(*resolved, backends, console);
      }
      first = false;
    }
    return status;
  }

 private:
  static std::string place_of(const ProbeSite& site) {
    std::string text = fmt::format("{} at offset {:#x}", site.path, site.file_offset);
    if (!site.symbol.empty()) {
      text += " in " + site.symbol;
      if (site.symbol_offset) text += fmt::format("+{:#x}", site.symbol_offset);
    }
    return text;
  }

  static const char* cost_name(SiteCost cost) {
    switch (cost) {
      case SiteCost::Emulated:
        return "emulated";
      case SiteCost::Optimised:
        return "optimised";
      case SiteCost::SingleStepped:
        return "single-stepped";
      case SiteCost::Refused:
        return "refused";
      case SiteCost::Unknown:
        break;
    }
    return "unknown";
  }

  static const char* cost_in_words(SiteCost cost) {
    switch (cost) {
      case SiteCost::Emulated:
        return "emulated by the kernel, about 1 µs a hit";
      case SiteCost::Optimised:
        return "made a call by kernels that can (6.18), about 0.5 µs a hit, else emulated, about 1 µs";
      case SiteCost::SingleStepped:
        return "single-stepped, about 5 µs a hit";
      case SiteCost::Refused:
        return "refused by the kernel";
      case SiteCost::Unknown:
        break;
    }
    return "cost not known";
  }

  static std::string instruction_of(const ProbeSite& site) {
    if (site.instruction.empty()) return "not known";
    return fmt::format("{} ({}): {}", site.instruction, site.instruction_bytes, cost_in_words(site.cost));
  }

  static void print(const Resolved& resolved, const std::vector<BackendChoice>& backends, Console& console) {
    const ProbePlan& plan = resolved.plan;
    console.print(fmt::format("{}\n", plan.definition));
    for (size_t i = 0; i < plan.sites.size(); ++i) {
      console.print(fmt::format("  kernel    {}\n", tracefs_line(plan, i, plan.group, plan.event)));
    }
    console.print(fmt::format("  event     {}:{}, {} probe\n", plan.group, plan.event,
                              plan.is_return ? "return" : "entry"));
    for (const ProbeSite& site : plan.sites) {
      console.print(fmt::format("  place     {}\n", place_of(site)));
      console.print(fmt::format("  instruction  {}\n", instruction_of(site)));
      if (site.ref_counter) console.print(fmt::format("  semaphore at offset {:#x}\n", site.ref_counter));
    }
    if (!plan.file.build_id.empty()) console.print(fmt::format("  build-id  {}\n", plan.file.build_id));
    for (const FetchArgument& argument : plan.arguments()) {
      console.print(fmt::format("  argument  {}: {} ({})\n", argument.name, c_type_name(argument.type),
                                tracefs_argument(argument)));
    }
    for (const BackendChoice& backend : backends) {
      console.print(fmt::format("  back end  {}: {}\n", backend.name,
                                backend.possible ? "yes" : "no, " + backend.reason));
    }
    for (const Diagnostic& warning : resolved.warnings)
      console.print("  warning   " + warning.message + "\n");
    for (const Hazard& hazard : resolved.hazards) {
      console.print(fmt::format("  hazard    {}{}\n", hazard.message,
                                hazard.remedy.empty() ? "" : " (" + hazard.remedy + ")"));
    }
  }

  static Json json_of(const Resolved& resolved, const std::vector<BackendChoice>& backends) {
    const ProbePlan& plan = resolved.plan;
    Json json;
    json["definition"] = plan.definition;
    json["event"] = plan.group + ":" + plan.event;
    json["kind"] = plan.is_return ? "return" : "entry";
    json["kernel"] = Json::array();
    json["sites"] = Json::array();
    for (size_t i = 0; i < plan.sites.size(); ++i) {
      const ProbeSite& site = plan.sites[i];
      json["kernel"].push_back(tracefs_line(plan, i, plan.group, plan.event));
      Json entry{{"path", site.path}, {"offset", site.file_offset}};
      if (!site.symbol.empty()) {
        entry["symbol"] = site.symbol;
        entry["symbol_offset"] = site.symbol_offset;
      }
      if (site.ref_counter) entry["ref_counter"] = site.ref_counter;
      if (!site.instruction.empty()) {
        entry["instruction"] = site.instruction;
        entry["bytes"] = site.instruction_bytes;
      }
      entry["cost"] = cost_name(site.cost);
      json["sites"].push_back(entry);
    }
    json["build_id"] = plan.file.build_id;
    json["arguments"] = Json::array();
    for (const FetchArgument& argument : plan.arguments()) {
      json["arguments"].push_back({{"name", argument.name},
                                   {"type", kernel_type_name(argument.type)},
                                   {"c_type", c_type_name(argument.type)},
                                   {"kernel", tracefs_argument(argument)}});
    }
    json["backends"] = Json::array();
    for (const BackendChoice& backend : backends) {
      Json entry{{"name", backend.name}, {"possible", backend.possible}};
      if (!backend.possible) entry["reason"] = backend.reason;
      json["backends"].push_back(entry);
    }
    json["hazards"] = Json::array();
    for (const Diagnostic& warning : resolved.warnings)
      json["hazards"].push_back({{"message", warning.message}, {"remedy", warning.hint}});
    for (const Hazard& hazard : resolved.hazards)
      json["hazards"].push_back({{"message", hazard.message}, {"remedy", hazard.remedy}});
    return json;
  }

  std::vector<std::string> definitions_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace uproar
