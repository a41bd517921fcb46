#include "resolve/resolver.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/fd.h"
#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

PathEnvironment environment() {
  PathEnvironment environment;
  environment.search_path = UPROAR_FIXTURES;
  environment.ld_cache_command.clear();
  environment.library_folders = {UPROAR_FIXTURES};
  return environment;
}

Result<Resolved> resolve(const std::string& text) {
  return resolve_definition(text, environment());
}

uint64_t offset_in(const std::string& fixture, const std::string& symbol) {
  std::string path = oracle::fixture(fixture);
  return *oracle::offset_by_sections(path, oracle::address(path, symbol));
}

TEST(Resolver, DefinitionBecomesAPlan) {
  std::string text = "r:tests/AddTwo pie:add_two ret=$retval:s32 %di:string";
  auto resolved = resolve(text);
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  const ProbePlan& plan = resolved->plan;
  EXPECT_TRUE(plan.is_return);
  EXPECT_EQ(plan.group, "tests");
  EXPECT_EQ(plan.event, "AddTwo");
  EXPECT_EQ(plan.definition, text);
  ASSERT_EQ(plan.sites.size(), 1u);
  EXPECT_EQ(plan.sites[0].path, oracle::fixture("pie"));
  EXPECT_EQ(plan.sites[0].file_offset, offset_in("pie", "add_two"));
  EXPECT_EQ(plan.sites[0].symbol, "add_two");
  ASSERT_EQ(plan.arguments().size(), 2u);
  EXPECT_EQ(plan.arguments()[0].name, "ret");
  EXPECT_EQ(plan.arguments()[1].name, "arg2");
  EXPECT_EQ(plan.arguments()[1].operations.size(), 2u);
  for (const Hazard& hazard : resolved->hazards)
    EXPECT_EQ(hazard.level, Hazard::Level::Detail) << hazard.message;
}

TEST(Resolver, PlanKnowsItsFile) {
  auto resolved = resolve("p pie:add_two");
  ASSERT_TRUE(resolved.ok());
  struct stat status;
  ASSERT_EQ(::stat(oracle::fixture("pie").c_str(), &status), 0);
  EXPECT_EQ(resolved->plan.file.inode, status.st_ino);
  EXPECT_EQ(resolved->plan.file.device, status.st_dev);
  EXPECT_EQ(resolved->plan.file.build_id, oracle::build_id(oracle::fixture("pie")));
}

TEST(Resolver, DefaultNames) {
  auto resolved = resolve("p libtarget.so.1:add_two");
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  EXPECT_EQ(resolved->plan.group, "uprobes");
  EXPECT_EQ(resolved->plan.event, "add_two");
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%lx", offset_in("libtarget.so.1", "add_two"));
  resolved = resolve("p " + oracle::fixture("libtarget.so.1") + ":" + offset);
  ASSERT_TRUE(resolved.ok()) << render(resolved.error());
  EXPECT_EQ(resolved->plan.event, std::string("p_libtarget_") + offset);
  EXPECT_EQ(resolved->plan.sites[0].symbol, "add_two");
}

TEST(Resolver, UnknownSymbolIsUnderlined) {
  auto resolved = resolve("p pie:ad_two");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(render(resolved.error()), "error: " + oracle::fixture("pie") +
                                          " has no function ad_two\n"
                                          "  p pie:ad_two\n"
                                          "        ^~~~~~\n"
                                          "  help: did you mean add_two?\n");
}

TEST(Resolver, FileThatIsNoProgramIsUnderlined) {
  const TemporaryFolder folder;
  const std::string script = folder.put("script", "#!/bin/sh\n");
  auto resolved = resolve("p " + script + ":main");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().message, script + " is a script run by /bin/sh");
  EXPECT_EQ(resolved.error().remedy, "probe the interpreter: /bin/sh:SYMBOL");
  EXPECT_EQ(resolved.error().excerpt, "  p " + script + ":main\n    ^" + std::string(script.size() - 1, '~'));
}

TEST(Resolver, RulesOfTheLanguageAreChecked) {
  auto resolved = resolve("p pie:add_two %rdi");
  ASSERT_FALSE(resolved.ok());
  EXPECT_NE(resolved.error().excerpt.find("^~~"), std::string::npos);
  EXPECT_FALSE(resolve("p pie:add_two $retval").ok());
  EXPECT_FALSE(resolve("nonsense").ok());
}

TEST(Resolver, ForeignMachineIsNamed) {
  std::string bytes = *read_file(oracle::fixture("pie"));
  bytes[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_RISCV);
  const TemporaryFolder folder;
  const std::string path = folder.put("riscv", bytes);
  auto resolved = resolve("p " + path + ":add_two");
  ASSERT_FALSE(resolved.ok());
  EXPECT_EQ(resolved.error().message, path + " is made for RISC-V");
}

TEST(Resolver, WarningsOfTheParserAreKept) {
  auto resolved = resolve("p3: pie:add_two");
  if (!resolved.ok()) GTEST_SKIP() << "the parser refuses it: " << resolved.error().message;
  EXPECT_FALSE(resolved->warnings.empty());
}

}  // namespace
}  // namespace uproar
