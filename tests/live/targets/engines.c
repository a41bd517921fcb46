/* engines: values of every form that a definition can fetch, known beforehand. */
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

struct record {
  int id;                  /* 0 */
  unsigned low : 3;        /* 4 */
  int delta : 5;
  unsigned high : 24;
  const char *name;        /* 8 */
  struct record *next;     /* 16 */
  unsigned char bytes[6];  /* 24 */
  unsigned short pairs[3]; /* 30 */
  long length;             /* 40 */
  const char *names[3];    /* 48 */
};

int counter = 1234567;

__attribute__((noinline)) long take(const struct record *record, long number, const char *text, long length) {
  __asm__ volatile("" ::"r"(record), "r"(number), "r"(text), "r"(length) : "memory");
  return number - 3;
}
__attribute__((noinline)) const char *answer(int which) {
  __asm__ volatile("" : "+r"(which));
  return which == 0 ? "zero" : which == 1 ? "" : NULL;
}
__attribute__((noinline)) int place_one(int number) {
  __asm__ volatile("" : "+r"(number));
  return number + 1;
}
__attribute__((noinline)) int place_two(int other, int number) {
  __asm__ volatile("" : "+r"(number), "+r"(other));
  return number + 2;
}

int main(void) {
  static char text_of_200[201];
  memset(text_of_200, 'w', 200);
  char *edge = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(edge, 'e', 4096);
  mprotect(edge + 4096, 4096, PROT_NONE);
  struct record last = {-5, 5, -3, 0xabcdef, "last", NULL, {1, 2, 3, 250, 251, 252}, {1, 0x8001, 65535}, 3, {"a", "", "ccc"}};
  struct record first = {7, 2, 15, 1, NULL, &last, {0}, {0}, -1, {NULL, "x", (char *)16}};
  for (int i = 0; i < 2; ++i) {
    take(&last, -2, "hello", 3);
    take(&first, 0x123456789abcdef0, "", 0);
    take(NULL, 'A', NULL, 5);
    take((struct record *)edge, 200, text_of_200, 200);
    take((struct record *)(edge + 4096), 0, edge + 4090, 6);
    take(&last, 0, "\x01\x1b[31m\xff\"\\", 4);
  }
  for (int i = 0; i < 3; ++i) answer(i);
  place_one(11);
  place_two(22, 33);
  return 0;
}
