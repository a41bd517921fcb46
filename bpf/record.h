/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the programs of the BPF back end hand to user space: records, cookies, counters. User space includes this
 * file by event/bpf_abi.h, and so do the probes in C beside it; the programs that run are generated
 * to the same layout (lower/bpf). All numbers have the machine's byte order. */
#ifndef UPROAR_BPF_RECORD_H
#define UPROAR_BPF_RECORD_H

#include <linux/types.h>

/* One hit, one record in the ring, a multiple of nothing: `length` is what was sent.
 *
 *   struct uproar_record
 *   [u64 function]               return probes: where the function begins that returned
 *   u64 faults[]                 a bit for each field of the event's schema, bit i % 64 of word i / 64: the memory of
 *                                the field, or a pointer on the way to it, could not be read; the field holds 0 then
 *   fields                       each at the offset that event/bpf_layout.h says, naturally aligned; a string (or each
 *                                of an array of strings) is a struct uproar_text
 *   bytes of strings             where their uproar_text says
 *   struct uproar_chain, or the copied stack (where asked for) */
struct uproar_record {
  __u64 time;     /* CLOCK_MONOTONIC in ns, taken just before the record is sent: order in the ring is nearly order in time */
  __u64 pid_tgid; /* process << 32 | thread, as the first pid namespace numbers them */
  __u64 cookie;   /* set << 32 | site: which code ran, and which of the event's sites was hit */
  __u64 ip;       /* in the task's memory: of an entry the site, of a return where it returns to */
  __u32 cpu;
  __u32 length;   /* of all of it, this struct included */
};

/* Bytes of a string. length 0: it could not be read; else its NUL is counted, and stands there. */
struct uproar_text {
  __u32 offset; /* from the beginning of the record; meaningless if length is 0 */
  __u32 length;
};

#define UPROAR_COOKIE(set, site) ((__u64)(set) << 32 | (__u32)(site))
#define UPROAR_COOKIE_SET(cookie) ((__u32)((cookie) >> 32))
#define UPROAR_COOKIE_SITE(cookie) ((__u32)(cookie))

/* Counters of one event on one CPU. hits = records in the ring + filtered + no_room + no_slot, exactly, once no
 * program runs any more; hits of tasks that nobody asked for count nowhere. The map is an array of ONE entry (so that programs
 * address it directly), BPF_F_MMAPABLE, of uproar_counters[events * cpus]: that of event E on CPU C is number E * cpus + C. */
struct uproar_counters {
  __u64 hits;
  __u64 filtered; /* hits that the filter dropped */
  __u64 no_room;  /* lost: the ring was full */
  __u64 no_slot;  /* lost: all slots of the CPU were taken */
  __u64 first_lost; /* CLOCK_MONOTONIC in ns of the first loss and of the last one; 0: none */
  __u64 last_lost;
  __u64 reserved[2];
};

/* Records that are too large for the stack of a program are built in a slot: an array map of cpus * UPROAR_SLOTS entries.
 * A program takes number CPU, or CPU + cpus, … by setting its first word from 0 to 1, and gives it back by 0: one that
 * sleeps keeps its slot, and the next one takes another. The record stands behind that word. */
#define UPROAR_SLOTS 4
struct uproar_slot {
  __u64 taken;
  __u8 record[];
};

/* Tasks that are wanted, where they are too many to stand in the program: a hash map with keys of this struct
 * (values: one byte, whatever). */
struct uproar_task {
  __u32 id;        /* process or thread, as in pid_tgid */
  __u32 is_thread; /* 0: all threads of the process; 1: this one */
};

/* Bytes of a call chain: how many addresses were found by walking, and these, the innermost first. Where return probes may
 * stand in the way, whose trampolines are among them, what bpf_get_stack says follows UPROAR_CHAIN_KERNEL bytes from the
 * beginning on. It knows better where such functions return to, but may miss the caller (the second one). */
#define UPROAR_CHAIN_KERNEL (8 + 128 * 8)
struct uproar_chain {
  __u64 walked;
  __u64 addresses[];
};

/* The copied stack of a record, for unwinding by DWARF: registers as the architecture's pt_regs has them, then so many
 * bytes from the stack pointer on. */
struct uproar_stack_copy {
  __u32 offset; /* of the registers, from the beginning of the record; the stack's bytes follow them. 0: none */
  __u32 bytes;  /* of the stack */
};

#endif
