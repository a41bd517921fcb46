#include "convert/text/text_cleaning.h"

#include <algorithm>

namespace uproar {

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view without_quoting(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t>|"), line.size()));
  return line;
}

}  // namespace uproar
