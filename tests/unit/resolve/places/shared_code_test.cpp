#include "resolve/places/shared_code.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "resolve/resolver.h"
#include "support/compile.h"
#include "support/fetch_text.h"

namespace uproar {
namespace {

constexpr const char* kC = R"(#define NI __attribute__((noinline))
struct P { const char *name; int id; }; struct Q { long *at; int index; };
int sink;
NI int take(int x) { sink = x; return x * x + 7; }
NI unsigned give(unsigned a) { sink = a; return a * a + 7; }
NI int id_of(struct P *p) { sink = p->id; return p->id + 3; }
NI int index_of(struct Q *q) { sink = q->index; return q->index + 3; }
static NI int here(int q) { sink = q + 4; return q - 99; }
static NI unsigned there(unsigned r) { sink = r + 4; return r - 99; }
NI int real(int x) { sink = x + 1; return x * 99; }
extern int other(int x) __attribute__((alias("real")));
int main(int n, char **v) { struct P p = {0, n}; struct Q q = {0, n};
  return take(n) + give(n) + id_of(&p) + index_of(&q) + here(n) + there(n) + real(n) + other(n); }
)";
constexpr const char* kCxx = R"(#define NI __attribute__((noinline))
volatile int sink;
struct A { int v; NI A(int v) : v(v) { sink = v; } NI int get(int k) const { sink = v; return v * k; } };
struct B { unsigned w; NI unsigned fetch(unsigned m) const { sink = w; return w * m; } };
NI int f(int a) { sink = a; return a * 5; }
NI unsigned f(unsigned b) { sink = b; return b * 5; }
int main(int n, char **v) { A a(n); B b{unsigned(n)}; return a.get(3) + b.fetch(4) + f(n) + f(unsigned(n)); }
)";

class SharedCodeTest : public testing::Test {
 protected:
  // What is fetched: "x=%di:s32 y=%si:s32"; or the message.
  std::string fetched(const std::string& site_and_arguments, const char* kind = "p") {
    auto resolved = resolve(site_and_arguments, kind);
    if (!resolved.ok()) return resolved.error().message + "; " + resolved.error().remedy;
    std::string out;
    for (const FetchArgument& each : resolved->plan.arguments())
      out += (out.empty() ? "" : " ") + each.name + "=" + fetch_text(each);
    return out;
  }
  // What is told of the functions that are seen too; empty: nothing.
  std::string note(const std::string& site_and_arguments) {
    auto resolved = resolve(site_and_arguments, "p");
    if (!resolved.ok()) return resolved.error().message;
    for (const Hazard& each : resolved->hazards) {
      if (each.message.find("equal functions") != std::string::npos) return each.message;
    }
    return {};
  }
  std::string symbol(const std::string& site_and_arguments) {
    auto resolved = resolve(site_and_arguments, "p");
    return resolved.ok() ? resolved->plan.sites.front().symbol : resolved.error().message;
  }
  bool built(const std::string& compiler, const std::string& linker, const std::string& options) {
    const std::string source = compiler.ends_with("++") ? "a.cc" : "a.c";
    shop_.put("a.c", kC);
    shop_.put("a.cc", kCxx);
    std::string command = fmt::format("{} -w -g {} -o prog {}", compiler, options, source);
    if (!linker.empty()) command += fmt::format(" -ffunction-sections -fuse-ld={} -Wl,--icf=all", linker);
    return Workshop::has(compiler) && (linker.empty() || Workshop::has("ld." + linker)) && shop_.run(command);
  }

  Workshop shop_;

 private:
  Result<Resolved> resolve(const std::string& site_and_arguments, const char* kind) {
    PathEnvironment environment;
    environment.ld_cache_command.clear();
    return resolve_definition(std::string(kind) + " " + shop_.path("prog") + ":" + site_and_arguments,
                              environment, {});
  }
};

const std::string kBecause = " (equal functions were folded into one)";

std::string refused(const std::string& one, const std::string& other) {
  return one + " shares its code with " + other + kBecause + ", and the debug information is of " + other +
         "; give the type: $arg1:s32; or probe " + other + " for its names";
}

std::string seen_too(const std::string& one, const std::string& others) {
  return one + " shares its code with " + others + kBecause + ": their calls are seen too";
}

// lld leaves only one of them a place.
TEST_F(SharedCodeTest, WhereOneIsDescribedTheOtherHasNoNames) {
  bool any = false;
  for (const char* compiler : {"gcc", "clang"}) {
    if (!built(compiler, "lld", "-O2 -fno-ipa-icf") && !built(compiler, "lld", "-O2")) continue;
    SCOPED_TRACE(compiler);
    any = true;
    EXPECT_EQ(fetched("take $params"), "x=%di:s32");
    EXPECT_EQ(note("take $params"), seen_too("take", "give"));
    EXPECT_EQ(fetched("give $params"), refused("give", "take"));
    EXPECT_EQ(fetched("give a"), refused("give", "take"));
    EXPECT_EQ(fetched("a.c:give x"), refused("give", "take"));
    EXPECT_EQ(fetched("id_of p->id"), "id=+8(%di):s32");
    EXPECT_EQ(fetched("index_of q->index"), refused("index_of", "id_of"));
    EXPECT_EQ(fetched("there r"), refused("there", "here"));
    // What needs no names, and what belongs to none of them.
    EXPECT_EQ(fetched("give $arg1:u32"), "arg1=%di:u32");
    EXPECT_EQ(note("give $arg1:u32"), seen_too("give", "take"));
    EXPECT_EQ(fetched("give sink").substr(0, 7), "sink=@+");
    EXPECT_EQ(fetched("give $retval:u32", "r"), "arg1=other:u32");
    EXPECT_EQ(fetched("give $retval", "r").find("give shares its code with take"), 0u);
    EXPECT_EQ(fetched("take $retval", "r"), "arg1=other:s32");
  }
  if (!any) GTEST_SKIP() << "no compiler with lld";
}

// gold gives each its place: the one that is asked for is meant.
TEST_F(SharedCodeTest, WhereEachIsDescribedEachHasItsOwnNames) {
  if (!built("clang", "gold", "-O2") && !built("gcc", "gold", "-O2 -fno-ipa-icf"))
    GTEST_SKIP() << "no compiler with gold";
  EXPECT_EQ(fetched("take $params"), "x=%di:s32");
  EXPECT_EQ(fetched("give $params"), "a=%di:u32");
  EXPECT_EQ(note("give $params"), seen_too("give", "take"));
  EXPECT_EQ(fetched("index_of q->index"), "index=+8(%di):s32");
  EXPECT_EQ(fetched("there $params"), "r=%di:u32");
  // gold drops the symbol of a local one, if it folds them.
  if (shop_.run("nm prog | grep ' there$'")) return;
  EXPECT_EQ(note("there"), seen_too("there", "here"));
  EXPECT_EQ(note("here"), seen_too("here", "there"));
}

TEST_F(SharedCodeTest, ALineBelongsToTheFunctionThatHoldsIt) {
  for (const char* linker : {"gold", "lld"}) {
    if (!built("clang", linker, "-O2")) continue;
    SCOPED_TRACE(linker);
    const bool both = std::string(linker) == "gold";
    EXPECT_EQ(fetched("a.c:4 $params"), "x=%di:s32");
    EXPECT_EQ(fetched("a.c:5 $params"), both ? "a=%di:u32" : refused("give", "take"));
    EXPECT_EQ(symbol("a.c:5"), "give");
    EXPECT_EQ(fetched("give:0 $params"), both ? "a=%di:u32" : refused("give", "take"));
    EXPECT_EQ(symbol("give:0"), "give");
  }
}

TEST_F(SharedCodeTest, APatternShowsTheNameOfTheOneThatIsDescribed) {
  if (!built("clang", "lld", "-O2")) GTEST_SKIP() << "no clang with lld";
  EXPECT_EQ(symbol("*e $params"), "take");  // give and take, of which the shorter or first name is another's
  EXPECT_EQ(note("'i*_of'"), seen_too("id_of", "index_of"));
  EXPECT_EQ(fetched("give* $params"), refused("give", "take"));
  EXPECT_EQ(symbol("give* $arg1"), "give");
}

TEST_F(SharedCodeTest, AnAliasIsTheFunctionItself) {
  bool any = false;
  for (const char* compiler : {"gcc", "clang"}) {
    for (const char* linker : {"", "lld", "gold"}) {
      if (!built(compiler, linker, "-O2")) continue;
      any = true;
      EXPECT_EQ(fetched("other $params"), "x=%di:s32") << compiler << linker;
      EXPECT_EQ(note("other $params"), "") << compiler << linker;
      EXPECT_EQ(note("real $params"), "") << compiler << linker;
      EXPECT_EQ(note("main"), "") << compiler << linker;
    }
  }
  if (!any) GTEST_SKIP() << "no gcc and no clang";
}

TEST_F(SharedCodeTest, NamesOfCxxTellTheTypes) {
  bool any = false;
  for (const char* compiler : {"g++", "clang++"}) {
    if (!built(compiler, "lld", "-O2")) continue;
    any = true;
    SCOPED_TRACE(compiler);
    EXPECT_EQ(fetched("\"f(int)\" $params"), "a=%di:s32");
    EXPECT_EQ(fetched("\"f(unsigned int)\" $params"),
              "f(unsigned int) shares its code with f(int)" + kBecause +
                  ", and the debug information is of f(int); give the type: $arg1:s32; or probe \"f(int)\" "
                  "for its names");
    EXPECT_EQ(fetched("f $params"), "a=%di:s32");
    EXPECT_EQ(note("f"), seen_too("f", "f(unsigned int)"));
    // The constructors that a compiler makes of one are one.
    EXPECT_EQ(fetched("A::A v"), "v=%si:s32");
    EXPECT_EQ(note("A::A"), "");
  }
  if (!any) GTEST_SKIP() << "no C++ compiler with lld";
}

// gcc -O2 leaves the one that it drops a description without a place.
TEST_F(SharedCodeTest, GccFoldsLocalFunctions) {
  if (!Workshop::has("gcc")) GTEST_SKIP() << "no gcc";
  shop_.put("g.c", R"(int sink;
static __attribute__((noinline)) int third_of(int third) { sink = third + 3; return third * 78; }
static __attribute__((noinline)) int fourth_of(int fourth) { sink = fourth + 3; return fourth * 78; }
int main(int n, char **v) { return third_of(n) + fourth_of(n); }
)");
  if (!shop_.run("gcc -g -O2 -o prog g.c && nm prog | grep -c _of | grep 2"))
    GTEST_SKIP() << "gcc folds otherwise";
  if (note("fourth_of").empty()) GTEST_SKIP() << "gcc folded nothing";
  const bool third = fetched("third_of $params") == "third=%di:s32";
  EXPECT_EQ(fetched("fourth_of $params"), third ? refused("fourth_of", "third_of") : "fourth=%di:s32");
  EXPECT_EQ(fetched("third_of $params"), third ? "third=%di:s32" : refused("third_of", "fourth_of"));
}

// LLVM makes an alias of an equal function of Rust and forgets what it was.
TEST_F(SharedCodeTest, RustFoldsWithoutATrace) {
  if (!Workshop::has("rustc")) GTEST_SKIP() << "no rustc";
  shop_.put(
      "r.rs",
      R"(#[inline(never)] #[no_mangle] pub fn take(x: i32) -> i32 { std::hint::black_box(x); x.wrapping_mul(x) }
#[inline(never)] #[no_mangle] pub fn give(a: u32) -> u32 { std::hint::black_box(a); a.wrapping_mul(a) }
#[inline(never)] pub fn alone(n: i32) -> i32 { std::hint::black_box(n) + 3 }
fn main() { let n = std::env::args().count(); println!("{} {} {}", take(n as i32), give(n as u32), alone(n as i32)); }
)");
  if (!shop_.run("rustc -g -O r.rs -o prog")) GTEST_SKIP() << "rustc made nothing";
  if (note("take").empty()) GTEST_SKIP() << "this rustc folded nothing";
  const bool take = fetched("take x") == "x=%di:s32";
  EXPECT_EQ(fetched(take ? "give a" : "take x")
                .find(take ? "give shares its code with" : "take shares its code with"),
            0u);
  EXPECT_EQ(fetched(take ? "take $params" : "give $params"), take ? "x=%di:s32" : "a=%di:u32");
  EXPECT_EQ(note("take"), seen_too("take", "give"));
  EXPECT_EQ(note("give $arg1"), seen_too("give", "take"));
  EXPECT_EQ(fetched("alone n"), "n=%di:s32");
  EXPECT_EQ(note("alone"), "");
}

}  // namespace
}  // namespace uproar
