#include "commands/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/near_texts.h"
#include "commands/all_commands.h"
#include "kernel/tracefs/tracefs.h"

namespace uproar {

const std::vector<CommandEntry>& registry() {
  static const std::vector<CommandEntry> entries = {
      {"add", "define uprobe events",
       "  uproar add 'p:app/area ./app:area w=%di:s32 h=%si:s32'\n  uproar add -f probes.txt\n",
       make_add_command},
      {"events", "list every uprobe event of the system", "  uproar events\n  uproar events 'app/*' --json\n",
       make_events_command},
      {"enable", "switch events on in the kernel's main trace buffer",
       "  uproar enable 'app/*'\n  uproar enable app/area --filter 'w > 100'\n", make_enable_command},
      {"disable", "switch events off again", "  uproar disable 'app/*'\n", make_disable_command},
      {"remove", "remove events by name", "  uproar remove app/area\n  uproar remove 'app/*'\n",
       make_remove_command},
      {"clean", "remove what dead recorders left behind", "  uproar clean\n", make_clean_command},
      {"list", "list the places of a file or process that can be probed",
       "  uproar list bash 'readline*'\n  uproar list -p 4321 '*::parse*'\n  uproar list ./app --vars "
       "app::area\n",
       make_list_command},
      {"explain", "show what a definition becomes, without touching the kernel",
       "  uproar explain 'r:BashReadline bash:readline cmd=+0($retval):string'\n", make_explain_command},
      {"record", "record events to a file",
       "  uproar record -e 'r:BashReadline bash:readline cmd=+0($retval):string' -o session.upr\n"
       "  uproar record -e 'p:take ./t:take id=%di:s32 s=+0(%si):string' -- ./t\n"
       "  uproar record --from trace_pipe.txt -o session.upr\n",
       make_record_command},
      {"trace", "print events as they happen",
       "  uproar trace -e 'r:BashReadline bash:readline cmd=+0($retval):string'\n"
       "  uproar trace -e 'p:take ./t:take id=%di:s32' -n 10 --json -- ./t | jq .args\n",
       make_trace_command},
      {"script", "replay a recording as text",
       "  uproar script session.upr\n  uproar script --json session.upr | jq .args\n", make_script_command},
      {"convert", "turn recordings into other formats, and other formats into recordings",
       "  uproar convert trace.dat session.upr\n  uproar convert session.upr session.csv\n"
       "  uproar convert --to json session.upr - | jq .args\n",
       make_convert_command},
      {"info", "say what is in a recording", "  uproar info session.upr\n  uproar info --json session.upr\n",
       make_info_command},
      {"check", "say whether a recording is whole",
       "  uproar check session.upr\n  uproar check --json session.upr\n", make_check_command},
      {"repair", "save what is readable of a damaged recording", "  uproar repair damaged.upr saved.upr\n",
       make_repair_command},
      {"doctor", "say what this machine allows, and how to mend what it does not", "  uproar doctor\n",
       make_doctor_command},
  };
  return entries;
}

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string line = "uproar";
  for (const std::string& word : words) {
    bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$*?[]()<>|&;`") == std::string::npos;
    line += ' ';
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

int print_and_end(const std::string& text, Console& console) {
  console.print(text);
  console.flush();
  return console.ok() ? kDone : kFailed;
}

// The first word, if it is neither an option nor a command.
std::optional<Error> unknown_command(const std::vector<std::string>& words) {
  if (words.empty() || words[0].rfind('-', 0) == 0) return std::nullopt;
  std::vector<std::string> names;
  for (const CommandEntry& entry : registry()) names.emplace_back(entry.name);
  if (std::find(names.begin(), names.end(), words[0]) != names.end()) return std::nullopt;
  auto near = near_texts(names, words[0], 1);
  std::string remedy =
      near.empty() ? "uproar --help lists the commands" : "did you mean 'uproar " + near[0] + "'?";
  return Error{"there is no command '" + words[0] + "'", {}, remedy, 0};
}

std::string help_of(const CLI::App& sub, bool takes_command) {
  std::string text = sub.help();
  std::string usage = "Usage: " + sub.get_name();
  size_t at = text.find(usage);
  if (at == std::string::npos) return text;
  text.replace(at, usage.size(), "Usage: uproar " + sub.get_name());
  size_t end = text.find('\n', at);
  if (takes_command) text.insert(end, " [[--] COMMAND …]");
  return text;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, Console& console) {
  if (auto unknown = unknown_command(arguments)) {
    console.error(*unknown);
    return kUsage;
  }
  CLI::App app{"uprobe events: define them, record them, replay them", "uproar"};
  app.set_version_flag("--version", "uproar " UPROAR_VERSION);
  app.require_subcommand(1);

  // What stands behind the first "--" belongs to the command that is recorded, options included.
  auto separator = std::find(arguments.begin(), arguments.end(), "--");
  std::vector<std::string> own(arguments.begin(), separator);
  std::vector<std::string> trailing(separator == arguments.end() ? separator : separator + 1,
                                    arguments.end());

  std::vector<std::unique_ptr<Command>> commands;
  for (size_t i = 0; i < registry().size(); ++i) {
    const CommandEntry& entry = registry()[i];
    CLI::App* sub = app.add_subcommand(entry.name, entry.summary);
    commands.push_back(entry.make());
    commands.back()->declare(*sub);
    sub->add_flag_callback(
        "-q,--quiet", [&console] { console.set_quiet(true); }, "print results and errors only");
    sub->footer(std::string("Example:\n") + entry.example);
  }

  std::vector<std::string> reversed(own.rbegin(), own.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    if (app.get_subcommands().empty()) console.print(app.help());
    for (size_t i = 0; i < registry().size(); ++i) {
      if (!app.got_subcommand(registry()[i].name)) continue;
      console.print(help_of(*app.get_subcommand(registry()[i].name), commands[i]->takes_trailing_command()));
    }
    return print_and_end("", console);
  } catch (const CLI::CallForVersion& version) {
    return print_and_end(std::string(version.what()) + "\n", console);
  } catch (const CLI::ParseError& error) {
    const CLI::App* failed = &app;
    for (const CLI::App* sub : app.get_subcommands()) failed = sub;
    std::string name = failed == &app ? "uproar" : "uproar " + failed->get_name();
    console.error(Error{error.what(), {}, name + " --help shows what it takes", 0});
    return kUsage;
  }

  for (size_t i = 0; i < registry().size(); ++i) {
    if (!app.got_subcommand(registry()[i].name)) continue;
    if (separator != arguments.end() && !commands[i]->takes_trailing_command()) {
      console.error(
          Error{std::string("'uproar ") + registry()[i].name + "' takes no command behind --", {}, {}, 0});
      return kUsage;
    }
    commands[i]->set_invocation(std::move(trailing), joined(arguments));
    int status = commands[i]->run(console);
    console.flush();
    if (const std::string mounted = tracefs_mounted_by_looking(); !mounted.empty()) {
      console.note(
          fmt::format("uproar: the kernel mounted tracefs at {0} when it was looked for there, and keeps it: "
                      "umount {0} undoes that\n",
                      mounted));
    }
    return console.ok() || status != kDone ? status : kFailed;
  }
  return kUsage;
}

}  // namespace uproar
