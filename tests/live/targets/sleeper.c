/* sleeper: calls beat(n) every 10 ms until it is told to end; every tenth time in a child of its own. */
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) void beat(int number) { __asm__ volatile("" ::"r"(number) : "memory"); }

int main(void) {
  for (int number = 0;; number++) {
    if (number % 10 == 9) {
      pid_t child = fork();
      if (child == 0) {
        beat(number);
        _exit(0);
      }
      waitpid(child, 0, 0);
    } else {
      beat(number);
    }
    usleep(10000);
  }
}
