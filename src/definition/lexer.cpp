#include "definition/lexer.h"

#include <algorithm>

#include "base/utf8.h"

namespace uproar {

bool ParseContext::fail(Span where, std::string message, std::string hint) {
  if (!error) error = Diagnostic{Diagnostic::Severity::Error, std::move(message), where, std::move(hint)};
  return false;
}

void ParseContext::warn(Span where, std::string message, std::string hint) {
  warnings.push_back({Diagnostic::Severity::Warning, std::move(message), where, std::move(hint)});
}

size_t Lexer::blank_at(size_t at) const {
  auto byte = static_cast<unsigned char>(text_[at]);
  return byte == ' ' || (byte >= '\t' && byte <= '\r') || byte == 0xa0 ? 1 : 0;
}

void Lexer::skip_blanks() {
  while (position_ < text_.size() && blank_at(position_)) ++position_;
}

std::string_view Lexer::peek_word() const {
  size_t at = position_;
  while (at < text_.size() && text_[at] != '#' && !blank_at(at))
    at += std::max<size_t>(1, utf8_length(text_, at));
  return text_.substr(position_, at - position_);
}

std::string_view Lexer::word() {
  auto found = peek_word();
  position_ += static_cast<uint32_t>(found.size());
  return found;
}

bool Lexer::quoted(ParseContext& context, bool with_tail, Piece& out) {
  out = Piece();
  out.quoted_ = true;
  out.begin_ = position_;
  auto keep = [&](size_t at) {
    out.text_ += text_[at];
    out.origins_.push_back(static_cast<uint32_t>(at));
  };
  size_t at = size_t{position_} + 1;
  for (; at < text_.size() && text_[at] != '"'; ++at) {
    bool escape =
        text_[at] == '\\' && at + 1 < text_.size() && (text_[at + 1] == '"' || text_[at + 1] == '\\');
    keep(escape ? ++at : at);
  }
  if (at >= text_.size()) {
    return context.fail({position_, position_ + 1}, "the quote is not closed", "end the quoted text with \"");
  }
  position_ = static_cast<uint32_t>(at + 1);
  if (with_tail) {
    for (size_t left = word().size(); left > 0; --left) keep(position_ - left);
  }
  out.end_ = position_;
  return true;
}

bool Lexer::pattern(ParseContext& context, Piece& out) {
  uint32_t begin = position_;
  size_t close = text_.find('\'', size_t{begin} + 1);
  if (close == std::string_view::npos) {
    return context.fail({begin, begin + 1}, "the quote is not closed", "end the pattern with '");
  }
  position_ = static_cast<uint32_t>(close + 1);
  word();
  out = Piece(text_.substr(begin, position_ - begin), begin);
  return true;
}

}  // namespace uproar
