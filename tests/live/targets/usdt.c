// USDT probes of every usual kind, with a known truth: item for i = 0 … 3 from two places, pair for i = 0
// … 3.
#include <string.h>
#include <unistd.h>

#include "../../fixtures/sdt.h"

SDT_SEMAPHORE(item_semaphore);
SDT_SEMAPHORE(unused_semaphore);  // so that item's is not the only one

struct Totals {
  long seen;
  int last;
};
struct Totals totals = {100, -1};

static const char* const names[] = {"zero", "one", "two", "three"};

// Both places have the same arguments, held differently.
__attribute__((noinline)) static void odd(int i, const char* name) {
  SDT(item, "item_semaphore", "-4@%0 8@%1 8@%2 -4@%3 -4@%4", "nor"(i), "nor"(name), "nor"(strlen(name)),
      "m"(totals.last), "n"(-7));
}

__attribute__((noinline)) static void even(int i, const char* name) {
  volatile int on_stack = i;
  volatile unsigned long length = strlen(name);
  SDT(item, "item_semaphore", "-4@%0 8@%1 8@%2 -4@%3 -4@%4", "m"(on_stack), "nor"(name), "m"(length),
      "m"(totals.last), "n"(-7));
}

// Whether anybody looks is in the semaphore: 1 while a tracer counts itself in.
__attribute__((noinline)) static void watched(void) {
  SDT(watched, "0", "4@%0", "nor"((unsigned)item_semaphore));
}

int main(int argc, char** argv) {
  // "wait": until the tracer that attaches to a running program has done so.
  if (argc > 1 && strcmp(argv[1], "wait") == 0) {
    for (int i = 0; i < 500 && item_semaphore == 0; ++i) usleep(10000);
  }
  SDT(start, "0", "", );
  for (int i = 0; i < 4; ++i) {
    totals.last = i * 10;
    (i % 2 ? odd : even)(i, names[i]);
    unsigned char small = (unsigned char)(250 + i);
    long wide = -5000000000L - i;
    SDT(pair, "0", "1@%0 -8@%1", "r"(small), "r"(wide));
    ++totals.seen;
  }
  watched();
  SDT(scaled, "0", "8@(%0,%1,8)", "r"(names), "r"(totals.seen & 3));
  return 0;
}
