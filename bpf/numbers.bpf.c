/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What uproar generates for
 *
 *   p:e FILE:OFFSET a=%di:s32 b=+8(%si):u32 c=+0(+0(%si)):u64
 *
 * as a person would write it: for readers. The tests build it and compare what both send; nothing of uproar runs it. The
 * generated program has the same steps under the same names (uproar explain --via bpf). */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <linux/types.h>

#include "record.h"

#define CPUS 1
#define EVENTS 1

static __u64 (*ktime_get_ns)(void) = (void *)BPF_FUNC_ktime_get_ns;
static __u32 (*get_smp_processor_id)(void) = (void *)BPF_FUNC_get_smp_processor_id;
static __u64 (*get_current_pid_tgid)(void) = (void *)BPF_FUNC_get_current_pid_tgid;
static long (*probe_read_user)(void *to, __u32 bytes, const void *from) = (void *)BPF_FUNC_probe_read_user;
static long (*copy_from_user)(void *to, __u32 bytes, const void *from) = (void *)BPF_FUNC_copy_from_user;
static long (*ringbuf_output)(void *ring, void *data, __u64 bytes, __u64 flags) = (void *)BPF_FUNC_ringbuf_output;
static __u64 (*get_attach_cookie)(void *context) = (void *)BPF_FUNC_get_attach_cookie;

/* Maps: the ring by its number, the counters as memory. */
char ring[1] __attribute__((section("maps")));
struct uproar_counters counters[EVENTS * CPUS] __attribute__((section(".data.counters")));

/* event/bpf_layout.h: wide fields first. */
struct record {
  struct uproar_record head;
  __u64 faults;
  __u64 c;
  __s32 a;
  __u32 b;
};

enum { FAULT_B = 1 << 1, FAULT_C = 1 << 2 };

/* The page may not be in memory: the first read does not wait for it, the second one does. */
static inline __attribute__((always_inline)) long read_user(void *to, __u32 bytes, __u64 from) {
  long failed = probe_read_user(to, bytes, (void *)from);
  return failed ? copy_from_user(to, bytes, (void *)from) : 0;
}

__attribute__((section("uprobe"))) int numbers(struct pt_regs *context) {
  struct record record;
  __u64 pointer;

  __u32 cpu = get_smp_processor_id();
  if (cpu >= CPUS) return 0;
  struct uproar_counters *count = &counters[cpu];
  __sync_fetch_and_add(&count->hits, 1);

  record.faults = 0;
  record.a = (__s32)context->rdi;
  if (read_user(&record.b, sizeof record.b, context->rsi + 8)) record.faults |= FAULT_B;
  if (read_user(&pointer, sizeof pointer, context->rsi)) pointer = 0xffff800000000000; /* no process has memory there */
  if (read_user(&record.c, sizeof record.c, pointer)) record.faults |= FAULT_C;

  record.head.pid_tgid = get_current_pid_tgid();
  record.head.cookie = get_attach_cookie(context);
  record.head.ip = context->rip;
  record.head.cpu = cpu;
  record.head.length = sizeof record;
  record.head.time = ktime_get_ns();
  if (ringbuf_output(ring, &record, sizeof record, BPF_RB_NO_WAKEUP) == 0) return 0;

  __sync_fetch_and_add(&count->no_room, 1);
  count->last_lost = ktime_get_ns();
  if (count->first_lost == 0) count->first_lost = count->last_lost;
  return 0;
}

char license_of_programs[] __attribute__((section("license"))) = "Dual BSD/GPL";
