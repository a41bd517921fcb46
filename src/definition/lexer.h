// Cuts a definition line into words, with and without quotes, and remembers where each byte came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"
#include "definition/diagnostic.h"

namespace uproar {

// What the parts of the parser share: the text, the warnings so far and the first error. A parsing function
// returns false after it called fail().
struct ParseContext {
  std::string_view text;
  Diagnostics warnings;
  std::optional<Diagnostic> error;

  bool fail(Span where, std::string message, std::string hint = {});
  void warn(Span where, std::string message, std::string hint = {});
};

// A stretch of the text, possibly with quotes and escapes taken out.
class Piece {
 public:
  Piece() = default;
  Piece(std::string_view text, uint32_t begin) : text_(text), begin_(begin), end_(begin + size32()) {}

  std::string_view text() const { return text_; }
  bool empty() const { return text_.empty(); }
  size_t size() const { return text_.size(); }
  bool quoted() const { return quoted_; }

  // The source bytes behind [from, to) of text(), and those of the whole piece (its quotes included).
  Span span(size_t from, size_t to) const { return {at(from), at(to)}; }
  Span span() const { return {begin_, end_}; }

 private:
  friend class Lexer;
  uint32_t size32() const { return static_cast<uint32_t>(text_.size()); }
  uint32_t at(size_t index) const {
    if (origins_.empty()) return begin_ + static_cast<uint32_t>(index);
    return index < origins_.size() ? origins_[index] : end_;
  }

  std::string text_;
  std::vector<uint32_t> origins_;  // of each byte of text_; empty: they follow begin_
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  bool quoted_ = false;
};

// Blanks are those of the kernel's isspace(): space, \t, \n, \v, \f, \r and the byte 0xa0, except that the
// latter does not split a UTF-8 character. An unquoted '#' begins a comment.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  uint32_t position() const { return position_; }
  void move_to(uint32_t position) { position_ = position; }
  void skip_blanks();
  // Only a comment or nothing follows.
  bool at_end() const { return position_ >= text_.size() || text_[position_] == '#'; }
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  // Up to the next blank or '#'; quotes mean nothing. peek_word leaves the position alone.
  std::string_view peek_word() const;
  std::string_view word();

  // At a '"': the quoted text (\" and \\ are the escapes), and what is attached to it if `with_tail`.
  // Fails if the quote is not closed.
  bool quoted(ParseContext& context, bool with_tail, Piece& out);
  // At a "'": the text up to the next one, quotes and blanks and all, and what is attached to it. Nothing in
  // it is an escape. Fails if the quote is not closed.
  bool pattern(ParseContext& context, Piece& out);

 private:
  size_t blank_at(size_t at) const;
  std::string_view text_;
  uint32_t position_ = 0;
};

}  // namespace uproar
