#include "resolve/arguments/function_arguments.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "support/elf_oracle.h"
#include "support/fetch_text.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

constexpr std::string_view kText = "p x:f a=$arg1";

class FunctionArguments : public testing::Test {
 protected:
  // False: there is no such file here.
  bool open(const std::string& path, const std::string& function) {
    if (::access(path.c_str(), R_OK) != 0) return false;
    file_ = std::make_unique<ProbedFile>(std::move(*ProbedFile::open(path)));
    place_ = {};
    place_.symbol = function;
    place_.vaddr = place_.function_vaddr = oracle::address(path, function);
    place_.is_function_entry = true;
    return true;
  }
  ArgumentContext context(bool is_return = false) {
    return {kText, *file_, file_->elf().segments()[0], place_, is_return};
  }
  std::string argument(uint32_t number, bool is_return = false) {
    auto made = function_argument(number, {8, 13}, context(is_return));
    return made.ok() ? fetch_text(*made) : made.error().message;
  }
  std::string result() {
    auto made = result_register({8, 13}, context());
    return made.ok() ? "%" + made->name : made.error().message;
  }

  std::unique_ptr<ProbedFile> file_;
  FoundPlace place_;
};

TEST_F(FunctionArguments, SystemV) {
  ASSERT_TRUE(open(oracle::fixture("pie"), "add_two"));
  const char* expected[] = {"%di:x64", "%si:x64", "%dx:x64",     "%cx:x64",
                            "%r8:x64", "%r9:x64", "$stack1:x64", "$stack2:x64"};
  for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(argument(i + 1), expected[i]);
  EXPECT_EQ(result(), "%ax");
}

TEST_F(FunctionArguments, I386TakesAllFromTheStack) {
  if (!open(oracle::fixture("elf32"), "add_two")) GTEST_SKIP() << "no 32-bit compiler here";
  EXPECT_EQ(argument(1), "+4(%sp):x32");
  EXPECT_EQ(argument(3), "+12(%sp):x32");
  EXPECT_EQ(result(), "%ax");
}

TEST_F(FunctionArguments, Arm64) {
  if (!open(UPROAR_USDT_FIXTURES "/usdt_arm64", "taken")) GTEST_SKIP() << "no compiler for AArch64 here";
  EXPECT_EQ(argument(1), "%x0:x64");
  EXPECT_EQ(argument(8), "%x7:x64");
  EXPECT_EQ(argument(9), "$stack0:x64");
  EXPECT_EQ(result(), "%x0");
}

TEST_F(FunctionArguments, NotInReturnProbesNorElsewhereThanAtTheEntry) {
  ASSERT_TRUE(open(oracle::fixture("pie"), "add_two"));
  auto made = function_argument(2, {8, 13}, context(true));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(render(made.error()),
            "error: $arg2 is not known when the function returns: its registers hold something else by then\n"
            "  p x:f a=$arg1\n"
            "          ^~~~~\n"
            "  help: record it with a p: probe at the entry\n");
  place_.is_function_entry = false;
  place_.symbol_offset = 4;
  EXPECT_EQ(argument(1), "$arg1 is known at the entry of add_two only, and the probe is not there");
  place_.is_inlined = true;
  EXPECT_EQ(argument(1), "add_two is inlined here: nothing is passed, so that there is no $arg1");
}

TEST_F(FunctionArguments, OfAUsdtPlaceWithoutArgumentsNamesTheProbe) {
  ASSERT_TRUE(open(oracle::fixture("pie"), "add_two"));
  place_.usdt_probe = "app:start";
  EXPECT_NE(argument(1).find("app:start has no arguments at 0x"), std::string::npos) << argument(1);
}

TEST_F(FunctionArguments, GoByItsVersion) {
  if (std::system("go version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no Go compiler here";
  const TemporaryFolder made;
  const std::string& folder = made.path();
  std::ofstream(folder + "/main.go")
      << "package main\n//go:noinline\nfunc add(a, b int) int { return a + b }\n"
         "func main() { println(add(1, 2)) }\n";
  ASSERT_EQ(
      std::system(("cd " + folder +
                   " && GOCACHE=${GOCACHE:-/tmp/uproar-go-cache} GO111MODULE=off go build -o x64 main.go")
                      .c_str()),
      0);
  ASSERT_TRUE(open(folder + "/x64", "main.add"));
  const char* expected[] = {"%ax:x64", "%bx:x64", "%cx:x64",  "%di:x64", "%si:x64",
                            "%r8:x64", "%r9:x64", "%r10:x64", "%r11:x64"};
  for (uint32_t i = 0; i < 9; ++i) EXPECT_EQ(argument(i + 1), expected[i]);
  EXPECT_NE(argument(10).find("Go passes the first 9 words in registers"), std::string::npos);
  EXPECT_EQ(result(), "%ax");
  // Functions of the assembler keep the older convention.
  place_.symbol = "runtime.memmove.abi0";
  EXPECT_EQ(argument(1), "$stack1:x64");
  EXPECT_EQ(result(), "Go before 1.17 leaves its results on the stack, behind the arguments");
}

// A file that says of itself that Go made it, by a compiler of C.
bool make_go(const std::string& folder, const std::string& name, const std::string& compiler,
             const std::string& version) {
  std::ofstream(folder + "/go.c")
      << "const char version[] = \"" << version << "\";\n"
      << R"(const struct { const char* text; unsigned long size; } text = {version, sizeof version - 1};
struct { char magic[14]; unsigned char word, flags; const void* version; const void* modules; } info
    __attribute__((section(".go.buildinfo"), used)) = {"\xff Go buildinf:", sizeof(long), 0, &text, 0};
void add(void) __asm__("main.add");
void add(void) {}
void _start(void) { add(); }
)";
  const std::string command = compiler + " -nostdlib -static -w go.c -o " + name + " 2>/dev/null";
  return std::system(("cd " + folder + " && " + command).c_str()) == 0;
}

TEST_F(FunctionArguments, GoOnOtherMachinesAndBeforeItsRegisterConvention) {
  const TemporaryFolder made;
  const std::string& folder = made.path();
  ASSERT_TRUE(make_go(folder, "old", "gcc -no-pie", "go1.16.3"));
  ASSERT_TRUE(open(folder + "/old", "main.add"));
  EXPECT_EQ(argument(1), "$stack1:x64");
  EXPECT_EQ(argument(2), "$stack2:x64");
  EXPECT_EQ(result(), "Go before 1.17 leaves its results on the stack, behind the arguments");
  ASSERT_TRUE(make_go(folder, "new", "gcc -no-pie", "go1.17"));
  ASSERT_TRUE(open(folder + "/new", "main.add"));
  EXPECT_EQ(argument(2), "%bx:x64");

  if (make_go(folder, "x32", "gcc -m32 -no-pie", "go1.22")) {
    ASSERT_TRUE(open(folder + "/x32", "main.add"));
    EXPECT_EQ(argument(1), "+4(%sp):x32");
  }
  if (make_go(folder, "arm", "clang --target=aarch64-linux-gnu -fuse-ld=lld", "go1.18")) {
    ASSERT_TRUE(open(folder + "/arm", "main.add"));
    EXPECT_EQ(argument(1), "%x0:x64");
    EXPECT_EQ(argument(16), "%x15:x64");
    EXPECT_EQ(result(), "%x0");
  }
  if (make_go(folder, "arm_old", "clang --target=aarch64-linux-gnu -fuse-ld=lld", "go1.17")) {
    ASSERT_TRUE(open(folder + "/arm_old", "main.add"));
    EXPECT_EQ(argument(1), "$stack1:x64");
  }
}

}  // namespace
}  // namespace uproar
