#include <fmt/format.h>

#include <algorithm>

#include "commands/all_commands.h"
#include "commands/options/definition_options.h"
#include "commands/options/event_choice.h"
#include "commands/output/json.h"
#include "kernel/features.h"
#include "lower/bpf/bpf_check.h"
#include "lower/bpf/bpf_text.h"
#include "lower/bpf/lower_bpf.h"
#include "lower/choose_backend.h"
#include "lower/tracefs/argument_text.h"
#include "lower/tracefs/tracefs_line.h"
#include "lower/type_names.h"

namespace uproar {
namespace {

constexpr size_t kShownPlaces = 8;

class ExplainCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("DEF", definitions_, "definitions: [p|r][:[GROUP/]EVENT] PATH:SITE [ARG ...]")->required();
    app.add_flag("--json", json_, "one JSON object for each definition");
    app.add_option("--via", via_,
                   "whose form is shown: the kernel's lines, or the program of BPF; auto: the lines where "
                   "they can say it")
        ->check(CLI::IsMember({"auto", "tracefs", "bpf"}))
        ->type_name("ENGINE")
        ->capture_default_str();
    options_.declare(app);
  }

  int run(Console& console) override {
    Capabilities capabilities = probe_capabilities();
    int status = kDone;
    bool first = true;
    for (const std::string& text : definitions_) {
      auto explained = explain(text, capabilities);
      if (!explained.ok()) {
        console.error(explained.error());
        status = kFailed;
        continue;
      }
      if (json_) {
        console.print(to_line(json_of(*explained)));
      } else {
        if (!first) console.print("\n");
        print(*explained, console);
      }
      first = false;
    }
    return status;
  }

 private:
  struct Explained {
    Resolved resolved;
    KernelArguments kernel;            // as add defines the event
    std::vector<FetchArgument> watch;  // what record adds for itself
    BpfPrograms programs;              // --via bpf
    std::vector<BackendChoice> backends;
  };

  Result<Explained> explain(const std::string& text, const Capabilities& capabilities) const {
    Explained explained;
    TRY_ASSIGN(explained.resolved, resolve_definition(text, default_path_environment(), options_.resolve()));
    const ProbePlan* plan = &explained.resolved.plan;
    explained.backends = judge_backends({&plan, 1}, capabilities);
    const bool as_programs = via_ == "bpf" || (via_ == "auto" && only_bpf_can(explained.resolved));
    TRY(fit(explained.resolved, as_programs ? Backend::Bpf : Backend::Tracefs));
    if (as_programs) {
      TRY(add_programs(explained, capabilities));
    } else {
      TRY(add_kernel_arguments(explained));
    }
    return explained;
  }

  static bool only_bpf_can(const Resolved& resolved) {
    Resolved on_tracefs = resolved;
    Resolved on_bpf = resolved;
    return !fit(on_tracefs, Backend::Tracefs).ok() && fit(on_bpf, Backend::Bpf).ok();
  }

  static Result<void> add_kernel_arguments(Explained& explained) {
    const ProbePlan& plan = explained.resolved.plan;
    TRY_ASSIGN(explained.kernel, kernel_arguments(plan, Helpers::Needed));
    TRY_ASSIGN(KernelArguments recorded, kernel_arguments(plan, Helpers::All));
    const size_t shared = explained.kernel.sets.front().size();
    const auto& all = recorded.sets.front();
    explained.watch.assign(all.begin() + static_cast<std::ptrdiff_t>(shared), all.end());
    return {};
  }

  static Result<void> add_programs(Explained& explained, const Capabilities& capabilities) {
    const ProbePlan& plan = explained.resolved.plan;
    TRY_ASSIGN(explained.kernel, kernel_arguments(plan, Helpers::Direct));
    BpfOptions options;
    options.machine = capabilities.machine;
    options.cpus = std::max(capabilities.cpus, 1U);
    const BpfEvent event{&plan, {}};
    TRY_ASSIGN(explained.programs, lower_bpf({&event, 1}, options));
    return {};
  }

  // Which one auto takes, and why it is not the first that can.
  static std::string taken_by_auto(const Explained& explained) {
    auto chosen = choose_backend(explained.backends, "auto");
    if (!chosen.ok()) return "none";
    return (*chosen)->name + ((*chosen)->merit.empty() ? "" : ": " + (*chosen)->merit);
  }

  static std::string place_of(const ProbeSite& site) {
    std::string text = fmt::format("{} at offset {:#x}", site.path, site.file_offset);
    if (!site.symbol.empty()) {
      text += " in " + site.symbol;
      if (uint64_t distance = site.symbol_offset + site.slid_by) text += fmt::format("+{:#x}", distance);
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

  static const char* level_name(const Hazard& hazard) {
    if (hazard.level == Hazard::Level::Detail) return "detail";
    return hazard.level == Hazard::Level::Note ? "hazard" : "refused";
  }

  static void print_place(const ProbeSite& site, Console& console) {
    console.print(fmt::format("  place     {}\n", place_of(site)));
    console.print(fmt::format("  instruction  {}\n", instruction_of(site)));
    if (!site.choice_reason.empty()) console.print(fmt::format("  site      {}\n", site.choice_reason));
    if (site.ref_counter) console.print(fmt::format("  semaphore at offset {:#x}\n", site.ref_counter));
  }

  // `count` things of which kShownPlaces are printed.
  static void print_rest(size_t count, const char* what, Console& console) {
    if (count > kShownPlaces) console.print(fmt::format("  {:<9} … {} more\n", what, count - kShownPlaces));
  }

  static std::string type_of(const FetchArgument& argument) {
    return argument.type.source_name.empty() ? c_type_name(argument.type) : argument.type.source_name;
  }

  static void print_arguments(const Explained& explained, Console& console) {
    const auto& arguments = explained.resolved.plan.arguments();
    const auto& kernel = explained.kernel.sets.front();
    for (size_t i = 0; i < arguments.size(); ++i) {
      console.print(fmt::format("  argument  {}: {} ({})\n", arguments[i].name, type_of(arguments[i]),
                                tracefs_argument(kernel[i])));
    }
    for (size_t i = arguments.size(); i < kernel.size(); ++i)
      console.print(fmt::format("  helper    {} (never shown)\n", tracefs_argument(kernel[i])));
    for (const FetchArgument& helper : explained.watch)
      console.print(fmt::format("  helper    {} (added by record, to tell faults; never shown)\n",
                                tracefs_argument(helper)));
  }

  static void print_kernel_lines(const Explained& explained, Console& console) {
    const ProbePlan& plan = explained.resolved.plan;
    for (size_t i = 0; i < plan.sites.size() && i < kShownPlaces; ++i)
      console.print(
          fmt::format("  kernel    {}\n", tracefs_line(plan, explained.kernel, i, plan.group, plan.event)));
    print_rest(plan.sites.size(), "kernel", console);
  }

  static void print_programs(const Explained& explained, Console& console) {
    for (const BpfProgram& program : explained.programs.programs) {
      console.print(fmt::format("  program   {} instructions\n", program.instructions.size()));
      console.print(bpf_text(program));
    }
  }

  static void print(const Explained& explained, Console& console) {
    const Resolved& resolved = explained.resolved;
    const ProbePlan& plan = resolved.plan;
    console.print(fmt::format("{}\n", plan.definition));
    if (explained.programs.programs.empty()) print_kernel_lines(explained, console);
    console.print(fmt::format("  event     {}:{}, {} probe{}\n", plan.group, plan.event,
                              plan.is_return ? "return" : "entry",
                              plan.sites.size() > 1 ? fmt::format(" at {} places", plan.sites.size()) : ""));
    for (size_t i = 0; i < plan.sites.size() && i < kShownPlaces; ++i) print_place(plan.sites[i], console);
    print_rest(plan.sites.size(), "place", console);
    if (!plan.file.build_id.empty()) console.print(fmt::format("  build-id  {}\n", plan.file.build_id));
    print_arguments(explained, console);
    print_programs(explained, console);
    for (const BackendChoice& backend : explained.backends) {
      console.print(fmt::format("  back end  {}: {}\n", backend.name,
                                backend.possible ? "yes" : "no, " + backend.reason));
    }
    console.print(fmt::format("  auto      {}\n", taken_by_auto(explained)));
    for (const Diagnostic& warning : resolved.warnings)
      console.print("  warning   " + warning.message + "\n");
    for (const Hazard& hazard : resolved.hazards) {
      console.print(fmt::format("  {:<9} {}{}\n", level_name(hazard), hazard.message,
                                hazard.remedy.empty() ? "" : " (" + hazard.remedy + ")"));
      if (hazard.overridable) console.print("            --force arms it all the same\n");
    }
  }

  static Json json_of(const Explained& explained) {
    const Resolved& resolved = explained.resolved;
    const ProbePlan& plan = resolved.plan;
    Json json;
    json["definition"] = plan.definition;
    json["event"] = plan.group + ":" + plan.event;
    json["kind"] = plan.is_return ? "return" : "entry";
    json["kernel"] = Json::array();
    json["sites"] = Json::array();
    for (size_t i = 0; i < plan.sites.size(); ++i) {
      const ProbeSite& site = plan.sites[i];
      if (explained.programs.programs.empty())
        json["kernel"].push_back(tracefs_line(plan, explained.kernel, i, plan.group, plan.event));
      Json entry{{"path", site.path}, {"offset", site.file_offset}};
      if (!site.symbol.empty()) {
        entry["symbol"] = site.symbol;
        entry["symbol_offset"] = site.symbol_offset;
        if (site.slid_by) entry["slid_by"] = site.slid_by;
      }
      if (site.ref_counter) entry["ref_counter"] = site.ref_counter;
      if (!site.instruction.empty()) {
        entry["instruction"] = site.instruction;
        entry["bytes"] = site.instruction_bytes;
      }
      entry["cost"] = cost_name(site.cost);
      if (!site.choice_reason.empty()) entry["choice"] = site.choice_reason;
      json["sites"].push_back(entry);
    }
    json["build_id"] = plan.file.build_id;
    json["arguments"] = Json::array();
    const auto& kernel = explained.kernel.sets.front();
    for (size_t i = 0; i < plan.arguments().size(); ++i) {
      const FetchArgument& argument = plan.arguments()[i];
      json["arguments"].push_back({{"name", argument.name},
                                   {"type", kernel_type_name(argument.type)},
                                   {"c_type", type_of(argument)},
                                   {"kernel", tracefs_argument(kernel[i])}});
    }
    for (const BpfProgram& program : explained.programs.programs)
      json["programs"].push_back(
          {{"instructions", program.instructions.size()}, {"text", bpf_text(program)}});
    json["backends"] = Json::array();
    for (const BackendChoice& backend : explained.backends) {
      Json entry{{"name", backend.name}, {"possible", backend.possible}};
      if (!backend.possible) entry["reason"] = backend.reason;
      json["backends"].push_back(entry);
    }
    if (auto chosen = choose_backend(explained.backends, "auto"); chosen.ok()) {
      json["auto"] = {{"name", (*chosen)->name}};
      if (!(*chosen)->merit.empty()) json["auto"]["reason"] = (*chosen)->merit;
    }
    json["hazards"] = Json::array();
    for (const Diagnostic& warning : resolved.warnings)
      json["hazards"].push_back({{"message", warning.message}, {"remedy", warning.hint}});
    for (const Hazard& hazard : resolved.hazards)
      json["hazards"].push_back({{"message", hazard.message},
                                 {"remedy", hazard.remedy},
                                 {"refused", hazard.level == Hazard::Level::Refused},
                                 {"overridable", hazard.overridable}});
    return json;
  }

  std::vector<std::string> definitions_;
  bool json_ = false;
  std::string via_ = "auto";
  DefinitionOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() {
  return std::make_unique<ExplainCommand>();
}

}  // namespace uproar
