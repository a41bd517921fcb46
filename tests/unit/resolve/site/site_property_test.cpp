// Every function of real libraries: where the probe slid, another disassembler and other tables must agree
// that it is the same event.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>

#include "binary/elf/address.h"
#include "binary/symbols/symbols.h"
#include "resolve/site/instruction_check.h"
#include "resolve/site/site_choice.h"
#include "support/code_oracle.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;
using oracle::Judged;
using oracle::Line;
using oracle::Listing;

using Operations = std::vector<FetchOperation>;
using Kind = FetchOperation::Kind;

FetchArgument argument(const std::string& name, Operations operations) {
  return {name, std::move(operations), {}};
}

struct Variant {
  std::string name;
  std::vector<FetchArgument> arguments;
  std::set<std::string> reads;
  bool is_return = false;
};

std::vector<Variant> variants() {
  Variant plain{"without arguments", {}, {}, false};
  Variant all{"with all registers", {}, {"di", "si", "dx", "cx", "r8", "r9", "ax"}, false};
  for (const std::string& name : all.reads)
    all.arguments.push_back(argument(name, {{Kind::Register, 0, name}}));
  Variant stack{"with the stack", {}, {}, false};
  stack.arguments = {argument("slot", {{Kind::StackSlot, 1, ""}}),
                     argument("memory", {{Kind::Register, 0, "sp"}, {Kind::Dereference, 16, ""}})};
  return {plain, all, stack, {"at the return", {}, {}, true}};
}

class Checker {
 public:
  explicit Checker(const std::string& path) : path_(path), listing_(oracle::listing_of(path)) {
    file_ = std::move(*ElfFile::open(path));
    symbols_ = *file_->symbols();
    code_ = std::make_unique<FileCode>(*file_);
  }

  void check_all() {
    std::map<std::string, std::map<std::string, size_t>> landings;
    size_t functions = 0;
    double seconds = 0;
    uint64_t previous = 0;
    for (const ElfSymbol& symbol : *symbols_) {
      if (!symbol.is_function || symbol.size == 0 || symbol.vaddr == previous) continue;
      if (!listing_.lines.count(symbol.vaddr)) continue;
      previous = symbol.vaddr;
      ++functions;
      FoundPlace place;
      place.vaddr = place.function_vaddr = symbol.vaddr;
      place.function_size = symbol.size;
      place.symbol = symbol.name;
      place.is_function_entry = true;
      if (functions % 4 == 0) check_exits(place);
      for (const Variant& variant : variants_) {
        const auto before = std::chrono::steady_clock::now();
        const SiteChoice choice = choose_site(*code_, place, variant.arguments, variant.is_return);
        seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
        const std::string outcome = outcome_of(place, choice);
        ++landings[variant.name][outcome];
        if (choice.slid_by != 0) prove(place, choice, variant);
      }
    }
    std::printf("%s: returns of %zu functions, %zu of them not decoded; %zu tail calls\n", path_.c_str(),
                exits_, undecoded_, tail_calls_);
    std::printf("%s: %zu functions, %.1f µs for each choice\n", path_.c_str(), functions,
                functions == 0 ? 0 : seconds * 1e6 / static_cast<double>(functions * variants_.size()));
    for (const auto& [variant, counts] : landings) {
      std::printf("  %-20s", variant.c_str());
      for (const auto& [outcome, count] : counts) std::printf("  %s %zu", outcome.c_str(), count);
      std::printf("\n");
    }
  }

 private:
  std::string outcome_of(const FoundPlace& place, const SiteChoice& choice) const {
    if (choice.slid_by != 0) {
      auto line = listing_.lines.find(place.vaddr + choice.slid_by);
      const std::string to = line == listing_.lines.end() ? "?" : line->second.mnemonic;
      return "to " + (to[0] == 'j' && to != "jmp" ? "jcc" : to);
    }
    if (choice.reason.find("single-stepped") == std::string::npos) return "cheap already";
    for (const char* why : {"a jump may", "indirect jump", "begins right", "argument", "stack pointer",
                            "does more", "near", "decoded"})
      if (choice.reason.find(why) != std::string::npos) return std::string("(") + why + ")";
    return "(other)";
  }

  // The RETs of objdump's listing between the function's start and end.
  void check_exits(const FoundPlace& place) {
    const auto exits = function_exits(*code_, place);
    ++exits_;
    if (!exits.ok()) return void(++undecoded_);
    tail_calls_ += exits->tail_calls.size();
    std::vector<uint64_t> expected;
    const uint64_t end = place.vaddr + place.function_size;
    for (uint64_t at = place.vaddr; at < end;) {
      auto line = listing_.lines.find(at);
      ASSERT_TRUE(line != listing_.lines.end() && line->second.next > at) << path_ << ": " << place.symbol;
      const std::string& mnemonic = line->second.mnemonic;
      if (mnemonic.compare(0, 3, "ret") == 0) expected.push_back(at);
      const bool left = mnemonic == "jmp" && line->second.operands[0] != '*' &&
                        listing_.lines.count(std::strtoull(line->second.operands.c_str(), nullptr, 16));
      const uint64_t target = left ? std::strtoull(line->second.operands.c_str(), nullptr, 16) : place.vaddr;
      const ElfSymbol* other = function_at(*symbols_, target);
      const bool tail =
          (target < place.vaddr || target >= end) && other && other->name.find(".cold") == std::string::npos;
      EXPECT_TRUE(!tail || std::binary_search(exits->tail_calls.begin(), exits->tail_calls.end(), at))
          << path_ << ": " << place.symbol;
      at = line->second.next;
    }
    std::vector<uint64_t> found;
    for (uint64_t at : exits->returns)
      if (at >= place.vaddr && at < end) found.push_back(at);
    EXPECT_EQ(found, expected) << path_ << ": " << place.symbol;
  }

  void prove(const FoundPlace& place, const SiteChoice& choice, const Variant& variant) const {
    const uint64_t landing = place.vaddr + choice.slid_by;
    const std::string where = path_ + ": " + place.symbol + " " + variant.name + ": " + choice.reason;
    auto target = listing_.targets.upper_bound(place.vaddr);
    EXPECT_TRUE(target == listing_.targets.end() || *target > landing) << where << "\nis jumped to";
    auto other = std::upper_bound(symbols_->begin(), symbols_->end(), place.vaddr,
                                  [](uint64_t at, const ElfSymbol& symbol) { return at < symbol.vaddr; });
    EXPECT_TRUE(other == symbols_->end() || other->vaddr > landing) << where << "\n" << other->name;
    int64_t lowered = 0;
    uint64_t at = place.vaddr;
    for (; at < landing;) {
      auto line = listing_.lines.find(at);
      ASSERT_TRUE(line != listing_.lines.end()) << where;
      const Judged judged = oracle::judge(line->second);
      const std::string text = line->second.mnemonic + " " + line->second.operands;
      EXPECT_EQ(judged.fault, "") << where << "\n" << text;
      const bool is_read =
          variant.is_return ? judged.written == "sp" : variant.reads.count(judged.written) != 0;
      EXPECT_FALSE(is_read) << where << "\n" << text;
      lowered += judged.lowered;
      at = line->second.next;
    }
    ASSERT_EQ(at, landing) << where << "\nno boundary";
    const std::string& to = listing_.lines.at(landing).mnemonic;
    const bool emulated = to == "push" || to.compare(0, 3, "nop") == 0 || to[0] == 'j' || to == "call" ||
                          listing_.lines.at(landing).operands == "%ax,%ax";
    EXPECT_TRUE(emulated) << where << "\n" << to;
    if (variant.name != "with the stack") return;
    EXPECT_EQ(choice.arguments[0].operations[0].number * 8, 8 + lowered) << where;
    EXPECT_EQ(choice.arguments[1].operations[1].number, 16 + lowered) << where;
  }

  std::string path_;
  Listing listing_;
  std::unique_ptr<ElfFile> file_;
  const std::vector<ElfSymbol>* symbols_ = nullptr;
  std::unique_ptr<FileCode> code_;
  std::vector<Variant> variants_ = variants();
  size_t exits_ = 0;
  size_t undecoded_ = 0;
  size_t tail_calls_ = 0;
};

// What resolving five thousand places of one definition costs.
TEST(SiteSpeed, ThousandsOfPlacesTakeNoSecond) {
  const std::string path = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";
  if (!fs::exists(path)) GTEST_SKIP() << path << " is not installed";
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok());
  auto symbols = (*file)->symbols();
  ASSERT_TRUE(symbols.ok());
  const std::clock_t start = std::clock();
  FileCode code(**file);
  const ast::Probe probe;
  Hazards hazards;
  size_t places = 0;
  size_t refused = 0;
  uint64_t previous = 0;
  for (const ElfSymbol& symbol : **symbols) {
    if (!symbol.is_function || symbol.size == 0 || symbol.vaddr == previous || places == 5000) continue;
    previous = symbol.vaddr;
    ++places;
    FoundPlace place;
    place.vaddr = place.function_vaddr = symbol.vaddr;
    place.function_size = symbol.size;
    place.symbol = symbol.name;
    place.is_function_entry = true;
    ProbeSite site;
    site.symbol = symbol.name;
    site.slid_by = choose_site(code, place, {}, false).slid_by;
    site.file_offset = file_offset_of((*file)->segments(), symbol.vaddr + site.slid_by).value_or(0);
    if (!check_instruction(probe, "", code, place, site, hazards).ok()) {
      ++refused;  // entries that begin with the lock prefix
    } else {
      EXPECT_FALSE(site.instruction.empty()) << symbol.name;
    }
  }
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%zu places in %.0f ms of processor time, %zu refused\n", places, seconds * 1e3, refused);
  EXPECT_LT(refused, places / 100 + 1);
  EXPECT_LT(seconds, 1.0) << "something became quadratic";
}

class SiteProperty : public ::testing::TestWithParam<std::string> {};

TEST_P(SiteProperty, SlidSitesAreTheSameEvent) {
  std::string path;
  for (const char* folder : {"/lib/x86_64-linux-gnu/", "/usr/lib/x86_64-linux-gnu/", "/lib64/", "/usr/lib64/",
                             "/usr/lib/", "/usr/bin/", UPROAR_SITE_FIXTURES "/"}) {
    if (fs::exists(folder + GetParam())) path = folder + GetParam();
  }
  if (path.empty()) GTEST_SKIP() << GetParam() << " is not installed";
  Checker(path).check_all();
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Libraries, SiteProperty,
                         ::testing::Values("libc.so.6", "libstdc++.so.6", "libcrypto.so.3",
                                           "libpython3.11.so.1.0", "bash", "templates_cet", "templates_pie",
                                           "templates_O0"),
                         test_name);

}  // namespace
}  // namespace uproar
