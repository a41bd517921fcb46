// The arguments of one event, compiled for the columns of one group of a block. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "event/presentation.h"
#include "recording/column_block.h"
#include "replay/column_steps.h"
#include "replay/site_symbols.h"

namespace uproar {

// Values of a group that events share: each text of a column as it is printed, once.
class GroupTexts {
 public:
  GroupTexts(const upr::ColumnGroup& group, TextStore& store) : group_(group), store_(store) {}

  struct Column {
    std::vector<TextStore::Text> texts;  // by distinct text
    uint32_t longest = 0;
  };
  // `dynamic`: a __data_loc string, which without any byte is a fault; else a fixed array of char.
  const Column& of_part(size_t part, bool dynamic);

 private:
  const upr::ColumnGroup& group_;
  TextStore& store_;
  std::unordered_map<size_t, Column> columns_;
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
bool compile_columns(const ColumnEvent& event, const upr::ColumnGroup& group, GroupTexts& texts,
                     TextStore& store, std::vector<TextStore::Text>& places, std::vector<ColumnStep>& steps);

}  // namespace uproar
