// Every sample of formats/definition/samples against its stored AST or message, whole texts compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/fd.h"
#include "definition/ast_dump.h"
#include "definition/check.h"
#include "definition/parser.h"
#include "definition/printer.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

// With UPROAR_UPDATE_SAMPLES set the expected texts are written anew, to be looked at in the diff.
void expect_stored(const fs::path& file, const std::string& text) {
  if (std::getenv("UPROAR_UPDATE_SAMPLES") != nullptr) std::ofstream(file, std::ios::binary) << text;
  auto stored = read_file(file.string());
  ASSERT_TRUE(stored.ok()) << render(stored.error());
  EXPECT_EQ(text, *stored);
}

Result<void> check_line(const ast::Line& line, std::string_view text) {
  const auto* probe = std::get_if<ast::Probe>(&line);
  return probe == nullptr ? Result<void>() : check(*probe, text, Architecture::X86_64);
}

std::vector<fs::path> samples_of(const char* kind) {
  std::vector<fs::path> found;
  for (const auto& entry :
       fs::directory_iterator(fs::path(UPROAR_SOURCE_DIR) / "formats/definition/samples" / kind)) {
    if (entry.path().extension() == ".probe") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string name_of_sample(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class GoodSample : public testing::TestWithParam<fs::path> {};

TEST_P(GoodSample, GivesTheStoredTreeAndReadsBack) {
  auto text = read_file(GetParam().string());
  ASSERT_TRUE(text.ok());
  auto parsed = parse_line(*text);
  ASSERT_TRUE(parsed.ok()) << render(parsed.error());
  auto checked = check_line(parsed->line, *text);
  EXPECT_TRUE(checked.ok()) << render(checked.error());

  std::string expected = dump(parsed->line);
  std::string canonical = print(parsed->line);
  if (!canonical.empty()) expected += "printed " + canonical + '\n';
  for (const Diagnostic& warning : parsed->warnings) expected += render_warning(warning, *text);
  fs::path stored = GetParam();
  expect_stored(stored.replace_extension(".ast"), expected);

  auto again = parse_line(canonical);
  ASSERT_TRUE(again.ok()) << canonical << '\n' << render(again.error());
  EXPECT_EQ(dump(again->line), dump(parsed->line)) << canonical;
  EXPECT_EQ(print(again->line), canonical);
}

class BadSample : public testing::TestWithParam<fs::path> {};

TEST_P(BadSample, GivesTheStoredMessage) {
  auto text = read_file(GetParam().string());
  ASSERT_TRUE(text.ok());
  auto parsed = parse_line(*text);
  auto checked = parsed.ok() ? check_line(parsed->line, *text) : Result<void>(parsed.error());
  ASSERT_FALSE(checked.ok()) << dump(parsed->line);
  fs::path stored = GetParam();
  expect_stored(stored.replace_extension(".err"), render(checked.error()));
}

INSTANTIATE_TEST_SUITE_P(Samples, GoodSample, testing::ValuesIn(samples_of("ok")), name_of_sample);
INSTANTIATE_TEST_SUITE_P(Samples, BadSample, testing::ValuesIn(samples_of("bad")), name_of_sample);

}  // namespace
}  // namespace uproar
