#include "resolve/site/instruction_check.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "resolve/resolver.h"
#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

using Code = std::vector<uint8_t>;

// endbr64; push %rbp; mov %rsp,%rbp; lock incl (%rdi); int3; call +0; nop5; ret
const Code kFunction{0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0xf0, 0xff, 0x07, 0xcc,
                     0xe8, 0x00, 0x00, 0x00, 0x00, 0x0f, 0x1f, 0x44, 0x00, 0x00, 0xc3};

// A program whose main is other code, for a machine that need not be this one.
class Program {
 public:
  explicit Program(const Code& code, uint16_t machine = EM_X86_64) {
    const std::string original = oracle::fixture("pie");
    offset_ = *oracle::offset_by_sections(original, oracle::address(original, "main"));
    std::string bytes = *read_file(original);
    std::memcpy(bytes.data() + offsetof(Elf64_Ehdr, e_machine), &machine, sizeof machine);
    std::memcpy(bytes.data() + offset_, code.data(), code.size());
    path_ = folder_.put("program", bytes);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Result<Resolved> resolve(const std::string& site, const std::string& kind = "p") const {
    PathEnvironment environment;
    environment.ld_cache_command.clear();
    text_ = kind + " " + path_ + ":" + site;
    return resolve_definition(text_, environment);
  }
  std::string offset(uint64_t within) const { return number(offset_ + within); }
  // The text and the line under it.
  std::string underlined(const std::string& site) const {
    size_t at = text_.rfind(site);
    return "  " + text_ + "\n  " + std::string(at, ' ') + "^" + std::string(site.size() - 1, '~');
  }

  static std::string number(uint64_t value) {
    std::ostringstream out;
    out << "0x" << std::hex << value;
    return out.str();
  }

 private:
  TemporaryFolder folder_;
  std::string path_;
  uint64_t offset_ = 0;
  mutable std::string text_;
};

ProbeSite site_of(const Result<Resolved>& resolved) {
  EXPECT_TRUE(resolved.ok()) << render(resolved.error());
  return resolved.ok() ? resolved->plan.sites.at(0) : ProbeSite{};
}

TEST(InstructionCheck, SiteKnowsItsInstruction) {
  Program program(kFunction);
  auto resolved = program.resolve("main+0");
  ProbeSite site = site_of(resolved);
  EXPECT_EQ(site.instruction, "endbr64");
  EXPECT_EQ(site.instruction_bytes, "f3 0f 1e fa");
  EXPECT_EQ(site.cost, SiteCost::SingleStepped);
  EXPECT_TRUE(resolved->hazards.empty());
}

TEST(InstructionCheck, BoundariesWithinTheFunctionAreAccepted) {
  Program program(kFunction);
  EXPECT_EQ(site_of(program.resolve("main+0x4")).instruction, "push %rbp");
  EXPECT_EQ(site_of(program.resolve("main+0x4")).cost, SiteCost::Emulated);
  EXPECT_EQ(site_of(program.resolve("main+0x11")).cost, SiteCost::Optimised);
  auto resolved = program.resolve(program.offset(4));
  EXPECT_EQ(site_of(resolved).instruction, "push %rbp");
  EXPECT_TRUE(resolved->hazards.empty());
}

TEST(InstructionCheck, PlaceInsideAnInstructionIsRefused) {
  Program program(kFunction);
  auto resolved = program.resolve("main+0x6");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(
      resolved.error().message,
      "main+0x6 is inside an instruction, mov %rsp, %rbp (48 89 e5): a breakpoint there would corrupt the "
      "program");
  EXPECT_EQ(resolved.error().remedy, "it begins at main+0x5; the next one at main+0x8");
  EXPECT_EQ(resolved.error().excerpt, program.underlined("main+0x6"));
}

TEST(InstructionCheck, BoundariesAreSpelledAsTheUserDid) {
  Program program(kFunction);
  auto resolved = program.resolve(program.offset(2));
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().remedy,
            "it begins at " + program.offset(0) + "; the next one at " + program.offset(4));
  EXPECT_EQ(resolved.error().excerpt, program.underlined(program.offset(2)));

  uint64_t vaddr = oracle::address(oracle::fixture("pie"), "main");
  resolved = program.resolve("va:" + Program::number(vaddr + 2));
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().remedy, "it begins at va:" + Program::number(vaddr) +
                                         "; the next one at va:" + Program::number(vaddr + 4));

  resolved = program.resolve("main+0x1");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().remedy, "it begins at main; the next one at main+0x4");
}

TEST(InstructionCheck, ReturnProbeInsideAnInstructionIsRefusedToo) {
  EXPECT_FALSE(Program(kFunction).resolve("main+0x6", "r").ok());
  EXPECT_TRUE(Program(kFunction).resolve("main+0x4", "r").ok());
}

TEST(InstructionCheck, RefusedInstructionNamesTheNextThatIsNot) {
  Program program(kFunction);
  auto resolved = program.resolve("main+0x8");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(
      resolved.error().message,
      "no probe is possible on the instruction at main+0x8, lock incl (%rdi) (f0 ff 07): the kernel refuses "
      "the prefix f0 (lock)");
  EXPECT_EQ(resolved.error().remedy, "the next instruction that takes a probe is at main+0xc");  // not int3
  EXPECT_EQ(resolved.error().excerpt, program.underlined("main+0x8"));
}

TEST(InstructionCheck, RefusedEntryIsNoReasonToMoveAReturnProbe) {
  Code code(kFunction.begin() + 8, kFunction.end());
  Program program(code);
  auto resolved = program.resolve("main", "r");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(
      resolved.error().remedy,
      "a return probe is made where the function begins; probe its entry instead, as p and at main+0x4");
}

TEST(InstructionCheck, InstructionThatTheKernelMistakesIsRefused) {
  auto resolved = Program({0xc5, 0xf9, 0xeb, 0xc1, 0xc3}).resolve("main");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(
      resolved.error().message,
      "no probe is possible on the instruction at main, vpor %xmm1, %xmm0, %xmm0 (c5 f9 eb c1): the kernel "
      "takes this vector instruction for a jump and would not execute it");
}

// Places of the fixture without symbols, by those of its twin.
Result<Resolved> resolve_without_symbol(const std::string& file, const std::string& twin,
                                        const std::string& name, std::string& site) {
  auto offset = oracle::offset_by_sections(twin, oracle::address(twin, name));
  PathEnvironment environment;
  environment.ld_cache_command.clear();
  site = Program::number(offset.value_or(0) + 1);
  return resolve_definition("p " + file + ":" + site, environment);
}

TEST(InstructionCheck, UnwindInformationTellsWhereFunctionsBegin) {
  std::string site;
  // local_helper has a name in pie only; both are made of the same code.
  auto resolved =
      resolve_without_symbol(oracle::fixture("stripped"), oracle::fixture("pie"), "local_helper", site);
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().message.find(site + " is inside an instruction"), 0u)
      << resolved.error().message;
}

TEST(InstructionCheck, NothingIsClaimedWithoutASymbol) {
  const std::string folder = UPROAR_SITE_FIXTURES "/";
  if (!fs::exists(folder + "sites")) GTEST_SKIP() << "the fixtures are x86-64 code";
  std::string site;
  auto resolved =
      resolve_without_symbol(folder + "sites_without_symbols", folder + "sites", "endbr_push", site);
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  ASSERT_EQ(resolved->hazards.size(), 1u);
  EXPECT_EQ(resolved->hazards[0].level, Hazard::Level::Note);
  EXPECT_EQ(
      resolved->hazards[0].message.find("whether an instruction begins at " + site +
                                        " could not be checked: neither a symbol nor unwind information "
                                        "tells where its function begins"),
      0u)
      << resolved->hazards[0].message;
}

TEST(InstructionCheck, NothingIsClaimedBehindUndecodableBytes) {
  auto resolved = Program({0x55, 0x06, 0xf4, 0xc3}).resolve("main+0x2");
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  ASSERT_EQ(resolved->hazards.size(), 1u);
  EXPECT_EQ(
      resolved->hazards[0].message,
      "whether an instruction begins at main+0x2 could not be checked: the code of the function could not "
      "be decoded up to there; if one does, it takes no probe: the kernel refuses privileged instructions");
  EXPECT_EQ(site_of(resolved).cost, SiteCost::Refused);
}

TEST(InstructionCheck, Arm64PlacesAreAligned) {
  // nop; stp x29, x30, [sp, #-0x10]!; ldxr x0, [x1]; ret: behind as many bytes as align them
  Code code(-oracle::address(oracle::fixture("pie"), "main") % 4);
  const uint64_t pad = code.size();
  for (uint8_t byte :
       {0x1f, 0x20, 0x03, 0xd5, 0xfd, 0x7b, 0xbf, 0xa9, 0x20, 0x7c, 0x5f, 0xc8, 0xc0, 0x03, 0x5f, 0xd6})
    code.push_back(byte);
  auto place = [pad](uint64_t offset) { return "main+" + Program::number(pad + offset); };
  Program program(code, EM_AARCH64);
  auto accepted = program.resolve(place(4));
  EXPECT_EQ(site_of(accepted).instruction, "stp x29, x30, [sp, #-0x10]!");
  EXPECT_EQ(site_of(accepted).cost, SiteCost::SingleStepped);
  auto inside = program.resolve(place(6));
  ASSERT_FALSE(inside.ok());
  EXPECT_EQ(inside.error().remedy, "it begins at " + place(4) + "; the next one at " + place(8));
  auto refused = program.resolve(place(8));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().remedy, "the next instruction that takes a probe is at " + place(12));
}

}  // namespace
}  // namespace uproar
