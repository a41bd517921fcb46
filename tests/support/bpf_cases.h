// One table of definitions with a process in which their truth is known by construction: for the emulator, and for the kernel's
// verifier.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lower/bpf/register_offsets.h"
#include "support/bpf_emulator.h"

namespace uproar::test {

struct BpfCase {
  std::string definition;
  std::string shown;  // "a=1 s=[text] n=fault", in the order of the arguments
};

// Addresses of the process that hit() is asked about.
inline constexpr uint64_t kNumbers =
    0x10000;  // u64 0x1122334455667788, then u32 1, 2, 3, 4, then s8 -5, char 'q'
inline constexpr uint64_t kObject =
    0x20000;  // pointers: to numbers, to "hello", to nothing; then length 3; then 8
inline constexpr uint64_t kHello = 0x30000;  // "hello\0"
inline constexpr uint64_t kPageEnd =
    0x40ff0;  // 16 bytes, the last of their page, without a NUL; nothing behind
inline constexpr uint64_t kNothing = 0x70000;   // no memory
inline constexpr uint64_t kEvicted = 0x80000;   // "far away\0", on a page that is not resident
inline constexpr uint64_t kAcross = 0x8fffc;    // "across pages\0": both pages are not resident
inline constexpr uint64_t kLong = 0xa0000;      // 70,000 times 'x', the last 60,000 of them not resident
inline constexpr uint64_t kBits = 0x30010;      // u32 0xabcd1234
inline constexpr uint64_t kStrings = 0x30020;   // char *[3]: "hello", nothing, "far away"
inline constexpr uint64_t kControl = 0x30040;   // "a\tb\033[0m\0"
inline constexpr uint64_t kStack = 0x7ffff000;  // longs 0x100, 0x101, …

template <typename T>
void append(std::string& bytes, T number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// x86-64.
inline void set_up(BpfEmulator& machine) {
  std::string numbers, object, strings, stack;
  append(numbers, uint64_t{0x1122334455667788});
  for (uint32_t i = 1; i <= 4; ++i) append(numbers, i);
  append(numbers, int8_t{-5});
  numbers += 'q';
  machine.memory.put(kNumbers, numbers);
  for (const uint64_t each : {kNumbers, kHello, kNothing, uint64_t{3}, uint64_t{8}}) append(object, each);
  machine.memory.put(kObject, object);
  machine.memory.put(kHello, std::string("hello\0", 6));
  machine.memory.put(kBits, std::string("\x34\x12\xcd\xab", 4));
  for (const uint64_t each : {kHello, kNothing, kEvicted}) append(strings, each);
  machine.memory.put(kStrings, strings);
  machine.memory.put(kControl, std::string("a\tb\033[0m\0", 8));
  machine.memory.put(kPageEnd, std::string("0123456789abcdef"));
  machine.memory.put(kEvicted, std::string("far away\0", 9));
  machine.memory.evict(kEvicted);
  machine.memory.put(kAcross, std::string("across pages\0", 13));
  machine.memory.evict(kAcross);
  machine.memory.evict(kAcross + 4);
  machine.memory.put(kLong, std::string(70000, 'x'));
  for (uint64_t page = kLong + 0x3000; page < kLong + 70000; page += 4096) machine.memory.evict(page);
  for (uint64_t i = 0; i < 16; ++i) append(stack, 0x100 + i);
  machine.memory.put(kStack, stack);
  const auto set = [&machine](std::string_view name, uint64_t value) {
    machine.registers[*register_offset("x86_64", name) / 8] = value;
  };
  set("di", kNumbers);
  set("si", kObject);
  set("dx", kHello);
  set("cx", kNothing);
  set("r8", kEvicted);
  set("r9", 0xffff'ffff'ffff'fffe);
  set("r10", kPageEnd);
  set("r11", kAcross);
  set("r12", kLong);
  set("r13", kBits);
  set("r14", kStrings);
  set("r15", kControl);
  set("bx", 0);
  set("ax", 42);
  set("sp", kStack);
  set("ip", 0x400010);
}

// What a program shows that may wait for pages. Sites are at 0x10 of a file that begins at 0x400000.
inline std::vector<BpfCase> bpf_cases() {
  const std::string p = "p:e /bin/bash:0x10 ";
  const std::string r = "r:e /bin/bash:0x10 ";
  return {
      {p + "a=%di b=%r9 c=%r9:s32 d=%r9:u16 e=%r9:u8 f=%r9:s8",
       "a=0x10000 b=0xfffffffffffffffe c=-2 d=65534 e=254 f=-2"},
      {p + "a=\\5:u8 b=\\-1:s64 c=\\0x10", "a=5 b=-1 c=0x10"},
      {p + "a=$stack b=$stack0 c=$stack3:u32 d=+8($stack):u64", "a=0x7ffff000 b=0x100 c=259 d=257"},
      {p + "a=+0(%di):x64 b=+8(%di):u32 c=+12(%di):u32 d=+24(%di):s8 e=+25(%di):char f=+0(%di):x16",
       "a=0x1122334455667788 b=1 c=2 d=-5 e='q' f=0x7788"},
      {p + "a=+8(%di):u32[4] b=+0(%di):x8[3] c=+24(%di):char[2]",
       "a={1,2,3,4} b={0x88,0x77,0x66} c={'\xfb','q'}"},
      {p + "a=+0(%r13):b4@0/32 b=+0(%r13):b12@4/16 c=%r13:b5@4/32 d=+0(%r13):b16@16/32 e=+0(%r13):b4@4/8[4]",
       "a=4 b=291 c=1 d=43981 e={3,1,12,10}"},
      {p + "a=+0(+0(%si)):x64 b=+8(+0(%si)):u32 c=+24(%si):u64 d=+0(+16(%si)):u64 e=+32(%si):u32",
       "a=0x1122334455667788 b=1 c=3 d=fault e=8"},
      {p + "a=+0(%cx):u64 b=+8(%cx):u32 c=+0(%bx):u8[4] d=-8(%bx):u64 e=%di:u8",
       "a=fault b=fault c={fault,fault,fault,fault} d=fault e=0"},
      {p + "a=+0(+0(+0(%cx))):u64 b=+0(+0(+0(%cx))):string", "a=fault b=fault"},
      {p + "a=+0(%r8):char b=+4(%r8):char c=+0(%r8):u16", "a='f' b='a' c=24934"},
      {p + "a=+0(%r11):u64", "a=8079584671130870625"},
      {p + "a=+0(%dx):string b=+0(+8(%si)):string c=+1(%dx):ustring d=+5(%dx):string",
       "a=[hello] b=[hello] c=[ello] d=[]"},
      {p + "a=+0(%cx):string b=+0(%bx):string c=+0(%r10):string", "a=fault b=fault c=fault"},
      {p + "a=+0(%r8):string b=+0(%r11):string", "a=[far away] b=[across pages]"},
      {p + "a=+0(%r15):string", "a=[a\tb\033[0m]"},
      {p + "a=+0(%r14):string[3]", "a={[hello],fault,[far away]}"},
      {p + "a=+0(%dx):string(+24(%si)) b=+0(%dx):string(\\6) c=+0(%dx):string(\\0) d=+0(%cx):string(\\0) "
           "e=+0(%cx):string(\\1)",
       std::string("a=[hel] b=[hello\0] c=[] d=[] e=fault", 36)},
      {p + "a=+0(%r10):string(\\16) b=+8(%r10):string(\\8) c=+8(%r10):string(\\9) d=+0(%dx):string(+0(%cx))",
       "a=[0123456789abcdef] b=[89abcdef] c=fault d=fault"},
      {p + "a=$comm b=\\\"two_words\" c=%di", "a=[prog] b=[two_words] c=0x10000"},
      {p + "a=@0x10008:u32 b=@0x30000:string c=@+0x10:u8 d=+0(@0x20000):x64",
       "a=1 b=[hello] c=fault d=0x1122334455667788"},
      {r + "a=$retval b=$retval:u8 c=+0(@0x20000):x64", "a=0x2a b=42 c=0x1122334455667788"},
      {p, ""},
  };
}

}  // namespace uproar::test
