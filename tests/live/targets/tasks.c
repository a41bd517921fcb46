/* tasks: step(n) is called under names that change: after prctl, in a thread, in a child, and after exec of this program. */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noinline)) void step(int number) { __asm__ volatile("" ::"r"(number) : "memory"); }

static void *thread(void *unused) {
  step(3); /* inherits the name of its creator */
  prctl(PR_SET_NAME, "thread name");
  step(4);
  return unused;
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "executed") == 0) {
    step(7);
    return 0;
  }
  step(1);
  prctl(PR_SET_NAME, "renamed");
  step(2);
  pthread_t id;
  pthread_create(&id, 0, thread, 0);
  pthread_join(id, 0);
  pid_t child = fork();
  if (child == 0) {
    step(5);
    prctl(PR_SET_NAME, "a child");
    step(6);
    execl("/proc/self/exe", "executed program", "executed", (char *)0);
    _exit(1);
  }
  waitpid(child, 0, 0);
  step(8);
  return 0;
}
