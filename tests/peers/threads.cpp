// What perf records in tests: threads with names of their own, inlined and templated functions, strings, a
// fork and an exec.
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace app {

struct Shape {
  int id;
  std::string title;
};

__attribute__((noinline)) int leaf(int n, const char* text) {
  asm volatile("" ::: "memory");
  return n + text[0];
}

static inline __attribute__((always_inline)) int inlined(int n, const std::string& text) {
  return leaf(n + 1, text.c_str()) * 2;
}

template <typename T>
__attribute__((noinline)) T twice(T n, const Shape& shape) {
  const T result = inlined(static_cast<int>(n), shape.title);
  return result + n;
}

__attribute__((noinline)) long run(const std::vector<Shape>& shapes, int rounds) {
  long sum = 0;
  for (int i = 0; i < rounds; ++i)
    for (const Shape& shape : shapes) sum += twice<int>(i, shape) + twice<long>(i, shape);
  return sum;
}

}  // namespace app

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  const std::vector<app::Shape> shapes = {{1, "one"}, {2, "two \"2\""}, {3, "drei\t\xc3\xa9"}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&shapes, rounds, i] {
      pthread_setname_np(pthread_self(), ("worker " + std::to_string(i)).c_str());
      volatile long result = app::run(shapes, rounds);
      (void)result;
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::printf("%ld\n", app::run(shapes, 1));
  if (argc > 2) return 0;
  const pid_t child = fork();
  if (child == 0) {
    app::run(shapes, 1);
    execl(argv[0], argv[0], "0", "again", nullptr);
    _exit(1);
  }
  if (child > 0) waitpid(child, nullptr, 0);
}
