#include "resolve/places/find_usdt.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "binary/usdt/usdt_operand.h"
#include "resolve/arguments/usdt_argument.h"
#include "support/elf_oracle.h"
#include "support/fetch_text.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

// A definition's text with the site %PROVIDER:NAME in it.
struct Wanted {
  Wanted(const std::string& provider, const std::string& name)
      : text("p x:%" + provider + ":" + name + " a=$arg1") {
    site.form = ast::Site::Form::Usdt;
    site.provider = provider;
    site.symbol = name;
    site.span = {4, static_cast<uint32_t>(text.find(' ', 4))};
  }
  std::string text;
  ast::Site site;
};

class FindUsdt : public testing::Test {
 protected:
  void open(const std::string& path) {
    auto opened = ProbedFile::open(path);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    file_ = std::make_unique<ProbedFile>(std::move(*opened));
    path_ = path;
    for (const LoadSegment& segment : file_->elf().segments()) {
      if (segment.executable) code_ = &segment;
    }
  }
  void SetUp() override { open(UPROAR_USDT_FIXTURES "/usdt"); }

  Result<FoundPlaces> find(const std::string& provider, const std::string& name) {
    wanted_ = std::make_unique<Wanted>(provider, name);
    return find_usdt(wanted_->site, wanted_->text, *file_, hazards_);
  }
  std::string argument(const FoundPlace& place, uint32_t number) {
    const ArgumentContext context{wanted_->text, *file_, *code_, place};
    auto made = usdt_argument(
        number,
        {static_cast<uint32_t>(wanted_->text.size() - 5), static_cast<uint32_t>(wanted_->text.size())},
        context);
    return made.ok() ? made->name + "=" + fetch_text(*made) : render(made.error());
  }

  std::unique_ptr<ProbedFile> file_;
  std::unique_ptr<Wanted> wanted_;
  std::string path_;
  const LoadSegment* code_ = nullptr;
  Hazards hazards_;
};

TEST_F(FindUsdt, EveryLocationIsAPlaceOfItsOwn) {
  auto places = find("app", "item");
  ASSERT_TRUE(places.ok()) << places.error().message;
  ASSERT_EQ(places->size(), 2u);
  auto semaphore = oracle::offset_by_sections(path_, oracle::address(path_, "item_semaphore"));
  std::vector<std::string> functions;
  for (const FoundPlace& place : *places) {
    EXPECT_EQ(place.ref_counter, semaphore);
    EXPECT_EQ(place.usdt_probe, "app:item");
    EXPECT_EQ(split_usdt_arguments(place.usdt_arguments).size(), 5u);
    EXPECT_EQ(place.function_vaddr, oracle::address(path_, place.symbol));
    EXPECT_EQ(place.vaddr, place.function_vaddr + place.symbol_offset);
    EXPECT_FALSE(place.is_function_entry);
    functions.push_back(place.symbol);
  }
  std::sort(functions.begin(), functions.end());
  EXPECT_EQ(functions, (std::vector<std::string>{"even", "odd"}));
  EXPECT_TRUE(hazards_.empty());
}

TEST_F(FindUsdt, PatternsNameSeveralProbes) {
  EXPECT_EQ(find("app", "*")->size(), 6u);
  EXPECT_EQ(find("*", "[ps]*")->size(), 3u);
  EXPECT_EQ(find("a?p", "item")->size(), 2u);
}

TEST_F(FindUsdt, ArgumentsAreThoseOfTheirPlace) {
  const uint64_t last = oracle::address(path_, "totals") + 8;
  auto places = find("app", "item");
  for (const FoundPlace& place : *places) {
    EXPECT_EQ(argument(place, 4),
              "arg4=@+" + std::to_string(last - (code_->vaddr - code_->file_offset)) + ":s32");
    EXPECT_EQ(argument(place, 5), "arg5=\\-7:s32");
    // The compiler chose; the text of the note tells what.
    const bool in_register = place.usdt_arguments.compare(0, 4, "-4@%") == 0;
    EXPECT_EQ(argument(place, 1).find("(%sp):s32") == std::string::npos, in_register) << place.usdt_arguments;
  }
}

TEST_F(FindUsdt, MissingArgumentIsNamed) {
  auto places = find("app", "pair");
  ASSERT_EQ(places->size(), 1u);
  std::string message = argument(places->front(), 3);
  EXPECT_NE(message.find("app:pair has 2 arguments at 0x"), std::string::npos) << message;
  EXPECT_NE(message.find("and no $arg3"), std::string::npos) << message;
  EXPECT_NE(message.find("^~~~~"), std::string::npos) << message;
  places = find("app", "start");
  EXPECT_NE(argument(places->front(), 1).find("app:start has no arguments at 0x"), std::string::npos);
  EXPECT_EQ(split_usdt_arguments(places->front().usdt_arguments).size(), 0u);
}

TEST_F(FindUsdt, OperandThatCannotBeFetchedIsNamed) {
  auto places = find("app", "scaled");
  std::string message = argument(places->front(), 1);
  EXPECT_NE(message.find("cannot be fetched: its address is the sum of two registers"), std::string::npos)
      << message;
}

TEST_F(FindUsdt, NearNamesAreOffered) {
  auto found = find("app", "itme");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(render(found.error()), "error: " + path_ + " has no USDT probe app:itme\n" +
                                       "  p x:%app:itme a=$arg1\n"
                                       "      ^~~~~~~~~\n"
                                       "  help: did you mean item?\n");
  EXPECT_EQ(find("app", "zzzzzzzz").error().remedy,
            "the probes of app are item, pair, scaled, start, watched");
  EXPECT_EQ(find("ap", "item").error().message, path_ + " has no USDT probes of the provider ap");
  EXPECT_EQ(find("ap", "item").error().remedy, "did you mean app?");
  EXPECT_EQ(find("x*", "item").error().remedy, "its providers are app");
  EXPECT_FALSE(find("app", "x*").ok());
}

TEST_F(FindUsdt, FileWithoutProbesSaysSo) {
  open(oracle::fixture("pie"));
  auto found = find("libc", "setjmp");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().message, path_ + " has no USDT probes");
  EXPECT_FALSE(found.error().remedy.empty());
}

TEST_F(FindUsdt, StrippedProgramHasItsProbesButNotTheirVariables) {
  const TemporaryFolder folder;
  const std::string stripped = folder.path("stripped");
  ASSERT_TRUE(oracle::lines_of("strip -o " + stripped + " " + path_ + " 2>&1").empty());
  open(stripped);
  auto places = find("app", "item");
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(places->size(), 2u);
  EXPECT_EQ(places->front().symbol, "");
  std::string message = argument(places->front(), 4);
  EXPECT_NE(message.find("has no symbol totals (it is stripped)"), std::string::npos) << message;
}

class OtherMachine : public FindUsdt, public testing::WithParamInterface<const char*> {};

TEST_P(OtherMachine, ArgumentsOfItsKind) {
  const std::string path = UPROAR_USDT_FIXTURES "/" + std::string(GetParam());
  if (::access(path.c_str(), R_OK) != 0) GTEST_SKIP() << "no compiler for " << GetParam() << " here";
  open(path);
  auto places = find("app", "taken");
  ASSERT_TRUE(places.ok()) << places.error().message;
  ASSERT_EQ(places->size(), 1u);
  EXPECT_NE(places->front().ref_counter, 0u);
  EXPECT_EQ(places->front().symbol, "taken");
  EXPECT_EQ(argument(places->front(), 5), "arg5=\\-3:s32");
  const std::string first = argument(places->front(), 1);
  EXPECT_EQ(first.substr(0, 6), "arg1=%") << first;
  EXPECT_EQ(first.substr(first.size() - 4), ":s32") << first;
}

INSTANTIATE_TEST_SUITE_P(FindUsdt, OtherMachine, testing::Values("usdt32", "usdt_arm64"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace uproar
