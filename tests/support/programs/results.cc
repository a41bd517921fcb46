// What functions return, by every rule of the calling convention.
#include <cstdio>
#include <memory>
#include <string>

#define KEEP __attribute__((noinline))
struct Pair {
  long a, b;
};
struct Small {
  int id;
  char mark;
  short low;
};
struct Mixed {
  double weight;
  int id;
};
struct Large {
  int id;
  char name[16];
  long last;
};
struct Failure {
  int code;
  const char* message;
};
struct Copied {
  Copied() = default;
  Copied(const Copied& other) : id(other.id) {}
  int id = 0;
};
enum Level : short { Low = -2 };

KEEP int number(int k) {
  asm volatile("" ::: "memory");
  return -k;
}
KEEP bool truth(int k) {
  asm volatile("" ::: "memory");
  return k & 1;
}
KEEP Level level(int k) {
  asm volatile("" ::: "memory");
  return Level(-k);
}
KEEP const char* text() {
  asm volatile("" ::: "memory");
  return "text";
}
KEEP double weight(double x) {
  asm volatile("" ::: "memory");
  return x;
}
KEEP void nothing() {
  asm volatile("" ::: "memory");
}
KEEP __int128 wide(int k) {
  asm volatile("" ::: "memory");
  return k;
}
KEEP Pair pair(int k) {
  asm volatile("" ::: "memory");
  return {k, -k};
}
KEEP Small small_struct(int k) {
  asm volatile("" ::: "memory");
  return {k, 'm', 7};
}
KEEP Mixed mixed(int k) {
  asm volatile("" ::: "memory");
  return {1.5, k};
}
KEEP Large large(int k) {
  asm volatile("" ::: "memory");
  return {k, "large", -k};
}
KEEP Failure* failure(int k) {
  asm volatile("" ::: "memory");
  static Failure one{3, "failed"};
  one.code = k;
  return &one;
}
KEEP const int& reference(const int& k) {
  asm volatile("" ::: "memory");
  return k;
}
KEEP std::string string(int k) {
  asm volatile("" ::: "memory");
  return std::string(k, 'q');
}
KEEP std::unique_ptr<Failure> owned(int k) {
  asm volatile("" ::: "memory");
  return std::make_unique<Failure>(Failure{k, "owned"});
}
KEEP Copied copied(int k) {
  asm volatile("" ::: "memory");
  Copied made;
  made.id = k;
  return made;
}

int main() {
  const int k = 5;
  nothing();
  printf("%d %d %d %s %f %d %ld %d %f %d %d %d %zu %d %d\n", number(k), truth(k), level(2), text(), weight(2),
         int(wide(k)), pair(k).b, small_struct(k).id, mixed(k).weight, large(k).id, failure(k)->code,
         reference(k), string(3).size(), owned(k)->code, copied(k).id);
}
