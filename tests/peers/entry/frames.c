// Frames of every kind, and parameters of every class that a probe can fetch.
#include <alloca.h>
#include <stdarg.h>
#include <string.h>

#define KEEP __attribute__((noinline))
typedef float v8 __attribute__((vector_size(32)));
enum colour { RED = 3, BLUE = -4 };
struct pair { int a, b; };
struct mixed { long a; double b; };
struct big { long a[5]; };
static volatile int sink;

KEEP int take_plain(int id, const char *name, long big) { return id + name[0] + (int)big; }
KEEP int take_small(char a, unsigned char b, short c, unsigned short d, _Bool e, enum colour f) { return a + b + c + d + e + f; }
KEEP long take_nine(long a, int b, long c, int d, long e, int f, long g, int h, short i) { return a + b + c + d + e + f + g + h + i; }
KEEP int take_aligned(int id, const char *name) { int t[8] __attribute__((aligned(64))); memset(t, 1, sizeof t); return id + name[0] + t[3]; }
KEEP int take_alloca(int id, const char *name, int size) { char *p = alloca(size + 100); memset(p, 2, 8); return id + name[0] + p[0]; }
KEEP int take_both(int id, const char *name) { int t[8] __attribute__((aligned(64))); char *p = alloca(id + 100); memset(t, 1, sizeof t); memset(p, 2, 8); return id + name[0] + t[3] + p[0]; }
KEEP int take_array(int id, int n, const char *name) { int t[n + 1]; t[n] = id; return t[n] + name[0]; }
KEEP int take_vector(int id, const char *name, v8 *v) { v8 a = *v; a += a; *v = a; return id + name[0]; }
KEEP long take_aligned_nine(long a, long b, long c, long d, long e, int f, long g, short h) { int t[8] __attribute__((aligned(64))); t[0] = 1; long was = g; g = d; return a + b + c + e + f + g + h + was + t[0]; }
KEEP struct big take_result(int id, const char *name) { struct big b = {{id, name[0]}}; return b; }
KEEP int take_floats(double x, int id, float y, const char *name, double z) { return (int)(x + y + z) + id + name[0]; }
KEEP int take_structs(struct pair a, int id, struct mixed b, struct big c, const char *name, int last) { return a.a + id + (int)b.b + (int)c.a[2] + name[0] + last; }
KEEP int take_large(int id, const char *name) { char room[20000]; memset(room, id, sizeof room); return id + room[4] + name[0]; }
KEEP int take_register(register int id, register const char *name) { return id + name[0] + (int)strlen(name); }
KEEP int take_address(int id, const char *name) { char b[32]; memcpy(b, &id, sizeof id); sink = b[0]; return b[0] + name[0]; }
KEEP int take_changed(int id, const char *name, int a, int b, int c, int d, int seventh) { int was = id * seventh; id = seventh; seventh = b; return was + id + name[0] + a + b + c + d + seventh; }
KEEP int take_variadic(int count, const char *name, ...) { va_list list; va_start(list, name); int sum = va_arg(list, int); va_end(list); return sum + count + name[0]; }
KEEP int take_wide(__int128 a, int id, long double b, const char *name) { return (int)a + id + (int)b + name[0]; }
KEEP int take_recursive(int depth, const char *name) { return depth <= 0 ? name[0] : take_recursive(depth - 1, name + 1) + 1; }
__attribute__((noinline, ms_abi)) int take_windows(int id, const char *name, double d, long big, int fifth, short sixth) { return id + name[0] + (int)big + (int)d + fifth + sixth; }
static KEEP int take_static(int id, const char *name, long unused) { return id + name[0]; }

int main(int argc, char **argv) {
  char name[] = "name of it";
  v8 v = {1};
  struct big big = {{1, 2, 3, 4, 5}};
  int sum = 0;
  (void)argv;
  for (int i = 0; i < 3; ++i) {
    sum += take_plain(-3 - i, name, 99) + take_small(-1, 200, -300, 60000, 1, BLUE) + (int)take_nine(1, -2, 3, -4, 5, -6, 7, -8, -9);
    sum += take_aligned(-4, name) + take_alloca(-5, name, 50) + take_both(-6, name) + take_array(-7, 3 + i, name) + take_vector(-8, name, &v);
    sum += (int)take_aligned_nine(1, 2, 3, 4, 5, -6, 7, -8) + (int)take_result(-9, name).a[0] + take_floats(1.5, -10, 2.5f, name, 3.5);
    sum += take_structs((struct pair){1, 2}, -11, (struct mixed){3, 4.5}, big, name, -12) + take_large(13, name) + take_register(-14, name);
    sum += take_address(-15, name) + take_changed(-16, name, 1, 2, 3, 4, -17) + take_variadic(1, name, 5) + take_wide(-18, -19, 2.5L, name);
    sum += take_recursive(i, name) + take_windows(-20, name, 1.5, 1L << 33, -21, -22) + take_static(-23 * argc, name, i);
  }
  return sum == 42 ? 1 : 0;
}
