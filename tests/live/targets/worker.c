/* worker LIBRARY [memory]: calls the library's work(0), work(1) … until it is killed. With "memory" it maps a copy of the library that no
 * path leads to. Its own step() gets the same numbers. Prints a line when it begins. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline, noclone)) int step(int number) {
  __asm__ volatile("" ::"r"(number) : "memory");
  return number;
}

/* The descriptor's path, for dlopen. */
static void copy_into_memory(const char *path, char *copied, size_t size) {
  char buffer[65536];
  int from = open(path, O_RDONLY), to = memfd_create("libmemory.so", 0);
  for (ssize_t got; (got = read(from, buffer, sizeof buffer)) > 0;)
    if (write(to, buffer, (size_t)got) != got) _exit(1);
  close(from);
  snprintf(copied, size, "/proc/self/fd/%d", to);
}

int main(int argc, char **argv) {
  char copied[64];
  if (argc < 2) return 2;
  if (argc > 2) copy_into_memory(argv[1], copied, sizeof copied);
  void *library = dlopen(argc > 2 ? copied : argv[1], RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  int (*work)(int) = (int (*)(int))dlsym(library, "work");
  fprintf(stderr, "begins\n");
  for (int i = 0;; ++i) {
    work(step(i));
    usleep(2000);
  }
}
