/* ticks N: two threads call tick(thread, i) N times each. */
#include <pthread.h>
#include <stdlib.h>

static long count;

__attribute__((noinline)) void tick(long thread, long i) { __asm__ volatile("" ::"r"(thread), "r"(i) : "memory"); }

static void *run(void *thread) {
  for (long i = 0; i < count; i++) tick((long)thread, i);
  return 0;
}

int main(int argc, char **argv) {
  count = argc > 1 ? atol(argv[1]) : 1000;
  pthread_t threads[2];
  for (long i = 0; i < 2; i++) pthread_create(&threads[i], 0, run, (void *)i);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
  return 0;
}
