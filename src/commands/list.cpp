#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/glob.h"
#include "binary/elf/address.h"
#include "binary/symbols/function_list.h"
#include "binary/usdt/usdt_notes.h"
#include "binary/usdt/usdt_operand.h"
#include "commands/all_commands.h"
#include "commands/output/json.h"
#include "commands/output/list_details.h"
#include "resolve/target/probed_file.h"
#include "resolve/target/target_path.h"

namespace uproar {
namespace {

constexpr size_t kPrintedAtOnce = size_t{1} << 16;
constexpr size_t kFunctionsWithLines = 2000;

// Names come out of files: a terminal gets no control byte of them.
void append_visible(const std::string& name, std::string& out) {
  for (char c : name) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
}

// Most names need no escapes, and there are a hundred thousand of them.
void append_json_string(const std::string& text, std::string& out) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  if (plain) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
  }
}

class ListCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("BINARY", words_,
                   "program, library or path, then patterns of names: * ? [set], mangled or demangled");
    app.add_option("-p,--pid", pid_, "the executable and all libraries of this process instead")
        ->check(CLI::Range(1, std::numeric_limits<int32_t>::max()));
    app.add_flag("--functions", functions_, "functions only");
    app.add_flag("--usdt", usdt_, "USDT probes only");
    app.add_option("--vars", variables_of_, "parameters and variables of this function (debug information)");
    app.add_option("--lines", lines_of_, "source lines of this function (debug information)");
    app.add_flag("--json", json_, "one JSON object a line");
  }

  int run(Console& console) override {
    std::vector<TargetFile> files;
    if (auto found = choose_files(); found.ok()) {
      files = std::move(*found);
    } else {
      console.error(found.error());
      return pid_ == 0 && words_.empty() ? kUsage : kFailed;
    }
    globs_.assign(words_.begin() + (pid_ == 0 ? 1 : 0), words_.end());
    if (!functions_ && !usdt_) functions_ = usdt_ = true;

    size_t listed = 0;
    std::optional<Error> last;
    for (const TargetFile& file : files) {
      auto opened = ProbedFile::open(file.path);
      Result<void> done;
      if (opened.ok()) {
        done = list(*opened, file, files.size() > 1, console);
      } else {
        done = opened.error();
      }
      if (done.ok()) {
        ++listed;
        continue;
      }
      // Of a process only some files have what was asked for.
      if (files.size() == 1) {
        console.error(done.error());
        return kFailed;
      }
      last = done.error();
    }
    if (listed == 0 && last) console.error(*last);
    if (listed > 0 && printed_ == 0 && !globs_.empty() && variables_of_.empty() && lines_of_.empty()) {
      console.error(Error{fmt::format("nothing matches {}", fmt::join(globs_, ", ")),
                          {},
                          "without a pattern everything is listed",
                          0});
      return kFailed;
    }
    return listed > 0 ? kDone : kFailed;
  }

 private:
  Result<std::vector<TargetFile>> choose_files() {
    if (pid_ != 0) return files_of_process(pid_, default_path_environment());
    if (words_.empty())
      return Error{"no file to list", {}, "uproar list BINARY [GLOB…], or uproar list -p PID [GLOB…]", 0};
    TRY_ASSIGN(TargetFile file, resolve_name(words_[0], default_path_environment()));
    return std::vector<TargetFile>{std::move(file)};
  }

  Result<void> list(ProbedFile& file, const TargetFile& target, bool with_heading, Console& console) {
    if (!variables_of_.empty()) return list_variables(file, variables_of_, json_, console);
    if (!lines_of_.empty()) return list_lines(file, lines_of_, json_, console);
    if (functions_) TRY(list_functions(file, target, with_heading, console));
    if (usdt_) TRY(list_usdt(file.elf(), target, with_heading, console));
    return {};
  }

  // Where the source is told: only for a few functions of a file that has its debug information at hand,
  // because the line tables of a large program take longer to read than its symbols.
  static DebugInfo* lines_for(ProbedFile& probed, size_t functions) {
    if (functions > kFunctionsWithLines || !probed.elf().has_section(".debug_line")) return nullptr;
    auto debug = probed.debug_info();
    return debug.ok() ? *debug : nullptr;
  }

  Result<void> list_functions(ProbedFile& probed, const TargetFile& target, bool with_heading,
                              Console& console) {
    ElfFile& file = probed.elf();
    auto symbols = file.symbols();
    if (!symbols.ok()) return symbols.error();
    auto functions = select_functions(**symbols, globs_, NameForm::Full, true);
    if (functions.empty()) return {};
    std::string out;
    if (!json_ && with_heading) out += target.shown + "\n";
    if (!json_) out += "OFFSET            SIZE  FUNCTION\n";
    DebugInfo* debug = lines_for(probed, functions.size());
    std::string path;
    append_json_string(target.shown, path);
    for (const SelectedFunction& each : functions) {
      const auto offset = file_offset_of(file.segments(), each.symbol->vaddr);
      const LoadSegment* segment = offset ? segment_at(file.segments(), *offset) : nullptr;
      if (!segment || !segment->executable) continue;
      ++printed_;
      const auto line = debug ? debug->line_at(each.symbol->vaddr) : std::nullopt;
      if (json_) {
        append_json(each, *offset, path, line, out);
      } else {
        fmt::format_to(std::back_inserter(out), "{:<#12x}{:>10}  ", *offset, each.symbol->size);
        append_visible(each.name, out);
        if (each.symbol->is_ifunc) out += " [IFUNC]";
        if (line) append_visible(fmt::format("  {}:{}", line->file, line->line), out);
        out += '\n';
      }
      if (out.size() < kPrintedAtOnce) continue;
      console.print(out);
      out.clear();
      if (!console.ok()) break;
    }
    console.print(out);
    return {};
  }

  static void append_json(const SelectedFunction& function, uint64_t offset, const std::string& path,
                          const std::optional<LineAddress>& line, std::string& out) {
    const ElfSymbol& symbol = *function.symbol;
    out += R"({"kind":"function","name":)";
    append_json_string(function.name, out);
    if (function.name != symbol.name) {
      out += R"(,"mangled":)";
      append_json_string(symbol.name, out);
    }
    fmt::format_to(std::back_inserter(out), R"(,"offset":{},"vaddr":{},"size":{})", offset, symbol.vaddr,
                   symbol.size);
    if (!symbol.version.empty()) {
      out += R"(,"version":)";
      append_json_string(symbol.version, out);
    }
    if (symbol.is_ifunc) out += R"(,"ifunc":true)";
    if (line) {
      out += R"(,"file":)";
      append_json_string(line->file, out);
      fmt::format_to(std::back_inserter(out), R"(,"line":{})", line->line);
    }
    out += R"(,"path":)" + path + "}\n";
  }

  bool matches(const UsdtProbe& probe) const {
    const std::string name = probe.provider + ":" + probe.name;
    return globs_.empty() || std::any_of(globs_.begin(), globs_.end(), [&](const std::string& glob) {
             const std::string pattern = from_shell_glob(glob.substr(glob.starts_with('%') ? 1 : 0));
             return glob_matches(pattern, name) || glob_matches(pattern, probe.name);
           });
  }

  Result<void> list_usdt(ElfFile& file, const TargetFile& target, bool with_heading, Console& console) {
    TRY_ASSIGN(UsdtProbes found, read_usdt_probes(file));
    const auto set = instruction_set_of(file.machine());
    std::string out;
    for (const UsdtProbe& probe : found.probes) {
      if (!matches(probe)) continue;
      const auto types = set ? usdt_type_names(probe.arguments, *set) : std::vector<std::string>{};
      if (!json_ && out.empty()) {
        if (with_heading && !functions_) out += target.shown + "\n";
        out += "OFFSET      SEMAPHORE  USDT PROBE\n";
      }
      ++printed_;
      if (json_) {
        append_usdt_json(probe, types, target.shown, out);
        continue;
      }
      fmt::format_to(std::back_inserter(out), "{:<#12x}{:<#11x}%", probe.file_offset, probe.semaphore_offset);
      append_visible(fmt::format("{}:{}({})", probe.provider, probe.name, fmt::join(types, ", ")), out);
      out += '\n';
    }
    console.print(out);
    if (found.damaged > 0)
      console.warn(fmt::format("{} USDT notes of {} are damaged and left out", found.damaged, target.shown));
    return {};
  }

  static void append_usdt_json(const UsdtProbe& probe, const std::vector<std::string>& types,
                               const std::string& path, std::string& out) {
    Json line{{"kind", "usdt"},
              {"name", probe.provider + ":" + probe.name},
              {"provider", probe.provider},
              {"offset", probe.file_offset},
              {"vaddr", probe.vaddr},
              {"args", types},
              {"path", path}};
    if (probe.semaphore_offset != 0) line["semaphore"] = probe.semaphore_offset;
    out += to_line(line);
  }

  std::vector<std::string> words_;
  std::vector<std::string> globs_;
  int32_t pid_ = 0;
  bool functions_ = false;
  bool usdt_ = false;
  std::string variables_of_;
  std::string lines_of_;
  bool json_ = false;
  size_t printed_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_list_command() {
  return std::make_unique<ListCommand>();
}

}  // namespace uproar
