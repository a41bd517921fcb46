/* sleepy HOW [N]: threads call take(text, 1) with a page that is not there, so whoever reads it sleeps. Then (HOW) the page comes ("serve"), or the
   process exits, executes itself, or waits to be killed ("wait"). */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *page;

__attribute__((noinline)) void take(const char *text, int number) { __asm__ volatile("" ::"r"(text), "r"(number) : "memory"); }

static void *run(void *nothing) {
  take(page, 1);
  take("after", 2);
  return nothing;
}

int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "serve";
  const int threads = argc > 2 ? atoi(argv[2]) : 1;
  take("before", 0);
  if (!strcmp(how, "again")) return 0;
  /* poll(2) of one that blocks never waits */
  const int faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  struct uffdio_api api = {.api = UFFD_API};
  page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct uffdio_register area = {.range = {(unsigned long)page, 4096}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (faults < 0 || ioctl(faults, UFFDIO_API, &api) != 0 || ioctl(faults, UFFDIO_REGISTER, &area) != 0) return 77;
  if (!strcmp(how, "check")) return 0;
  pthread_t all[1024];
  for (int i = 0; i < threads; ++i) pthread_create(&all[i], 0, run, 0);
  struct pollfd wait = {faults, POLLIN, 0};
  poll(&wait, 1, 10000);
  if (write(1, "asleep\n", 7) != 7) return 1;
  if (!strcmp(how, "exit")) _exit(0);
  if (!strcmp(how, "exec")) execl("/proc/self/exe", argv[0], "again", (char *)0);
  if (!strcmp(how, "wait")) pause();
  usleep(500000); /* until all of them sleep */
  static char content[4096] __attribute__((aligned(4096))) = "served";
  struct uffdio_copy copy = {(unsigned long)page, (unsigned long)content, 4096, 0, 0};
  ioctl(faults, UFFDIO_COPY, &copy);
  for (int i = 0; i < threads; ++i) pthread_join(all[i], 0);
  return 0;
}
