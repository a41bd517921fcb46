// From a name to the right byte of the file, whatever the file looks like.
#include <ostream>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

// work(0) … work(3), apart from main however it is compiled.
constexpr const char* kWork = R"(
#ifndef IN_SECTION
#define IN_SECTION
#endif
__attribute__((noinline, noclone)) IN_SECTION int work(int a) {
  __asm__ volatile("" ::"r"(a) : "memory");
  return a + 1;
}
int main(void) {
  int sum = 0;
  for (int i = 0; i < 4; ++i) sum += work(i);
  return sum != 10;
}
)";

class ElfLive : public ProgramTest {
 protected:
  // `name` {a=first} … for consecutive numbers.
  static std::vector<Seen> calls(const std::string& name, int first, int count) {
    std::vector<Seen> all;
    for (int i = 0; i < count; ++i) all.push_back({name, {{"a", first + i}}});
    return all;
  }
  size_t hits(const std::string& definition, const std::vector<std::string>& command,
              const std::vector<std::string>& options = {}) {
    record_program({definition}, command, options);
    return events().size();
  }
};

struct Layout {
  const char* name;
  const char* options;
};
void PrintTo(const Layout& layout, std::ostream* out) {
  *out << layout.options;
}
class ElfLiveLayout : public ElfLive, public testing::WithParamInterface<Layout> {};

TEST_P(ElfLiveLayout, EveryCallIsSeen) {
  write("work.c", kWork);
  ASSERT_NO_FATAL_FAILURE(build(std::string("gcc -O1 ") + GetParam().options + " -o work work.c"));
  record_program({"p:work $T:work a=$arg1:s32"}, {file("work")});
  expect_seen(calls("work", 0, 4));
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, ElfLiveLayout,
    testing::Values(Layout{"Pie", "-fPIE -pie"}, Layout{"NoPie", "-fno-pie -no-pie"},
                    Layout{"Static", "-static -fno-pie -no-pie"}, Layout{"StaticPie", "-static-pie -fPIE"},
                    Layout{"HugePages",
                           "-fno-pie -no-pie -Wl,-z,max-page-size=0x200000 -Wl,-Ttext-segment=0x10000000"},
                    Layout{"SecondSegment",
                           "-fno-pie -no-pie '-DIN_SECTION=__attribute__((section(\".text2\")))' "
                           "-Wl,--section-start=.text2=0x900000"},
                    Layout{"NoSeparateCode", "-fPIE -pie -Wl,-z,noseparate-code"},
                    Layout{"Patchable", "-fpatchable-function-entry=5,0"},
                    Layout{"PatchableInFront", "-fpatchable-function-entry=7,3"},
                    Layout{"Ibt", "-fcf-protection=full"}, Layout{"DynamicNames", "-rdynamic -s"}),
    [](const auto& info) { return info.param.name; });

TEST_F(ElfLive, NamesInMiniDebugInfo) {
  if (!has_program("xz")) GTEST_SKIP() << "no xz here";
  write("work.c", kWork);
  build(
      "gcc -O1 -o work work.c && objcopy -S --keep-symbol=work --only-keep-debug work mini && "
      "nm work | grep -q ' work$' && xz mini && strip -s work && objcopy --add-section "
      ".gnu_debugdata=mini.xz work");
  EXPECT_NE(run({"nm", file("work")}).err.find("no symbols"), std::string::npos);
  record_program({"p:work $T:work a=$arg1:s32"}, {file("work")});
  expect_seen(calls("work", 0, 4));
}

TEST_F(ElfLive, AliasesAreOneFunction) {
  write("alias.c", R"(
__attribute__((noinline, noclone)) int first(int a) { __asm__ volatile("" ::"r"(a) : "memory"); return a; }
int second(int a) __attribute__((alias("first")));
int main(void) { int (*volatile other)(int) = second; return first(1) + first(2) + other(3) != 6; }
)");
  build("gcc -O1 -o alias alias.c");
  record_program({"p:first $T:first a=$arg1:s32"}, {file("alias")});
  expect_seen(calls("first", 1, 3));
  record_program({"p:second $T:second a=$arg1:s32"}, {file("alias")});
  expect_seen(calls("second", 1, 3));
}

TEST_F(ElfLive, VersionsOfASymbol) {
  write("v1.c", "int foo(int a) { return a + 1; }\n");
  write("v2.c", R"(
int old_foo(int a) { return a + 1; }
int new_foo(int a) { return a + 2; }
__asm__(".symver old_foo,foo@V1\n.symver new_foo,foo@@V2");
)");
  write("v1.map", "V1 { global: foo; local: *; };\n");
  write("v2.map", "V1 { global: foo; local: *; }; V2 { global: foo; } V1;\n");
  write("main.c", "int foo(int); int main(void) { for (int i = 0; i < N; ++i) foo(i); return 0; }\n");
  build(
      "mkdir old new && gcc -shared -fPIC -Wl,--version-script=v1.map,-soname,libv.so -o old/libv.so v1.c && "
      "gcc -shared -fPIC -Wl,--version-script=v2.map,-soname,libv.so -o new/libv.so v2.c && "
      "gcc -DN=3 -o three main.c old/libv.so -Wl,-rpath,$PWD/new && gcc -DN=2 -o two main.c new/libv.so "
      "-Wl,-rpath,$PWD/new");
  const std::string library = "p:foo " + file("new/libv.so");
  EXPECT_EQ(hits(library + ":foo@V1", {file("three")}), 3u);
  EXPECT_EQ(hits(library + ":foo@V1", {file("two")}), 0u);
  EXPECT_EQ(hits(library + ":foo@@V2", {file("two")}), 2u);
  EXPECT_EQ(hits(library + ":foo", {file("two")}), 2u);
  EXPECT_EQ(hits(library + ":foo", {file("three")}), 0u);
  EXPECT_NE(complaint(library + ":foo@V3").find("foo"), std::string::npos);
}

TEST_F(ElfLive, TwoStaticFunctionsOfOneName) {
  write("a.c", R"(
static __attribute__((noinline)) int helper(int a) { __asm__ volatile("" ::"r"(a) : "memory"); return a; }
int both(void) { return helper(0) + helper(1); }
)");
  write("b.c", R"(
static __attribute__((noinline)) int helper(int a) { __asm__ volatile("nop" ::"r"(a) : "memory"); return a; }
int both(void);
int main(void) { int sum = both(); for (int i = 2; i < 5; ++i) sum += helper(i); return sum != 10; }
)");
  for (const char* options : {"-O1", "-O1 -g"}) {
    build(std::string("gcc ") + options + " -o dup a.c b.c");
    const std::string told = complaint("p:helper " + file("dup") + ":helper");
    EXPECT_NE(told.find("2 functions"), std::string::npos) << told;
    EXPECT_NE(told.find("--all"), std::string::npos) << told;
    record_program({"p:helper $T:helper a=$arg1:s32"}, {file("dup")}, {"--all"});
    expect_seen(calls("helper", 0, 5));
  }
}

TEST_F(ElfLive, FunctionChosenAtLoadTime) {
  write("len.c", R"(
#include <stdio.h>
#include <string.h>
int main(void) {
  size_t (*volatile length)(const char*) = strlen, sum = 0;
  char text[32];
  for (int i = 0; i < 7; ++i) { snprintf(text, sizeof text, "chosen-%d", i); sum += length(text); }
  return sum != 56;
}
)");
  build("gcc -O1 -fno-builtin -o len len.c");
  record_program({"p:len libc.so.6:strlen text=$arg1:string"}, {file("len")});
  std::vector<std::string> own;
  for (const Seen& each : seen()) {
    const Json& text = each.arguments["text"];
    if (text.is_string() && text.get<std::string>().rfind("chosen-", 0) == 0) own.push_back(text);
  }
  EXPECT_EQ(own, (std::vector<std::string>{"chosen-0", "chosen-1", "chosen-2", "chosen-3", "chosen-4",
                                           "chosen-5", "chosen-6"}));
}

TEST_F(ElfLive, ImportedFunctionIsInItsLibrary) {
  write("put.c",
        "#include <stdio.h>\nint main(void) { for (int i = 0; i < 4; ++i) puts(\"x\"); return 0; }\n");
  build("gcc -O1 -fno-pie -no-pie -o put put.c");
  const std::string told = complaint("p:put " + file("put") + ":puts");
  EXPECT_NE(told.find("libc.so.6:puts"), std::string::npos) << told;
  record_program({"p:put libc.so.6:puts text=$arg1:string"}, {file("put")});
  expect_seen(std::vector<Seen>(4, {"put", {{"text", "x"}}}));
}

TEST_F(ElfLive, OneAddressUnderTwoVersions) {
  write("threads.c", R"(
#include <pthread.h>
static void* run(void* given) { return given; }
int main(void) {
  pthread_t thread;
  for (int i = 0; i < 2; ++i) { pthread_create(&thread, 0, run, 0); pthread_join(thread, 0); }
  return 0;
}
)");
  build("gcc -O1 -o threads threads.c -pthread");
  EXPECT_EQ(hits("p:create libc.so.6:pthread_create", {file("threads")}), 2u);
}

TEST_F(ElfLive, FunctionsOfAssembly) {
  write("leaf.s", R"(
.text
.globl bare_fn
bare_fn:
  lea 1(%rdi), %rax
  ret
.globl nop5_fn
.type nop5_fn, @function
nop5_fn:
  .byte 0x0f, 0x1f, 0x44, 0, 0
  lea 1(%rdi), %rax
  ret
.size nop5_fn, .-nop5_fn
.section .note.GNU-stack, "", @progbits
)");
  write("main.c",
        "long bare_fn(long), nop5_fn(long);\nint main(void) { long sum = 0; for (int i = 0; i < 4; ++i) "
        "sum += bare_fn(i) + nop5_fn(i); return sum != 20; }\n");
  build("gcc -O1 -o leaf main.c leaf.s");
  record_program({"p:bare $T:bare_fn a=%di:s64"}, {file("leaf")});
  expect_seen(calls("bare", 0, 4));
  record_program({"p:nop5 $T:nop5_fn a=$arg1:s64"}, {file("leaf")});
  expect_seen(calls("nop5", 0, 4));
}

TEST_F(ElfLive, ProgramOf32Bits) {
  // Without the C library, whose 32-bit half is rarely installed.
  write("small.c", R"(
__attribute__((noinline, noclone)) int work(int a, const char* text) {
  __asm__ volatile("" ::"r"(a), "r"(text) : "memory");
  return a;
}
void _start(void) {
  for (int i = 0; i < 4; ++i) work(-i, "small words" + i);
  __asm__ volatile("int $0x80" ::"a"(1), "b"(0));
}
)");
  ASSERT_NO_FATAL_FAILURE(
      build("gcc -m32 -g -O1 -fno-stack-protector -fno-pie -no-pie -nostdlib -static -o small small.c"));
  // Where arguments stand is said also where nothing of 32 bits runs.
  const std::string explained = uproar({"explain", "p:work " + file("small") + ":work a=$arg1:s32"}).out;
  EXPECT_NE(explained.find(" a=+4(%sp):s32"), std::string::npos) << explained;
  if (run({file("small")}).status != 0) GTEST_SKIP() << "this kernel runs no 32-bit programs";
  record_program({"p:work $T:work a=$arg1:s32", "r:done $T:work result=$retval:s32"}, {file("small")});
  std::vector<Seen> expected;
  for (int i = 0; i < 4; ++i) {
    expected.push_back({"work", {{"a", -i}}});
    expected.push_back({"done", {{"result", -i}}});
  }
  expect_seen(expected);
  record_program({"p:work $T:work a"}, {file("small")});
  expect_seen({{"work", {{"a", 0}}}, {"work", {{"a", -1}}}, {"work", {{"a", -2}}}, {"work", {{"a", -3}}}});
}

TEST_F(ElfLive, CopiesThatTheCompilerMadeAreSeenByTheNamesOfTheirParameters) {
  write("copies.c", R"(
volatile int sink;
__attribute__((noinline)) int shown(int mode, int x) {
  sink = x;
  if (mode == 1) return ++sink;
  for (int i = 0; i < x; ++i) sink += i;
  return sink;
}
__attribute__((noinline)) int other(int x) { return shown(1, x) + 1; }
int main(int count, char **words) {
  (void)words;
  int sum = 0;
  for (int i = 0; i < 4; ++i) sum += shown(1, 10 + i) + other(20 + i);
  return sum == count;
}
)");
  ASSERT_NO_FATAL_FAILURE(build("gcc -g -O3 -o copies copies.c && nm copies | grep -q 'shown.constprop'"));
  record_program({"p:shown $T:shown x"}, {file("copies")});
  std::vector<Seen> expected;
  for (int i = 0; i < 4; ++i) {
    expected.push_back({"shown", {{"x", 10 + i}}});
    expected.push_back({"shown", {{"x", 20 + i}}});
  }
  expect_seen(expected);
  // Which register holds what is not known of a copy.
  Ran ran = uproar({"explain", "p " + file("copies") + ":shown x=$arg2"});
  EXPECT_NE(ran.out.find("some calls of shown go to copies that the compiler made: shown"), std::string::npos)
      << ran.out;
}

}  // namespace
}  // namespace uproar::live
