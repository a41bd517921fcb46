#include "symbolize/frame_symbol_tree.h"

#include <elf.h>

#include <iterator>
#include <utility>

#include "binary/symbols/demangle.h"

namespace uproar {

namespace {

constexpr uint64_t kPage = 4096;

size_t leading_underscores(const std::string& name) {
  const size_t count = name.find_first_not_of('_');
  return count == std::string::npos ? name.size() : count;
}

// Whether `a`, which stands before `b`, is the better name (perf: choose_best_symbol).
bool first_is_best(const FrameSymbol& a, const FrameSymbol& b) {
  const bool a_empty = a.start == a.end, b_empty = b.start == b.end;
  if (a_empty != b_empty) return b_empty;
  if (a.type != b.type) {
    if (a.type == STT_NOTYPE) return false;
    if (b.type == STT_NOTYPE) return true;
  }
  const bool a_weak = a.binding == STB_WEAK, b_weak = b.binding == STB_WEAK;
  if (a_weak != b_weak) return b_weak;
  const bool a_global = a.binding == STB_GLOBAL, b_global = b.binding == STB_GLOBAL;
  if (a_global != b_global) return a_global;
  const std::string a_name = frame_symbol_name(a.name), b_name = frame_symbol_name(b.name);
  const size_t a_lines = leading_underscores(a_name), b_lines = leading_underscores(b_name);
  if (a_lines != b_lines) return a_lines < b_lines;
  return a_name.size() >= b_name.size();
}

}  // namespace

std::string frame_symbol_name(const std::string& name) {
  return readable_name(name, NameForm::Name);
}

bool FrameSymbolTree::Before::operator()(const FrameSymbol& symbol, const Question& question) const {
  const uint64_t address = question.address;
  if (address < symbol.start) return false;
  if (address > symbol.end || (address == symbol.end && address != symbol.start)) return true;
  if (*question.found == nullptr) *question.found = &symbol;
  return true;
}

void FrameSymbolTree::insert(FrameSymbol symbol) {
  symbols_.insert(std::move(symbol));
}

void FrameSymbolTree::fix_ends() {
  if (symbols_.empty()) return;
  // Ends are no part of the order.
  const auto set_end = [](const FrameSymbol& symbol, uint64_t end) {
    const_cast<FrameSymbol&>(symbol).end = end;
  };
  for (auto next = std::next(symbols_.begin()); next != symbols_.end(); ++next) {
    const auto symbol = std::prev(next);
    if (symbol->end == symbol->start) set_end(*symbol, next->start);
  }
  const FrameSymbol& last = *std::prev(symbols_.end());
  if (last.end == last.start) set_end(last, (last.start + kPage - 1) / kPage * kPage + kPage);
}

void FrameSymbolTree::drop_duplicates() {
  for (auto symbol = symbols_.begin(); symbol != symbols_.end();) {
    const auto next = std::next(symbol);
    if (next == symbols_.end()) return;
    if (symbol->start != next->start) {
      symbol = next;
    } else if (first_is_best(*symbol, *next)) {
      symbols_.erase(next);
    } else {
      symbols_.erase(symbol);
      symbol = next;
    }
  }
}

const FrameSymbol* FrameSymbolTree::find(uint64_t address) const {
  const FrameSymbol* found = nullptr;
  symbols_.lower_bound(Question{address, &found});
  return found;
}

}  // namespace uproar
