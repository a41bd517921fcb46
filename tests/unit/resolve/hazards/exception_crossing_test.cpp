#include "resolve/hazards/exception_crossing.h"

#include <gtest/gtest.h>

#include "binary/symbols/symbols.h"
#include "support/compile.h"

namespace uproar {
namespace {

// Programs whose source says what leaves each function.
class ExceptionCrossings : public testing::Test {
 protected:
  bool build(const std::string& command) {
    if (!shop_.run(command)) return false;
    auto opened = ElfFile::open(shop_.path("prog"));
    if (!opened.ok()) return false;
    file_ = std::move(*opened);
    code_ = std::make_unique<FileCode>(*file_);
    judge_ = std::make_unique<ExceptionJudge>(*code_);
    return true;
  }
  ExceptionCrossing of(const std::string& name) {
    auto symbols = file_->symbols();
    EXPECT_TRUE(symbols.ok());
    for (const ElfSymbol& each : **symbols) {
      if (each.name == name) return judge_->judge({each.vaddr, each.size});
    }
    ADD_FAILURE() << name << " is not there";
    return ExceptionCrossing::No;
  }

  Workshop shop_;
  std::unique_ptr<ElfFile> file_;
  std::unique_ptr<FileCode> code_;
  std::unique_ptr<ExceptionJudge> judge_;
};

TEST_F(ExceptionCrossings, ByWhatAFunctionCalls) {
  shop_.put("t.cc", R"(
#define KEEP __attribute__((noinline, noipa))
KEEP void throws(int n) { if (n > 99) throw n; }
KEEP int passes_on(int n) { throws(n); return n + 1; }
KEEP int catches(int n) { try { throws(n); } catch (...) { return 0; } return n; }
KEEP int guarded(int n) noexcept { throws(n); return n + 1; }
KEEP int computes(int n) { return n * 3 + 1; }
KEEP int by_pointer(int (*f)(int), int n) { return f(n) + 1; }
int main(int n, char**) { return passes_on(n) + catches(n) + guarded(n) + computes(n) + by_pointer(computes, n); }
)");
  if (!build("c++ -O1 t.cc -o prog")) GTEST_SKIP() << "no C++ compiler";
  EXPECT_EQ(of("_Z6throwsi"), ExceptionCrossing::Exception);
  EXPECT_EQ(of("_Z9passes_oni"), ExceptionCrossing::Exception);
  EXPECT_EQ(of("_Z7guardedi"), ExceptionCrossing::No);
  EXPECT_EQ(of("_Z8computesi"), ExceptionCrossing::No);
  EXPECT_EQ(of("_Z10by_pointerPFiiEi"), ExceptionCrossing::Exception);  // whatever it calls may throw
  EXPECT_EQ(of("main"), ExceptionCrossing::No);                         // nobody catches what leaves it
}

// What compilers call by themselves for a static object throws nothing, whatever makes the object may.
TEST_F(ExceptionCrossings, AStaticThatIsMadeOnce) {
  shop_.put("s.cc", R"(
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#define KEEP extern "C" __attribute__((noinline, used))
KEEP int made(int n) { asm volatile(""); return n; }
KEEP int fails(int n) { if (n > 99) throw std::runtime_error("n"); return n; }
KEEP int* once(int n) { static int it = made(n); asm volatile(""); return &it; }
KEEP int* perhaps(int n) { static int it = fails(n); asm volatile(""); return &it; }
KEEP char* copies(const char* a) { char* to = (char*)malloc(strlen(a) + 1); asm volatile("" : "+r"(to)); return strcpy(to, a); }
KEEP int reads(const char* a) { asm volatile(""); return atoi(a); }
int main(int n, char** v) { return *once(n) + *perhaps(n) + copies(v[0])[0] + reads(v[0]); }
)");
  for (const char* compiler : {"g++", "clang++"}) {
    if (!Workshop::has(compiler)) continue;
    for (const char* options : {"-O1", "-O0", "-O2 -fcf-protection=full", "-O1 -Wl,-z,now"}) {
      ASSERT_TRUE(build(std::string(compiler) + " -w " + options + " s.cc -o prog"));
      EXPECT_EQ(of("once"), ExceptionCrossing::No) << compiler << options;
      EXPECT_EQ(of("copies"), ExceptionCrossing::No) << compiler << options;
      EXPECT_NE(of("perhaps"), ExceptionCrossing::No) << compiler << options;
      EXPECT_NE(of("reads"), ExceptionCrossing::No) << compiler << options;
    }
  }
}

TEST_F(ExceptionCrossings, CInAProgramOfCThrowsNothing) {
  shop_.put("c.c",
            "#include <stdlib.h>\n__attribute__((noinline)) int f(const char* a) { return atoi(a); }\n"
            "int main(int n, char** v) { return f(v[0]); }\n");
  if (!build("cc -O1 c.c -o prog")) GTEST_SKIP() << "no cc";
  EXPECT_EQ(of("f"), ExceptionCrossing::No);
}

TEST_F(ExceptionCrossings, ThePanicsOfRust) {
  if (!Workshop::has("rustc")) GTEST_SKIP() << "no rustc";
  shop_.put("r.rs",
            "#[no_mangle] #[inline(never)] pub extern \"C\" fn outer(n: u32) -> u32 { at(&[1, 2, 3], n) }\n"
            "#[inline(never)] fn at(a: &[u32], n: u32) -> u32 { a[n as usize] + n }\n"
            "fn main() { println!(\"{}\", outer(std::env::args().count() as u32)); }\n");
  if (!build("rustc -C opt-level=1 r.rs -o prog")) GTEST_SKIP() << "rustc made nothing";
  auto symbols = file_->symbols();
  ASSERT_TRUE(symbols.ok());
  bool found = false;
  for (const ElfSymbol& each : **symbols) {
    if (each.name.find("2at17h") == std::string::npos) continue;
    found = true;
    EXPECT_EQ(judge_->judge({each.vaddr, each.size}), ExceptionCrossing::Panic);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace uproar
