// Symbols by address in the way of perf, so that the same one is found where several hold an address.
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace uproar {

struct FrameSymbol {
  uint64_t start = 0, end = 0;
  unsigned binding = 0;  // STB_*
  unsigned type = 0;     // STT_*
  std::string name;      // as in the file
};

// Where functions overlap, perf takes the first one on the way down its red-black tree, so the answer hangs
// on the shape of the tree (perf: tools/perf/util/symbol.c symbols__find). std::multiset grows the same tree:
// it inserts behind equal keys, balances in the same steps and replaces what is erased by its successor.
class FrameSymbolTree {
 public:
  // In the order of the file's table.
  void insert(FrameSymbol symbol);
  // A symbol without a size ends where the next begins; the last one at the end of the next page.
  void fix_ends();
  // Of those that begin at one place only the best is kept: with a size, typed, not weak, global, with fewer
  // leading underscores, with the longest name as people read it.
  void drop_duplicates();

  // nullptr: none. Holds until the tree changes.
  const FrameSymbol* find(uint64_t address) const;
  bool empty() const { return symbols_.empty(); }
  size_t size() const { return symbols_.size(); }

 private:
  // A question that remembers the first symbol on its way that holds the address.
  struct Question {
    uint64_t address;
    const FrameSymbol** found;
  };
  struct Before {
    using is_transparent = void;
    bool operator()(const FrameSymbol& a, const FrameSymbol& b) const { return a.start < b.start; }
    bool operator()(const FrameSymbol& symbol, const Question& question) const;
  };
  std::multiset<FrameSymbol, Before> symbols_;
};

// What perf calls a symbol: C++ and Rust names without parameters, others as they are.
std::string frame_symbol_name(const std::string& name);

}  // namespace uproar
