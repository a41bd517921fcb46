// Programs made while a test runs, by whatever compiler is at hand.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "support/temporary_folder.h"

namespace uproar {

// A folder that goes with the object.
class Workshop {
 public:
  std::string path(const std::string& name) const { return folder_.path(name); }
  std::string put(const std::string& name, std::string_view text) const { return folder_.put(name, text); }
  // Runs a shell command in the folder.
  bool run(const std::string& command) const {
    std::string whole = "cd '";
    whole.append(folder_.path()).append("' && (").append(command).append(") >log 2>&1");
    return std::system(whole.c_str()) == 0;
  }
  static bool has(const std::string& tool) {
    std::string whole = "command -v ";
    whole.append(tool).append(" >/dev/null 2>&1");
    return std::system(whole.c_str()) == 0;
  }

 private:
  TemporaryFolder folder_;
};

inline constexpr const char* kShapesSource = R"(
#define KEEP __attribute__((noinline, noipa, used))
extern "C" int KEEP plain(int a) { return a + 1; }
namespace app {
int KEEP area(int a) { return a * a; }
int KEEP area(double a, int b) { return int(a) * b; }
namespace { int KEEP helper(int a) { return a + 2; } }
template <typename T> KEEP T most(T a, T b) { return a > b ? a : b; }
template int most<int>(int, int);
template double most<double>(double, double);
struct Box {
  int v = 1;
  KEEP Box(int a);
  KEEP virtual ~Box();
  KEEP int get() const { return v; }
  KEEP bool operator<(const Box& o) const { return v < o.v; }
  KEEP bool operator()(int a) { return v == a; }
  KEEP explicit operator bool() const { return v != 0; }
};
Box::Box(int a) : v(a) {}
Box::~Box() { v = 0; }
int KEEP counted = 5;
}
int KEEP only(int a) { return a + 9; }
int main(int n, char**) {
  app::Box b(n), c(2); auto l = [](int x) KEEP { return x + 1; };
  return app::area(n) + app::area(2.5, n) + app::helper(n) + b.get() + (b < c) + b(3) + bool(b) + l(n) + only(n) + plain(n) + app::counted;
}
)";

}  // namespace uproar
