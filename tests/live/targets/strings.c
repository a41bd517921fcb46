/* strings FILE: hands take() strings of every difficult kind; the ids are what the test compares. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline)) void take(int id, const char *text) { __asm__ volatile("" ::"r"(id), "r"(text) : "memory"); }
__attribute__((noinline)) void take3(const char *a, const char *b, const char *c) {
  __asm__ volatile("" ::"r"(a), "r"(b), "r"(c) : "memory");
}

static char *repeated(char letter, int length) {
  char *text = malloc((size_t)length + 1);
  memset(text, letter, (size_t)length);
  text[length] = 0;
  return text;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
  char page[4096] = "cold file page";
  if (write(file, page, sizeof page) != sizeof page) return 1;
  fsync(file);
  char *none = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *edge = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(edge, 'e', 4096);
  mprotect(edge + 4096, 4096, PROT_NONE);
  char *cold = mmap(0, 4096, PROT_READ, MAP_SHARED, file, 0);
  posix_fadvise(file, 0, 4096, POSIX_FADV_DONTNEED);
  char *untouched = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  take(0, "plain");
  take(1, "");
  take(2, 0);
  take(3, (char *)0x1000);
  take(4, none);
  take(5, (char *)0xffffffff81000000);
  take(6, (char *)0xdead000000000000);
  take(7, "\x01\t\r\x1b[31mred\x1b[0m\x7f\"\\end");
  take(8, "\xff\xfe\xc3(bad");
  take(9, "gr\xc3\xbc\xc3\x9f" "e \xe2\x98\x83");
  take(10, edge + 4096 - 16);
  take(11, repeated('a', 100));
  take(12, repeated('b', 255));
  take(13, repeated('c', 4000));
  take(14, repeated('d', 4096));
  take(15, cold);
  take(16, "one\n            bash-1 [000] ..... 1.0: take: (0x1) id=99 text=\"forged\"");
  take(17, untouched);
  take(18, repeated('f', 10000));
  take3(repeated('x', 3000), repeated('y', 3000), repeated('z', 3000));
  return 0;
}
