// Text cut into lines: the one place that says where a line ends.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

namespace uproar {

// A line ends at '\n' and at nothing else: a '\r' before it is the line's last byte, so that what a file holds
// comes out as it stands. What follows the last '\n' is a line too, unless it is empty. All lines point into
// the text.

// Takes the first line off `text`, without its end. Empty text gives an empty line.
inline std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// The same, but only if the line's end is there. False: `text` is the beginning of a line, and stays.
inline bool take_ended_line(std::string_view& text, std::string_view& line) {
  if (text.find('\n') == std::string_view::npos) return false;
  line = take_line(text);
  return true;
}

// for (std::string_view line : Lines(text))
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest), at_end_(rest.empty()) {
      if (!at_end_) line_ = take_line(rest_);
    }
    std::string_view operator*() const { return line_; }
    Iterator& operator++() {
      at_end_ = rest_.empty();
      if (!at_end_) line_ = take_line(rest_);
      return *this;
    }
    bool operator==(std::default_sentinel_t) const { return at_end_; }

   private:
    std::string_view rest_, line_;
    bool at_end_;
  };
  Iterator begin() const { return Iterator(text_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::string_view text_;
};

}  // namespace uproar
