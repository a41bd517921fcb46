// Call chains of every engine: the truth is which function calls which, by construction of the program.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "program_test.h"

namespace uproar::live {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kLibrary = R"(
__attribute__((noinline)) int lib_call(int (*f)(int), int x) {
  int r = f(x);
  asm volatile("" ::: "memory");
  return r + 1;
})";

// With FP gcc makes a frame for a function that needs none, too.
constexpr const char* kProgram = R"(
#include <pthread.h>
#define NI __attribute__((noinline, noclone))
#define B asm volatile("" ::: "memory")
#ifdef FP
#define FRAME asm volatile("" ::"r"(__builtin_frame_address(0)))
#else
#define FRAME
#endif
int lib_call(int (*f)(int), int x);
NI int leaf(int x) { FRAME; asm volatile("" ::"r"(x) : "memory"); return x + 1; }
NI int c(int x) { int r = leaf(x); B; return r + 1; }
NI int b(int x) { int r = c(x); B; return r + 1; }
NI int a(int x) { int r = b(x); B; return r + 1; }
NI int r(int n) { int t = n == 1 ? leaf(50) : r(n - 1); B; return t + 1; }
NI int cb(int x) { int t = leaf(x); B; return t + 1; }
NI void *worker(void *x) { int t = c(*(int *)x); B; return t == 0 ? x : 0; }
int main(void) {
  int t = a(1), number = 7;
  t += r(3);
  t += lib_call(cb, 9);
  pthread_t thread;
  pthread_create(&thread, 0, worker, &number);
  pthread_join(thread, 0);
  B;
  return t == 0;
})";

const Texts kTruth = {"leaf c b a main", "leaf r r r main", "leaf cb lib_call main", "leaf c worker"};

class StacksLive : public ProgramTest {
 protected:
  void compile(const std::string& options, const std::string& link = "") {
    write("lib.c", kLibrary);
    write("t.c", kProgram);
    const std::string gcc = "gcc -O2 -fno-optimize-sibling-calls -fcf-protection=none " + options + " ";
    build(gcc + "-shared -fPIC -Wl,-soname,lib.so -o lib.so lib.c");
    build(gcc + link + " -o t t.c ./lib.so -lpthread -Wl,-rpath," + file(""));
  }
  // Of each event that names `event`: the functions up to main or to where the thread began.
  static Texts chains(const std::string& text, const std::string& event = ":leaf:") {
    Texts all;
    bool inside = false;
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with("\t")) {
        const size_t name = line.find(' ', line.find_first_not_of("\t ")) + 1;
        const std::string function = line.substr(name, line.find_first_of("+ ", name) - name);
        if (!inside) continue;
        if (!all.back().empty()) all.back() += ' ';
        all.back() += function;
        if (function == "main" || function == "worker") inside = false;
      } else if (!line.empty()) {
        inside = line.find(event) != std::string::npos;
        if (inside) all.emplace_back();
      }
    }
    return all;
  }
  std::string leaf() const { return "p:leaf " + file("t") + ":leaf n=%di:s32"; }
  std::string script() { return uproar({"script", recording()}).out; }
  // Lines of call chains alone.
  static Texts frames(const std::string& text) {
    Texts all;
    for (const std::string& line : lines_of(text)) {
      if (line.starts_with("\t")) all.push_back(line);
    }
    return all;
  }
};

TEST_F(StacksLive, FramePointers) {
  for (const std::string link : {"-pie -fPIE", "-no-pie"}) {
    ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -DFP", link));
    for (const std::string via : {"auto", "bpf", "perf"}) {
      record({"-g", "--via", via, "-e", leaf(), "--", file("t")});
      EXPECT_EQ(chains(script()), kTruth) << via << link;
    }
  }
}

// A function that makes no frame: the caller is told by the return address alone.
TEST_F(StacksLive, LeafWithoutAFrame) {
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer"));
  for (const std::string via : {"auto", "bpf"}) {
    record({"-g", "--via", via, "-e", leaf(), "--", file("t")});
    EXPECT_EQ(info()["via"], "bpf");
    EXPECT_EQ(chains(script()), kTruth) << via;
  }
}

// endbr64 does nothing, and the probe may stand behind it.
TEST_F(StacksLive, FunctionsThatBeginWithALandingPad) {
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -fcf-protection=full"));
  for (const std::string site : {"cheapest", "exact"}) {
    record({"-g", "--via", "bpf", "--site", site, "-e", leaf(), "--", file("t")});
    EXPECT_EQ(chains(script()), kTruth) << site;
  }
}

// The kernel puts its own address in place of the one that a function returns to.
TEST_F(StacksLive, ReturnProbesOnTheWay) {
  for (const std::string options : {"-fno-omit-frame-pointer -DFP", "-fno-omit-frame-pointer"}) {
    ASSERT_NO_FATAL_FAILURE(compile(options));
    record({"-g", "--via", "bpf", "-e", leaf(), "-e", "r:done " + file("t") + ":b", "-e",
            "r:again " + file("t") + ":r", "--", file("t")});
    EXPECT_EQ(chains(script()), kTruth) << options;
    EXPECT_EQ(chains(script(), ":done:"), Texts{"a main"}) << options;
    EXPECT_EQ(chains(script(), ":again:"), (Texts{"r r main", "r main", "main"})) << options;
  }
}

// Of somebody else, of whom nothing is known here.
TEST_F(StacksLive, ReturnProbesOfOthers) {
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer"));
  Running other({uproar_path(), "record", "-o", file("other.upr"), "-e", "r:done " + file("t") + ":b"});
  ASSERT_TRUE(eventually([&] { return other.err_so_far().find("recording") != std::string::npos; }));
  record({"-g", "--via", "bpf", "-e", leaf(), "--", file("t")});
  other.signal(SIGINT);
  EXPECT_EQ(other.wait().status, 0);
  EXPECT_EQ(chains(script()), kTruth);
}

TEST_F(StacksLive, NamesAreThereWhereTheProgramIsNot) {
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -DFP"));
  record({"-g", "--via", "bpf", "-e", leaf(), "--", file("t")});
  const std::string before = script();
  std::filesystem::remove(file("t"));
  std::filesystem::remove(file("lib.so"));
  EXPECT_EQ(script(), before);
  EXPECT_EQ(chains(before), kTruth);
}

TEST_F(StacksLive, LiveTextIsWhatScriptPrints) {
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -DFP"));
  const Ran live = uproar({"trace", "-g", "--via", "bpf", "-o", recording(), "-e", leaf(), "--", file("t")});
  ASSERT_EQ(live.status, 0) << live.err;
  EXPECT_EQ(chains(live.out), kTruth);
  EXPECT_EQ(live.out, script());
}

// perf records the same program by an event of the same definition.
TEST_F(StacksLive, TextIsThatOfPerfScript) {
  if (!has_program("perf")) GTEST_SKIP() << "perf is not installed";
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -DFP"));
  const std::string group = "stacks_live_" + std::to_string(::getpid());
  ASSERT_EQ(uproar({"add", "p:" + group + "/leaf " + file("t") + ":leaf n=%di:s32"}).status, 0);
  const Ran perf =
      run({"perf", "record", "-q", "-g", "-e", group + ":leaf", "-o", file("perf.data"), "--", file("t")});
  const Ran theirs = run({"perf", "script", "-i", file("perf.data")});
  for (const std::string via : {"bpf", "perf"}) {
    record({"--via", via, "-g", "-e", group + "/leaf", "--", file("t")});
    EXPECT_EQ(frames(script()), frames(theirs.out)) << via;
  }
  EXPECT_EQ(uproar({"remove", group + "/leaf"}).status, 0);
  EXPECT_EQ(perf.status, 0) << perf.err;
  EXPECT_EQ(chains(theirs.out), kTruth);
}

TEST_F(StacksLive, PerfScriptOfWhatWasExported) {
  if (!has_program("perf")) GTEST_SKIP() << "perf is not installed";
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer -DFP"));
  record({"--via", "bpf", "-g", "-e", leaf(), "--", file("t")});
  ASSERT_EQ(uproar({"convert", recording(), file("out.data"), "--to", "perf.data"}).status, 0);
  EXPECT_EQ(run({"perf", "script", "-i", file("out.data")}).out, script());
}

// Without frame pointers the tables for exceptions tell the callers, from a copied piece of the stack.
TEST_F(StacksLive, CopiedStacks) {
  for (const std::string options : {"-fomit-frame-pointer", "-fno-omit-frame-pointer -DFP"}) {
    ASSERT_NO_FATAL_FAILURE(compile(options));
    for (const std::string via : {"auto", "bpf", "perf"}) {
      record({"--call-graph", "dwarf", "--via", via, "-e", leaf(), "--", file("t")});
      EXPECT_EQ(chains(script()), kTruth) << via << options;
    }
  }
}

TEST_F(StacksLive, ACopiedPieceThatIsTooShortIsTold) {
  ASSERT_NO_FATAL_FAILURE(compile("-fomit-frame-pointer"));
  for (const std::string via : {"bpf", "perf"}) {
    const Ran ran = uproar({"record", "--call-graph", "dwarf,16", "--via", via, "-o", recording(), "-e",
                            leaf(), "--", file("t")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_NE(ran.err.find(
                  "  4 call chains end early, where the copied piece of the stack ended; a larger one tells "
                  "more: --call-graph dwarf,65528\n"),
              std::string::npos)
        << ran.err;
  }
}

// What perf copied is unwound here.
TEST_F(StacksLive, CopiedStacksOfPerf) {
  if (!has_program("perf")) GTEST_SKIP() << "perf is not installed";
  ASSERT_NO_FATAL_FAILURE(compile("-fomit-frame-pointer"));
  const std::string group = "stacks_live_" + std::to_string(::getpid());
  ASSERT_EQ(uproar({"add", "p:" + group + "/leaf " + file("t") + ":leaf n=%di:s32"}).status, 0);
  const Ran perf = run({"perf", "record", "-q", "--call-graph", "dwarf", "-e", group + ":leaf", "-o",
                        file("perf.data"), "--", file("t")});
  EXPECT_EQ(uproar({"remove", group + "/leaf"}).status, 0);
  ASSERT_EQ(perf.status, 0) << perf.err;
  ASSERT_EQ(uproar({"convert", file("perf.data"), recording()}).status, 0);
  EXPECT_EQ(chains(script()), kTruth);
  const Ran theirs = run({"perf", "script", "--no-inline", "-i", file("perf.data")});
  EXPECT_EQ(script(), theirs.out);
}

TEST_F(StacksLive, RunningProcessesAndTheWholeSystem) {
  write("loop.c", R"(#include <unistd.h>
#define B asm volatile("" ::: "memory")
__attribute__((noinline)) int leaf(int x) { asm volatile("" ::"r"(x) : "memory"); return x + 1; }
__attribute__((noinline)) int step(int x) { int r = leaf(x); B; return r + 1; }
int main(void) { for (int i = 0;; i++) { step(i); B; usleep(2000); } })");
  build("gcc -O2 -fno-omit-frame-pointer -o loop loop.c");
  Running target({file("loop")});
  for (const Texts& choice :
       {Texts{"-p", std::to_string(target.pid())}, Texts{"-t", std::to_string(target.pid())}, Texts{}}) {
    Texts arguments = {"-g", "--via", "bpf", "-e", "p:leaf " + file("loop") + ":leaf", "-n", "3"};
    arguments.insert(arguments.end(), choice.begin(), choice.end());
    record(arguments);
    const Texts all = chains(script());
    ASSERT_GE(all.size(), 3u);
    EXPECT_EQ(all.front(), "leaf step main");
  }
}

TEST_F(StacksLive, NobodyWithTwoCapabilities) {
  if (!has_program("setpriv")) GTEST_SKIP() << "no setpriv here";
  ASSERT_NO_FATAL_FAILURE(compile("-fno-omit-frame-pointer"));
  build("cp " + uproar_path() + " uproar && chmod 777 . && chmod 755 uproar t lib.so");
  for (const std::string how : {"fp", "dwarf"}) {
    const Ran ran = run({"setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
                         "--inh-caps=+bpf,+perfmon", "--ambient-caps=+bpf,+perfmon", file("uproar"), "record",
                         "-g", "-o", recording(), "-e", leaf(), "--", file("t")});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(chains(script()), kTruth) << how;
  }
}

TEST_F(StacksLive, EnginesWithoutCallChainsSayWhichHaveThem) {
  ASSERT_NO_FATAL_FAILURE(compile(""));
  for (const std::string via : {"tracefs", "trace_pipe"}) {
    const Ran refused =
        uproar({"record", "-g", "--via", via, "-o", recording(), "-e", leaf(), "--", file("t")});
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(refused.err, "uproar: error: cannot record via " + via +
                               ": it takes no call chains (-g): programs of BPF and perf events do\n"
                               "  help: use --via bpf or perf, or leave --via out\n");
  }
}

}  // namespace
}  // namespace uproar::live
