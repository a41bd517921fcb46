#include "resolve/places/candidate_names.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "binary/elf/address.h"
#include "binary/symbols/demangle.h"

namespace uproar {
namespace {

std::string offset_of(const ElfSymbol& symbol, const std::vector<LoadSegment>& segments) {
  return fmt::format("0x{:x}", file_offset_of(segments, symbol.vaddr).value_or(symbol.vaddr));
}

bool has_file(const FunctionCandidates& found, size_t i) {
  if (i >= found.code.size()) return !found.inlined[i - found.code.size()].file.empty();
  return found.code[i].source && !found.code[i].source->file.empty();
}

// Empty where the files do not tell them apart.
std::vector<std::string> by_file(const FunctionCandidates& found, const NamedFunction& wanted,
                                 const std::vector<LoadSegment>& segments) {
  if (!wanted.file.empty()) return {};
  std::vector<std::string> candidates;
  std::set<std::string> distinct;
  const std::vector<std::string> names = names_with_files(found, wanted.name);
  for (size_t i = 0; i < names.size(); ++i) {
    if (!has_file(found, i)) return {};
    if (!distinct.insert(names[i]).second) continue;
    candidates.push_back(i < found.code.size()
                             ? fmt::format("{} at {}", names[i], offset_of(found.code[i].symbol, segments))
                             : names[i] + " (inlined)");
  }
  return distinct.size() == found.groups ? candidates : std::vector<std::string>();
}

std::vector<std::string> by_name(const std::vector<FunctionCandidate>& code,
                                 const std::vector<LoadSegment>& segments) {
  std::vector<std::string> names;
  names.reserve(code.size());
  for (const FunctionCandidate& each : code) names.push_back(readable_name(each.symbol.name, NameForm::Full));
  const std::set<std::string> distinct(names.begin(), names.end());
  std::vector<std::string> candidates;
  for (size_t i = 0; i < code.size(); ++i) {
    const ElfSymbol& symbol = code[i].symbol;
    std::string candidate = offset_of(symbol, segments);
    if (distinct.size() == code.size()) {
      candidate = fmt::format("{} at {}", names[i], candidate);
    } else if (symbol.name != names[i]) {
      candidate = fmt::format("{} at {} ({})", names[i], candidate, symbol.name);
    } else if (distinct.size() > 1) {
      candidate = fmt::format("{} at {} ({} bytes)", names[i], candidate, symbol.size);
    } else if (symbol.size != 0) {
      candidate = fmt::format("{} ({} bytes)", candidate, symbol.size);
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace

std::vector<std::string> names_with_files(const FunctionCandidates& found, const std::string& name) {
  std::vector<FunctionCandidate> all = found.code;
  for (const FunctionInstance& each : found.inlined) {
    FunctionCandidate& made = all.emplace_back();
    made.source = each;
    made.group = SIZE_MAX;
  }
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const FunctionCandidate& each : all) names.push_back(name_with_file(each, all, name));
  return names;
}

std::vector<std::string> names_to_choose_from(const FunctionCandidates& found, const NamedFunction& wanted,
                                              const std::vector<LoadSegment>& segments) {
  std::vector<std::string> names = by_file(found, wanted, segments);
  return names.empty() ? by_name(found.code, segments) : names;
}

}  // namespace uproar
