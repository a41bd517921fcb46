// A variable-length array, std::span and std::array.
#include <array>
#include <cstdio>
#include <span>

int sum(std::span<const int> all, const std::array<short, 3>& few, std::span<int, 2> two) {
  int total = few[0] + two[1];
  for (int each : all) total += each;
  return total;
}

int squares(int n) {
  int own[n];
  for (int i = 0; i < n; ++i) own[i] = i * i;
  asm volatile("" : : "r"(own) : "memory");
  return own[n - 1];  // mark:filled
}

int main() {
  int numbers[] = {61, 62, 63};
  const std::array<short, 3> few = {4, -5, 6};
  int two[2] = {8, 9};
  std::printf("%d %d\n", sum(numbers, few, std::span<int, 2>(two)), squares(5));
}
