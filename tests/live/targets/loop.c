/* loop N: calls work() N times with a string, a signed number and a word whose bits 3..7 count. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) long work(const char *name, long number, const uint32_t *bits) {
  __asm__ volatile("" ::"r"(name), "r"(number), "r"(bits) : "memory");
  return number * 2;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1;
  for (long i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)(i & 31) << 3 | 0xff000007u;
    work(i % 2 ? "odd" : "even", -i, &bits);
  }
  return 0;
}
