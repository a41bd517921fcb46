// Every sample of formats/definition/samples/hazards: what `record` says of definitions that end badly, whole
// texts compared. See the README there for the form.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/fd.h"
#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "binary/symbols/named_symbols.h"
#include "binary/symbols/symbols.h"
#include "commands/options/event_choice.h"
#include "support/in_process.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kFolders{UPROAR_SITE_FIXTURES, UPROAR_FIXTURES};

// What a sample asks for.
struct Sample {
  ResolveOptions options;
  std::vector<std::string> programs;
  std::vector<std::string> definitions;
};

std::string path_of(const std::string& program) {
  for (const std::string& folder : kFolders) {
    if (fs::exists(folder + "/" + program)) return folder + "/" + program;
  }
  return {};
}

// {PROGRAM@SYMBOL}: the file offset of a function or variable; {PROGRAM@}: the size of the file.
std::string place_in(const std::string& program, const std::string& symbol) {
  auto file = ElfFile::open(path_of(program));
  if (!file.ok()) return "?";
  std::ostringstream text;
  text << "0x" << std::hex;
  if (symbol.empty()) {
    text << (*file)->size();
    return text.str();
  }
  auto symbols = (*file)->symbols();
  if (!symbols.ok()) return "?";
  for (const ElfSymbol* each : find_named(**symbols, symbol).code) {
    text << file_offset_of((*file)->segments(), each->vaddr).value_or(0);
    return text.str();
  }
  for (const ElfSymbol* each : find_by_name(**symbols, symbol)) {
    text << file_offset_of((*file)->segments(), each->vaddr).value_or(0);
    return text.str();
  }
  return "?";
}

std::string with_places(std::string line) {
  static const std::regex kPlace(R"(\{([^@}]+)@([^}]*)\})");
  for (std::smatch found; std::regex_search(line, found, kPlace);)
    line = found.prefix().str() + place_in(found[1], found[2]) + found.suffix().str();
  return line;
}

Sample read_sample(const std::string& text) {
  Sample sample;
  sample.options.kernel_release = "6.18.0";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key, word;
    words >> key;
    if (key == "#kernel") {
      words >> sample.options.kernel_release;
    } else if (key == "#options") {
      while (words >> word) {
        sample.options.force |= word == "--force";
        sample.options.all |= word == "--all";
      }
    } else if (key == "#program") {
      while (words >> word) sample.programs.push_back(word);
    } else if (!line.empty()) {
      sample.definitions.push_back(with_places(line));
    }
  }
  return sample;
}

// Numbers that a compiler or linker chose, and the underlines as long as they.
std::string without_chance(std::string text) {
  for (const std::string& folder : kFolders) {
    for (size_t at; (at = text.find(folder + "/")) != std::string::npos;) text.erase(at, folder.size() + 1);
  }
  static const std::regex kNumber("0x[0-9a-f]{3,}");
  static const std::regex kUnderline(" *\\^~+\n");
  const bool by_chance = std::regex_search(text, kNumber);
  text = std::regex_replace(text, kNumber, "0x…");
  return by_chance ? std::regex_replace(text, kUnderline, "    ^~~~\n") : text;
}

std::string told(const Sample& sample) {
  std::FILE* out = std::tmpfile();
  std::FILE* err = std::tmpfile();
  std::string details;
  {
    Console console(::fileno(out), ::fileno(err));
    RecordRequest request;
    std::vector<EventChoice> choices;
    for (const std::string& definition : sample.definitions) choices.push_back({definition, {}});
    const Tracefs nothing_defined(std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/tracefs/small");
    auto chosen = choose_events(nothing_defined, choices, sample.options, Backend::Tracefs, request, console);
    if (!chosen.ok()) console.error(chosen.error());
    if (chosen.ok()) {
      for (const auto& probe : request.probes) {
        const size_t places = probe.plan.sites.size();
        details += "armed as " + std::string(probe.plan.is_return ? "r" : "p") +
                   (places == 1 ? "" : ", at several places") + "\n";
        auto resolved = resolve_and_fit(probe.plan.definition, sample.options);
        if (!resolved.ok()) continue;
        for (const Hazard& hazard : resolved->hazards) {
          if (hazard.level == Hazard::Level::Detail) details += "detail: " + hazard.message + "\n";
        }
      }
    }
  }
  drained(out);
  return without_chance(drained(err) + details);
}

std::vector<fs::path> samples() {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(UPROAR_SOURCE_DIR) / "formats/definition/samples/hazards")) {
    if (entry.path().extension() == ".probe") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class HazardSample : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    std::string path;
    for (const std::string& folder : kFolders) path += (path.empty() ? "" : ":") + folder;
    before_ = std::getenv("PATH") ? std::getenv("PATH") : "";
    ::setenv("PATH", path.c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

TEST_P(HazardSample, IsToldAsStored) {
  auto text = read_file(GetParam().string());
  ASSERT_TRUE(text.ok());
  const Sample sample = read_sample(*text);
  ASSERT_FALSE(sample.programs.empty()) << "no #program";
  for (const std::string& program : sample.programs) {
    if (path_of(program).empty()) GTEST_SKIP() << "no compiler here for " << program;
  }
  fs::path file = GetParam();
  file.replace_extension(".told");
  const std::string now = told(sample);
  // With UPROAR_UPDATE_SAMPLES set the expected texts are written anew, to be looked at in the diff.
  if (std::getenv("UPROAR_UPDATE_SAMPLES") != nullptr) std::ofstream(file, std::ios::binary) << now;
  auto stored = read_file(file.string());
  ASSERT_TRUE(stored.ok()) << render(stored.error()) << now;
  EXPECT_EQ(now, *stored);
}

INSTANTIATE_TEST_SUITE_P(Samples, HazardSample, testing::ValuesIn(samples()), [](const auto& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace uproar
