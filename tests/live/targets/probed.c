/* probed: two functions that the tests of the kernel folder load from a copy of their own, probe and call. */
__attribute__((noinline)) int first(int value) {
  __asm__ volatile("" : "+r"(value));
  return value + 1;
}
__attribute__((noinline)) int second(int value) {
  __asm__ volatile("" : "+r"(value));
  return value + 2;
}
