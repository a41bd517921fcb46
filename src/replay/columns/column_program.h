// The arguments of one event, compiled for the columns of one group of a block. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/presentation.h"
#include "recording/columns/column_block.h"
#include "recording/metadata/site_symbols.h"
#include "replay/columns/column_steps.h"

namespace uproar {

// What is the same for all events of a group, found once for each part, when it is first asked for.
class GroupFacts {
 public:
  GroupFacts(const ColumnGroup& group, TextStore& store) : group_(group), store_(store) {}

  const ColumnGroup& group() const { return group_; }

  struct Column {
    std::vector<TextStore::Text> texts;  // by distinct text
    uint32_t longest = 0;
  };
  // Each text of the column as it is printed. `dynamic`: of __data_loc strings, of which one without any byte
  // is a fault; else of fixed arrays of char.
  const Column& texts(const ColumnPart& part, bool dynamic);
  // Of pointers that were followed: could they be in every row, in none, or does that differ?
  enum class Followable : uint8_t { Everywhere, Nowhere, Mixed };
  Followable followable(const ColumnPart& part);
  uint64_t largest_number(const ColumnPart& part);
  bool has_no_bytes(const ColumnPart& part);  // a column of texts

 private:
  size_t index_of(const ColumnPart& part) const { return static_cast<size_t>(&part - group_.parts.data()); }

  const ColumnGroup& group_;
  TextStore& store_;
  std::unordered_map<size_t, Column> texts_;
  std::unordered_map<size_t, Followable> followable_;
  std::unordered_map<size_t, uint64_t> largest_;
  std::unordered_map<size_t, bool> empty_;
};

// Appends to `steps` what prints, without escaping, what PerfScriptPrinter prints of an event behind its
// name: the address and the arguments, from `head` (which stands before them) to the newline. Texts go to
// `store`, which must not be sealed. False if only the records themselves can tell: a value behind a pointer
// that could not be followed in some of the rows, a string whose beginning stands apart, a field that the
// layout does not have as a part, a place that is not known.
struct ColumnEvent {
  const EventSchema* recorded = nullptr;
  const Presentation* presentation = nullptr;
  const SiteSymbols* symbols = nullptr;
  std::string head;
  bool trace = true;  // false: nothing but head and newline
};
bool compile_columns(const ColumnEvent& event, GroupFacts& facts, TextStore& store,
                     std::vector<TextStore::Text>& places, std::vector<ColumnStep>& steps);

}  // namespace uproar
