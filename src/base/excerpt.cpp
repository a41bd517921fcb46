#include "base/excerpt.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/utf8.h"

namespace uproar {
namespace {

constexpr size_t kWidest = 110;      // columns of text shown before it is cut
constexpr size_t kLeadColumns = 40;  // of those, columns kept before the place
constexpr size_t kSlice = 1024;      // bytes on each side of the place that are looked at

// One code point, or one byte that cannot be shown as it is.
struct Cell {
  std::string shown;
  size_t columns;
  size_t begin;  // byte positions in the text
  size_t end;
};

Cell escaped_cell(std::string_view text, size_t at) {
  auto byte = static_cast<unsigned char>(text[at]);
  if (byte == '\t') return {" ", 1, at, at + 1};
  if (byte < 0x20) return {{'^', static_cast<char>(byte + '@')}, 2, at, at + 1};
  if (byte == 0x7f) return {"^?", 2, at, at + 1};
  const char* digits = "0123456789abcdef";
  return {{'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4, at, at + 1};
}

// Bytes that are no UTF-8 and the C1 controls (which some terminals obey) are shown by their value.
Cell cell_at(std::string_view text, size_t at) {
  size_t length = utf8_length(text, at);
  auto byte = static_cast<unsigned char>(text[at]);
  bool c1_control = length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[at + 1]) < 0xa0;
  if (length == 0 || c1_control || byte < 0x20 || byte == 0x7f) return escaped_cell(text, at);
  return {std::string(text.substr(at, length)), 1, at, at + length};
}

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

struct Window {
  std::vector<Cell> cells;
  bool cut_before = false;
  bool cut_after = false;
};

// The cells around the place, at most kWidest columns of them.
Window window_around(std::string_view text, size_t begin) {
  size_t from = begin > kSlice ? begin - kSlice : 0;
  while (from > 0 && is_continuation(text[from])) --from;
  size_t to = std::min(text.size(), begin + kSlice);

  Window window;
  size_t before = 0;
  size_t total = 0;
  for (size_t at = from; at < to; at = window.cells.back().end) {
    window.cells.push_back(cell_at(text, at));
    total += window.cells.back().columns;
    if (window.cells.back().end <= begin) before += window.cells.back().columns;
  }
  window.cut_before = from > 0;
  window.cut_after = to < text.size();
  if (!window.cut_before && !window.cut_after && total <= kWidest) return window;

  size_t first = 0;
  for (; first < window.cells.size() && total > kWidest && before > kLeadColumns; ++first) {
    before -= window.cells[first].columns;
    total -= window.cells[first].columns;
  }
  if (first > 0) window.cut_before = true;
  window.cells.erase(window.cells.begin(), window.cells.begin() + static_cast<ptrdiff_t>(first));
  while (total > kWidest) {
    total -= window.cells.back().columns;
    window.cells.pop_back();
    window.cut_after = true;
  }
  return window;
}

}  // namespace

std::string underline(std::string_view text, uint32_t begin, uint32_t end) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  begin = std::min(begin, static_cast<uint32_t>(text.size()));
  end = std::clamp(end, begin, static_cast<uint32_t>(text.size()));

  Window window = window_around(text, begin);
  std::string shown = "  ";
  std::string marks = "  ";
  if (window.cut_before) {
    shown += "…";
    marks += ' ';
  }
  size_t marked = 0;
  for (const Cell& cell : window.cells) {
    shown += cell.shown;
    if (cell.end <= begin) marks.append(cell.columns, ' ');
    if (cell.end > begin && cell.begin < end) marked += cell.columns;
  }
  if (window.cut_after) shown += "…";
  marks += '^';
  if (marked > 1) marks.append(marked - 1, '~');
  return shown + '\n' + marks;
}

std::string fit_for_message(std::string_view text) {
  constexpr size_t kLongest = 400;
  std::string out;
  size_t at = 0;
  while (at < text.size() && out.size() < kLongest) {
    Cell cell = cell_at(text, at);
    out += cell.shown;
    at = cell.end;
  }
  return at < text.size() ? out + "…" : out;
}

}  // namespace uproar
