/* places: calls step_00 … step_19 (each at its own page offset, some at the same one), then look() on a list that ends in
   pointers which cannot be followed. */
#include <stddef.h>

#define NOINLINE __attribute__((noinline))
#define STEP(n, section_name)                                                                       \
  NOINLINE __attribute__((section(section_name))) int step_##n(int a) {                             \
    __asm__ volatile("" ::"r"(a) : "memory");                                                       \
    return a + 1##n;                                                                                \
  }
#define TEN(d, s) STEP(d##0, s) STEP(d##1, s) STEP(d##2, s) STEP(d##3, s) STEP(d##4, s) \
                  STEP(d##5, s) STEP(d##6, s) STEP(d##7, s) STEP(d##8, s) STEP(d##9, s)
/* Two sections that begin at page boundaries: functions of the second have the page offsets of the first. */
TEN(0, ".text.first")
TEN(1, ".text.second")

struct node {
  int value;
  int weight;
  struct node *next;
};

NOINLINE void look(const struct node *node) {
  __asm__ volatile("" ::"r"(node) : "memory");
}

int main(void) {
  int sum = 0;
#define CALL(n) sum += step_##n(n);
  CALL(00) CALL(01) CALL(02) CALL(03) CALL(04) CALL(05) CALL(06) CALL(07)
  sum += step_08(8) + step_09(9);
  CALL(10) CALL(11) CALL(12) CALL(13) CALL(14) CALL(15) CALL(16) CALL(17) CALL(18) CALL(19)
  struct node last = {30, -3, NULL};
  struct node middle = {20, -2, &last};
  struct node broken = {40, -4, (struct node *)0xdead000000000000};
  look(&middle);
  look(&last);
  look(&broken);
  look(NULL);
  return sum == 0;
}
