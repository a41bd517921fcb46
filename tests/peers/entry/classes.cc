// Objects that are passed by value, by reference and by the compiler's own reference.
#include <cstring>
#include <string>
#include <vector>

#define KEEP __attribute__((noinline))
struct Deep {
  int v;
  Deep(int a) : v(a) {}
  Deep(const Deep &other) : v(other.v) {}
  ~Deep() { v = 0; }
};
struct Flat { int a; long b; };
struct Base { virtual ~Base() = default; int base = 1; KEEP virtual int take_virtual(int id, const char *name) { return id + name[0] + base; } };
struct Other { virtual ~Other() = default; int other = 2; KEEP virtual int take_other(int id) { return id + other; } };
struct Derived : Base, Other {
  KEEP int take_virtual(int id, const char *name) override { return id + name[0] + 2; }
  KEEP int take_other(int id) override { return id + 3; }
};
struct Virtual : virtual Base { KEEP Virtual(int take_id, const char *name) { base = take_id + name[0]; } };
template <typename T> KEEP T take_most(T a, T b, const char *name) { return a > b ? a : T(b + name[0]); }
KEEP int take_deep(Deep d, int id, const char *name) { return d.v + id + name[0]; }
KEEP int take_flat(Flat f, int id, const char *name) { return f.a + id + name[0]; }
KEEP int take_reference(int &id, const long &big, const char *name) { id += 1; return id + int(big) + name[0]; }
KEEP std::string take_string(int id, const char *name) { return std::string(name) + char('a' + (id & 7)); }
KEEP int take_thrown(int id, const char *name) { Deep d(id); if (name[0] == 'x') throw id; std::vector<int> v(size_t(id & 7) + 1, 1); return d.v + v[0]; }
KEEP int take_aligned(Deep d, int id, const char *name) { alignas(64) int t[16]; std::memset(t, 1, sizeof t); return d.v + id + name[0] + t[2]; }
KEEP int take_lambda(int id, const char *name) { auto inner = [&](int more) KEEP { return id + name[0] + more; }; return inner(id); }

int main() {
  char name[] = "name";
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    Derived derived;
    Base *base = &derived;
    Other *other = &derived;
    Virtual made(-2, name);
    int changed = 5;
    sum += base->take_virtual(-3, name) + other->take_other(-4) + made.base + take_most<int>(-5, -6, name) + int(take_most<long>(-7, 8, name));
    sum += take_deep(Deep(9), -10, name) + take_flat({11, 12}, -13, name) + take_reference(changed, 14L << 33, name) + int(take_string(-15, name).size());
    sum += take_thrown(-16, name) + take_aligned(Deep(17), -18, name) + take_lambda(-19, name);
  }
  return sum == 42 ? 1 : 0;
}
