#include "resolve/places/process_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/glob.h"
#include "base/near_texts.h"
#include "binary/symbols/function_names.h"
#include "binary/usdt/usdt_notes.h"
#include "resolve/places/function_candidates.h"
#include "resolve/target/probed_file.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownFiles = 6;

enum class Holds : uint8_t { Nothing, Partly, Wholly };  // Partly: with leading scopes that were left out

Holds holds_probe(const ast::Site& site, ElfFile& file) {
  auto read = read_usdt_probes(file);
  if (!read.ok()) return Holds::Nothing;
  const std::string provider = from_shell_glob(site.provider);
  const std::string name = from_shell_glob(site.symbol);
  return std::any_of(read->probes.begin(), read->probes.end(),
                     [&](const UsdtProbe& probe) {
                       return glob_matches(provider, probe.provider) && glob_matches(name, probe.name);
                     })
             ? Holds::Wholly
             : Holds::Nothing;
}

Holds holds_function(const ast::Site& site, ProbedFile& file, bool with_debug_info) {
  auto symbols = file.elf().symbols();
  if (!symbols.ok()) return Holds::Nothing;
  auto found = find_candidates(named_function(site.symbol), **symbols, file, with_debug_info);
  if (!found.ok() || (found->code.empty() && found->inlined.empty())) return Holds::Nothing;
  return found->how < NameMatch::Scoped ? Holds::Wholly : Holds::Partly;
}

Holds holds(const ast::Site& site, const std::string& path, bool with_debug_info) {
  auto file = ProbedFile::open(path);
  if (!file.ok()) return Holds::Nothing;
  return site.form == ast::Site::Form::Usdt ? holds_probe(site, file->elf())
                                            : holds_function(site, *file, with_debug_info);
}

// Of the files that hold the site best, as a definition names them.
std::vector<std::string> typed(const std::vector<TargetFile>& files) {
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const TargetFile& file : files) names.push_back(process_target_text(file.pid, file.shown));
  return names;
}

}  // namespace

Result<TargetFile> file_in_process(const ast::Probe& probe, std::string_view text, TargetFile executable,
                                   const PathEnvironment& environment, Hazards& hazards) {
  const ast::Site& site = probe.site;
  const bool is_process = probe.target.form == ast::Target::Form::Process && probe.target.text.empty();
  const bool by_name = site.form == ast::Site::Form::Usdt || site.form == ast::Site::Form::Symbol;
  if (!is_process || !by_name) return executable;
  auto files = files_of_process(probe.target.pid, environment);
  if (!files.ok()) return executable;
  const Holds own = holds(site, executable.path, true);
  std::vector<TargetFile> wholly;
  std::vector<TargetFile> partly;
  for (size_t i = 1; i < files->size(); ++i) {
    const Holds found = holds(site, (*files)[i].path, false);
    if (found == Holds::Wholly) wholly.push_back((*files)[i]);
    if (found == Holds::Partly) partly.push_back((*files)[i]);
  }
  const std::string shown =
      site.form == ast::Site::Form::Usdt ? fmt::format("%{}:{}", site.provider, site.symbol) : site.symbol;
  if (own == Holds::Wholly || (own == Holds::Partly && wholly.empty())) {
    if (!wholly.empty()) {
      hazards.push_back({Hazard::Level::Note,
                         fmt::format("{} is also in {} of process {}, which {} not probed", shown,
                                     short_list(typed(wholly), kShownFiles), probe.target.pid,
                                     wholly.size() == 1 ? "is" : "are"),
                         "name a file to probe it there"});
    }
    return executable;
  }
  std::vector<TargetFile>& best = wholly.empty() ? partly : wholly;
  if (best.empty()) return executable;
  if (best.size() > 1) {
    const TextSpan where{probe.target.span, text};
    return where.error(
        fmt::format("{} files that process {} maps have {}", best.size(), probe.target.pid, shown),
        "choose one: " + short_list(typed(best), kShownFiles));
  }
  hazards.push_back(
      {Hazard::Level::Detail,
       fmt::format("{} is in {}, which process {} maps", shown, best.front().shown, probe.target.pid),
       {}});
  return best.front();
}

}  // namespace uproar
