// What the recorders of the peer tests look at: functions with known arguments, called in a known order by tasks that
// start, fork, exec and rename themselves one after another. `target offsets` prints where the functions are in the file.
#define _GNU_SOURCE
#include <link.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// Offsets are part of the test's event definitions.
struct values {
  int8_t s8;          // 0
  int8_t s8_low;      // 1
  int16_t s16;        // 2
  int16_t s16_low;    // 4
  uint16_t u16;       // 6
  int32_t s32;        // 8
  uint32_t u32;       // 12
  int64_t s64;        // 16
  uint64_t u64;       // 24
  uint8_t bytes[4];   // 32
  char letters[4];    // 36
  uint32_t words[3];  // 40
  uint16_t bits;      // 52
  uint64_t longs[2];  // 56
  const char *names[2];  // 72
  const char *nowhere;   // 88
};

#define PROBED __attribute__((noinline, noclone, used))

PROBED void take_values(const struct values *values) { __asm__ volatile("" : : "r"(values) : "memory"); }
PROBED void take_text(const char *text, int64_t number) {
  __asm__ volatile("" : : "r"(text), "r"(number) : "memory");
}
PROBED int take_nothing(void) {
  __asm__ volatile("" : : : "memory");
  return 0;
}
PROBED int64_t give_back(int64_t number) {
  __asm__ volatile("" : "+r"(number) : : "memory");
  return number;
}

static void call_all(const char *text, int64_t number) {
  take_text(text, number);
  take_nothing();
  give_back(number);
}

static void *thread_main(void *text) {
  call_all(text, -1);  // still under the name of the thread that started this one
  prctl(PR_SET_NAME, "renamed thread");
  call_all(text, INT64_MIN);
  return NULL;
}

static void run_thread(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, thread_main, "in a thread") == 0) pthread_join(thread, NULL);
}

// A child that renames itself, and one that becomes another program.
static void run_children(const char *self) {
  pid_t child = fork();
  if (child == 0) {
    call_all("in a child", 1);
    prctl(PR_SET_NAME, "child");
    call_all("in a renamed child", 2);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  child = fork();
  if (child == 0) {
    execl(self, self, "exec", (char *)NULL);
    _exit(127);
  }
  waitpid(child, NULL, 0);
}

static int print_offset(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  (void)data;
  const struct { const char *name; uintptr_t address; } functions[] = {
      {"take_values", (uintptr_t)take_values},
      {"take_text", (uintptr_t)take_text},
      {"take_nothing", (uintptr_t)take_nothing},
      {"give_back", (uintptr_t)give_back},
  };
  for (size_t f = 0; f < sizeof functions / sizeof functions[0]; ++f) {
    const uintptr_t vaddr = functions[f].address - info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
      const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
      if (segment->p_type != PT_LOAD || vaddr < segment->p_vaddr || vaddr - segment->p_vaddr >= segment->p_filesz) continue;
      printf("%s 0x%lx\n", functions[f].name, (unsigned long)(vaddr - segment->p_vaddr + segment->p_offset));
    }
  }
  return 1;  // the first object is the program itself
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "offsets") == 0) return dl_iterate_phdr(print_offset, NULL) == 1 ? 0 : 1;
  // One CPU for everything: both recorders' handlers of a hit then see the same one.
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  if (argc > 1 && strcmp(argv[1], "exec") == 0) {
    call_all("after exec", 3);
    return 0;
  }
  static const struct values values = {
      .s8 = 5, .s8_low = -5, .s16 = 300, .s16_low = -300, .u16 = 65535, .s32 = INT32_MIN, .u32 = UINT32_MAX,
      .s64 = INT64_MIN, .u64 = UINT64_MAX, .bytes = {1, 2, 254, 255}, .letters = {'a', 'b', 'c', 'd'},
      .words = {1, 70000, UINT32_MAX}, .bits = 0x00a8, .longs = {1, UINT64_MAX}, .names = {"one", "two"},
      .nowhere = (const char *)8,
  };
  take_values(&values);
  call_all("hello", 0);
  call_all("", 42);
  call_all("quote \" blank  end ", INT64_MAX);
  prctl(PR_SET_NAME, "fifteen letters");
  call_all("renamed", 7);
  prctl(PR_SET_NAME, "a b");
  run_thread();
  run_children(argv[0]);
  call_all("last", 8);
  return 0;
}
