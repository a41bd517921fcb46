// shelf: one call, known to the last bit, of every kind of function that C++ has. cxx_live_test.cpp compares.
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#define APART __attribute__((noinline))
#define USED(x) asm volatile("" ::"g"(x) : "memory")

namespace store {

enum class Kind : uint8_t { tool = 3, toy = 200 };
struct Marks {
  unsigned level : 3;
  unsigned row : 5;
  int shift : 7;
  unsigned long serial : 33;
};
struct Crate {
  char label[16];
  int16_t sizes[4];
  const char* title;
  Crate* next;
  Kind kind;
};

APART int size(int side) {
  USED(side);
  return side * side;
}
APART int size(long width, int height) {
  USED(width);
  USED(height);
  return static_cast<int>(width) * height;
}
APART int size(const std::string& text) {
  USED(&text);
  return static_cast<int>(text.size());
}
APART int look(std::string_view text) {
  USED(text.data());
  return static_cast<int>(text.size());
}
// Both have addresses of their own: the frame is where the debug information sees them.
APART int keep(std::string_view part, std::string owned) {
  USED(&part);
  USED(&owned);
  return static_cast<int>(part.size() + owned.size());
}

template <typename Number>
APART Number larger(Number left, Number right) {
  USED(left);
  USED(right);
  return left > right ? left : right;
}
template int larger<int>(int, int);
template long larger<long>(long, long);
template const char* larger<const char*>(const char*, const char*);

APART int marks(const Marks* given) {
  USED(given);
  return given->level + given->shift;
}
APART int open(const Crate* crate, const Kind& kind) {
  USED(crate);
  USED(&kind);
  return crate->sizes[0];
}
inline __attribute__((always_inline)) int stack(int base, int above) {
  int sum = base * 31 + above;
  USED(sum);
  return sum;
}

struct Thing {
  virtual ~Thing() = default;
  virtual int turn(int by) = 0;
};
struct Wheel : Thing {
  explicit APART Wheel(int number) : id(number) { USED(number); }
  APART int turn(int by) override {
    USED(by);
    return id + by;
  }
  APART int operator()(short steps) const {
    USED(steps);
    return id * steps;
  }
  int id;
};

}  // namespace store

namespace {
APART int hidden(int depth) {
  USED(depth);
  return depth + 1;
}
}  // namespace

APART int count(int boxes) {
  int each = 12;
  const std::string unit = "pieces";
  auto counted = [each, &unit](int k) APART {
    USED(k);
    USED(&unit);
    return each * k;
  };
  return counted(boxes);
}

APART int pile(int n) {
  return store::stack(n, 1) + store::stack(n, 2) + store::stack(n, 3);
}

int main() {
  using namespace store;
  int sum =
      size(-7) + size(5000000000L, 3) + size(std::string("a text that is too long to lie in the object"));
  sum += look(std::string_view("shelves and crates").substr(0, 7));
  sum += keep(std::string_view("kept for long").substr(0, 4), "owned by the function alone");
  const char texts[2][6] = {"right", "left"};
  sum += larger<const char*>(texts[1], texts[0])[0];
  sum += larger<int>(-1, 2) + static_cast<int>(larger<long>(3000000000L, -4));
  Marks given{5, 17, -3, 0x123456789UL};
  sum += marks(&given);
  Crate second{"second", {5, 6, 7, 8}, "of the second", nullptr, Kind::tool};
  Crate first{"first", {1, -2, 3, 4}, "of the first", &second, Kind::toy};
  sum += open(&first, first.kind) + open(&second, second.kind);
  Wheel wheel(42);
  Thing* thing = &wheel;
  sum += wheel.turn(8) + thing->turn(-9) + wheel(10);
  sum += hidden(9) + pile(100) + count(-3);
  std::printf("%d\n", sum);
  return 0;
}
