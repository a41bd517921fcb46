#include "resolve/places/find_usdt.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/glob.h"
#include "base/near_texts.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/symbols.h"
#include "binary/usdt/usdt_notes.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownNames = 8;

bool is_pattern(const std::string& text) {
  return text.find_first_of("*?[") != std::string::npos;
}

bool matches(const std::string& pattern, const std::string& name) {
  if (!is_pattern(pattern)) return pattern == name;
  return glob_matches(from_shell_glob(pattern), name);
}

// In alphabetical order, each once.
template <typename Name>
std::vector<std::string> names_of(const std::vector<UsdtProbe>& probes, Name name) {
  std::vector<std::string> names;
  for (const UsdtProbe& probe : probes) {
    if (std::string each = name(probe); !each.empty()) names.push_back(std::move(each));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Error no_probes(const ElfFile& file, size_t damaged, const TextSpan& where) {
  if (damaged != 0) {
    return where.error(
        fmt::format("{} has no USDT probes that could be read: {} are damaged", file.path(), damaged),
        "install the package of this file again");
  }
  return where.error(
      fmt::format("{} has no USDT probes", file.path()),
      "they are there only if the program was built with them (readelf -n shows .note.stapsdt); a "
      "function is probed by its name");
}

// "did you mean …", else what there is.
std::string suggestion(const std::vector<std::string>& names, const std::string& wanted,
                       std::string_view what) {
  std::string hint = is_pattern(wanted) ? std::string() : did_you_mean(near_texts(names, wanted));
  return hint.empty() ? fmt::format("{} {}", what, short_list(names, kShownNames)) : hint;
}

Error no_match(const ast::Site& site, const ElfFile& file, const std::vector<UsdtProbe>& probes,
               const TextSpan& where) {
  auto providers = names_of(probes, [](const UsdtProbe& probe) { return probe.provider; });
  const bool has_provider = std::any_of(providers.begin(), providers.end(), [&](const std::string& name) {
    return matches(site.provider, name);
  });
  if (!has_provider) {
    return where.error(fmt::format("{} has no USDT probes of the provider {}", file.path(), site.provider),
                       suggestion(providers, site.provider, "its providers are"));
  }
  auto elsewhere = names_of(probes, [&](const UsdtProbe& probe) {
    return matches(site.symbol, probe.name) ? probe.provider : std::string();
  });
  auto names = names_of(probes, [&](const UsdtProbe& probe) {
    return matches(site.provider, probe.provider) ? probe.name : std::string();
  });
  std::string message = fmt::format("{} has no USDT probe {}:{}", file.path(), site.provider, site.symbol);
  if (!elsewhere.empty() && !is_pattern(site.symbol))
    return where.error(message, fmt::format("did you mean %{}:{}?", elsewhere.front(), site.symbol));
  return where.error(message,
                     suggestion(names, site.symbol, fmt::format("the probes of {} are", site.provider)));
}

FoundPlace to_place(const UsdtProbe& probe, ElfFile& file) {
  FoundPlace place;
  place.vaddr = probe.vaddr;
  place.ref_counter = probe.semaphore_offset;
  place.usdt_probe = probe.provider + ":" + probe.name;
  place.usdt_arguments = probe.arguments;
  auto symbols = file.symbols();
  if (!symbols.ok()) return place;
  if (const ElfSymbol* function = function_at(**symbols, probe.vaddr)) {
    place.symbol = readable_name(function->name, NameForm::Name);
    place.function_vaddr = function->vaddr;
    place.function_size = function->size;
    place.symbol_offset = probe.vaddr - function->vaddr;
  }
  return place;
}

// The kernel takes one place once, with one counter: of several notes for it the first stands.
Result<FoundPlaces> one_for_each_address(FoundPlaces places, const TextSpan& where, Hazards& hazards) {
  FoundPlaces kept;
  std::map<uint64_t, size_t> by_address;
  for (FoundPlace& place : places) {
    auto [known, is_new] = by_address.try_emplace(place.vaddr, kept.size());
    if (is_new) {
      kept.push_back(std::move(place));
      continue;
    }
    const FoundPlace& first = kept[known->second];
    if (first.ref_counter != place.ref_counter) {
      return where.error(
          fmt::format("{} and {} are at the same place, 0x{:x}, and have different semaphores, of which "
                      "the kernel takes one",
                      first.usdt_probe, place.usdt_probe, place.vaddr),
          "name one of them");
    }
    hazards.push_back({Hazard::Level::Note,
                       fmt::format("{} at 0x{:x} is recorded once, as {}, which is at the same place",
                                   place.usdt_probe, place.vaddr, first.usdt_probe),
                       {}});
  }
  return kept;
}

void note_lost_semaphores(const std::vector<const UsdtProbe*>& probes, Hazards& hazards) {
  for (const UsdtProbe* probe : probes) {
    if (probe->semaphore_vaddr == 0 || probe->semaphore_offset != 0) continue;
    hazards.push_back(
        {Hazard::Level::Note,
         fmt::format("the semaphore of {}:{} (0x{:x}) is not in the file: the program may skip the probe",
                     probe->provider, probe->name, probe->semaphore_vaddr),
         {}});
    return;
  }
}

}  // namespace

Result<FoundPlaces> find_usdt(const ast::Site& site, std::string_view text, ProbedFile& file,
                              Hazards& hazards) {
  const TextSpan where{site.span, text};
  ElfFile& elf = file.elf();
  auto read = read_usdt_probes(elf);
  if (!read.ok()) return where.error(read.error());
  if (read->probes.empty()) return no_probes(elf, read->damaged, where);

  std::vector<const UsdtProbe*> chosen;
  for (const UsdtProbe& probe : read->probes) {
    if (matches(site.provider, probe.provider) && matches(site.symbol, probe.name)) chosen.push_back(&probe);
  }
  if (chosen.empty()) return no_match(site, elf, read->probes, where);
  note_lost_semaphores(chosen, hazards);

  FoundPlaces places;
  places.reserve(chosen.size());
  for (const UsdtProbe* probe : chosen) places.push_back(to_place(*probe, elf));
  return one_for_each_address(std::move(places), where, hazards);
}

}  // namespace uproar
