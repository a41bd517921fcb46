// Globals that a program and its libraries share: each file reads the one that counts.
#include "program_test.h"

namespace uproar::live {
namespace {

constexpr const char* kLibrary = R"(
int shared_number = 100;
static int own = 66;
int alone = 67;
__attribute__((noinline)) int take(int n) { asm volatile("" ::: "memory"); return n + shared_number + own++ + alone; }
)";
constexpr const char* kProgram = R"(
#include <unistd.h>
extern int shared_number;
int take(int n);
__attribute__((noinline)) int use(int n) { asm volatile("" ::: "memory"); return n + shared_number + optind; }
int main() {
  shared_number = 777;
  optind = 5;
  return use(1) + take(2) < 0;
}
)";

class GlobalsLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    write("lib.c", kLibrary);
    write("a.c", kProgram);
    build("gcc -g -O1 -shared -fPIC -o libshared.so lib.c");
  }
  void expect_both(const std::string& compile, bool by_name) {
    build(compile + " -g -O1 -o a a.c -L. -lshared -Wl,-rpath,$PWD");
    std::vector<std::string> definitions = {
        "p:symbol $T:use x=@shared_number:s32 y=@optind:s32",
        "p:inside " + file("libshared.so") + ":take shared_number own alone x=@shared_number:s32",
    };
    std::vector<Seen> truth = {{"symbol", {{"x", 777}, {"y", 5}}},
                               {"inside", {{"shared_number", 777}, {"own", 66}, {"alone", 67}, {"x", 777}}}};
    if (by_name) {
      definitions.push_back("p:named $T:use shared_number optind");
      truth.insert(truth.begin() + 1, {"named", {{"shared_number", 777}, {"optind", 5}}});
    }
    record_program(definitions, {file("a")});
    expect_seen(truth);
  }
};

TEST_F(GlobalsLive, ThatTheProgramHoldsACopyOf) {
  expect_both("gcc", true);
  expect_both("gcc -no-pie -fno-pie", true);
}

TEST_F(GlobalsLive, ThatTheProgramReachesByAPointer) {
  expect_both("gcc -fPIC -mno-direct-extern-access", true);
}

// Clang does not tell the types of what a file only declares.
TEST_F(GlobalsLive, ByTheirSymbolsWhereNoTypeIsTold) {
  if (!has_program("clang")) GTEST_SKIP() << "no clang here";
  expect_both("clang", false);
  EXPECT_NE(complaint(file("a") + ":use optind").find("write @optind with one"), std::string::npos);
}

}  // namespace
}  // namespace uproar::live
