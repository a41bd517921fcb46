#include "symbolize/stack_unwinder.h"

#include <execinfo.h>
#include <gtest/gtest.h>
#include <ucontext.h>

#include <cstring>
#include <fstream>
#include <random>
#include <sstream>

namespace uproar {
namespace {

// This process.
class OwnFiles final : public MappedFiles {
 public:
  OwnFiles() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      std::istringstream in(line);
      std::string range, flags, device, inode;
      Map map;
      in >> range >> flags >> std::hex >> map.offset >> device >> inode >> map.path;
      if (std::sscanf(range.c_str(), "%lx-%lx", &map.start, &map.end) == 2) all_.push_back(map);
    }
  }
  std::optional<Place> place_of(uint64_t address) const override {
    for (size_t i = 0; i < all_.size(); ++i) {
      if (address >= all_[i].start && address < all_[i].end)
        return Place{static_cast<uint32_t>(i), address - all_[i].start + all_[i].offset};
    }
    return std::nullopt;
  }
  File file(uint32_t number) const override { return {all_[number].path, ""}; }

 private:
  struct Map {
    uint64_t start = 0, end = 0, offset = 0;
    std::string path;
  };
  std::vector<Map> all_;
};

constexpr size_t kCopied = 1536;  // the stack has more than that

struct Here {
  UserStack stack;
  std::vector<uint8_t> bytes;
  std::vector<void*> callers;
};

#ifdef __x86_64__
constexpr int kNames[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                          REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};

__attribute__((noinline)) void look(Here& here, size_t bytes) {
  static ucontext_t context;
  getcontext(&context);
  here.stack = {};
  here.stack.machine = 62;
  for (size_t i = 0; i < 17; ++i)
    here.stack.set(i, static_cast<uint64_t>(context.uc_mcontext.gregs[kNames[i]]));
  const auto* from = reinterpret_cast<const uint8_t*>(here.stack.registers[7]);
  here.bytes.assign(from, from + bytes);
  here.stack.bytes = here.bytes;
  here.stack.may_go_on = true;
  here.callers.resize(64);
  here.callers.resize(static_cast<size_t>(backtrace(here.callers.data(), 64)));
}

__attribute__((noinline)) int deep(int depth, Here& here, size_t bytes) {
  if (depth == 0) {
    look(here, bytes);
  } else {
    deep(depth - 1, here, bytes);
  }
  __asm__ volatile("" ::: "memory");
  return depth;
}

TEST(StackUnwinder, FindsWhatTheProgramItselfFinds) {
  Here here;
  deep(8, here, kCopied);
  StackUnwinder unwinder;
  const OwnFiles files;
  std::vector<uint64_t> chain;
  unwinder.unwind(here.stack, files, chain);
  ASSERT_GE(chain.size(), 10u);
  for (size_t i = 1; i < std::min(chain.size(), here.callers.size()); ++i)
    EXPECT_EQ(chain[i] + 1, reinterpret_cast<uint64_t>(here.callers[i])) << i;
}

TEST(StackUnwinder, APieceThatIsTooShortIsToldFromAStackThatEnds) {
  Here here;
  deep(8, here, 64);
  StackUnwinder unwinder;
  std::vector<uint64_t> chain;
  EXPECT_EQ(unwinder.unwind(here.stack, OwnFiles(), chain), StackUnwinder::End::Cut);
  here.stack.may_go_on = false;
  EXPECT_EQ(unwinder.unwind(here.stack, OwnFiles(), chain), StackUnwinder::End::Known);
}

TEST(StackUnwinder, WhateverStandsThereItEnds) {
  Here here;
  deep(2, here, kCopied);
  StackUnwinder unwinder;
  const OwnFiles files;
  std::mt19937_64 random(1);
  const uint64_t code = reinterpret_cast<uint64_t>(here.callers[1]);
  for (int turn = 0; turn < 20'000; ++turn) {
    UserStack stack = here.stack;
    std::vector<uint8_t> bytes(random() % 1024);
    for (size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      // Code, stack and anything: the more sense it makes, the further it goes.
      const uint64_t value = random() % 3 == 0   ? code - 65536 + random() % 131072
                             : random() % 2 == 0 ? stack.registers[7] + random() % 1024
                                                 : random();
      std::memcpy(&bytes[at], &value, 8);
    }
    stack.bytes = bytes;
    for (size_t number = 0; number < 17; ++number) {
      if (random() % 4 == 0)
        stack.set(number, random() % 2 == 0 ? random() : stack.registers[7] + random() % 512);
    }
    if (random() % 2 == 0) stack.set(16, code - 65536 + random() % 131072);
    std::vector<uint64_t> chain;
    unwinder.unwind(stack, files, chain);
    ASSERT_LE(chain.size(), StackUnwinder::kMostAddresses);
  }
}
#endif

// Frames that lead to each other.
TEST(StackUnwinder, CirclesOfFramePointers) {
  class Nothing final : public MappedFiles {
    std::optional<Place> place_of(uint64_t) const override { return std::nullopt; }
    File file(uint32_t) const override { return {}; }
  };
  std::vector<uint64_t> words = {0x1000, 0x400001};
  UserStack stack;
  stack.machine = 62;
  stack.set(16, 0x400000);
  stack.set(7, 0x1000);
  stack.set(6, 0x1000);
  stack.bytes = {reinterpret_cast<const uint8_t*>(words.data()), 16};
  std::vector<uint64_t> chain;
  StackUnwinder().unwind(stack, Nothing(), chain);
  EXPECT_EQ(chain, (std::vector<uint64_t>{0x400000, 0x400000}));
  stack.machine = 3;
  chain.clear();
  StackUnwinder().unwind(stack, Nothing(), chain);
  EXPECT_TRUE(chain.empty());
}

}  // namespace
}  // namespace uproar
