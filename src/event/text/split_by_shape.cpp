#include <algorithm>

#include "event/text/text_value.h"
#include "event/text/trace_arguments.h"

namespace uproar {
namespace {

constexpr size_t kNowhere = std::string_view::npos;
// How often a string may be found to have ended too early before the line is given up.
constexpr int kMaxRetries = 64;
// MAX_TRACE_ARGS: the kernel refuses events with more.
constexpr size_t kMaxArguments = 128;

// Reads " name=value" after " name=value". A string ends at the first quote behind which the line ends or a
// new name and a value begin; if the line then cannot be read to its end, the string was longer, and the next
// quote is tried.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  SplitStatus read() {
    size_t position = 0;
    int retries = 0;
    while (position < text_.size()) {
      if (read_argument(position)) continue;
      if (++retries > kMaxRetries || !lengthen_last_string(position)) {
        return inside_string_ ? SplitStatus::InsideString : SplitStatus::Mismatch;
      }
    }
    return SplitStatus::Complete;
  }

  std::vector<TextArgument> take() {
    std::vector<TextArgument> out;
    out.reserve(read_.size());
    for (Entry& entry : read_) out.push_back(std::move(entry.argument));
    return out;
  }

 private:
  struct Entry {
    TextArgument argument;
    size_t value = 0;  // where its value stands
    size_t end = 0;
  };

  bool is_taken(std::string_view name) const {
    return std::any_of(read_.begin(), read_.end(),
                       [&](const Entry& entry) { return entry.argument.name == name; });
  }

  // The line may end here, or go on with another argument. The kernel refuses a name given twice, so one that
  // has been read already, or the one being read, is part of a string.
  bool may_stand_behind_value(size_t position, std::string_view current_name) const {
    if (position == text_.size()) return true;
    const std::string_view name = name_at(text_, position);
    return !name.empty() && name != current_name && !is_taken(name) &&
           starts_value(text_, position + name.size() + 2);
  }

  bool read_argument(size_t& position) {
    const std::string_view name = name_at(text_, position);
    if (name.empty() || read_.size() == kMaxArguments || is_taken(name)) return false;
    Entry entry;
    entry.argument.name = name;
    entry.value = position + name.size() + 2;
    entry.argument.is_array = entry.value < text_.size() && text_[entry.value] == '{';
    entry.end = entry.argument.is_array ? read_array(entry) : read_value(entry, entry.value, entry.value + 1);
    if (entry.end == kNowhere) return false;
    position = entry.end;
    read_.push_back(std::move(entry));
    return true;
  }

  // One value at `position`; a string's closing quote is looked for from `search` on. Position behind it.
  size_t read_value(Entry& entry, size_t position, size_t search) {
    TextArgument& argument = entry.argument;
    if (position < text_.size() && text_[position] == '"') {
      for (size_t quote = text_.find('"', search); quote != kNowhere; quote = text_.find('"', quote + 1)) {
        if (!ends_string(quote + 1, argument)) continue;
        argument.values.push_back(
            {TextValue::Shape::String, 0, std::string(text_.substr(position + 1, quote - position - 1))});
        return quote + 1;
      }
      inside_string_ = true;
      return kNowhere;
    }
    if (text_.substr(std::min(position, text_.size())).starts_with(kFaultText)) {
      argument.values.push_back({TextValue::Shape::Fault, 0, {}});
      return position + kFaultText.size();
    }
    auto piece = read_number(text_, position);
    if (!piece) return kNowhere;
    argument.values.push_back(std::move(piece->value));
    return piece->end;
  }

  bool ends_string(size_t behind, const TextArgument& argument) const {
    if (!argument.is_array) return may_stand_behind_value(behind, argument.name);
    if (behind >= text_.size()) return false;
    const std::string_view rest = text_.substr(behind);
    if (rest.starts_with("}")) return may_stand_behind_value(behind + 1, argument.name);
    return rest.starts_with(",\"") || rest.starts_with(",(fault)");
  }

  size_t read_array(Entry& entry) {
    size_t position = entry.value + 1;
    for (;;) {
      position = read_value(entry, position, position + 1);
      if (position == kNowhere || position >= text_.size()) return kNowhere;
      if (text_[position] == '}') return position + 1;
      if (text_[position++] != ',') return kNowhere;
    }
  }

  // Goes back to the last argument that is a string and lets it end at a later quote.
  bool lengthen_last_string(size_t& position) {
    while (!read_.empty()) {
      Entry entry = std::move(read_.back());
      read_.pop_back();
      if (entry.argument.is_array || text_[entry.value] != '"') continue;
      entry.argument.values.clear();
      entry.end = read_value(entry, entry.value, entry.end);
      if (entry.end == kNowhere) continue;
      position = entry.end;
      read_.push_back(std::move(entry));
      return true;
    }
    return false;
  }

  std::string_view text_;
  std::vector<Entry> read_;
  bool inside_string_ = false;
};

// The next " NAME=" from `from` on.
size_t find_name(std::string_view text, size_t from) {
  for (size_t at = text.find(' ', from); at != kNowhere; at = text.find(' ', at + 1)) {
    if (!name_at(text, at).empty()) return at;
  }
  return text.size();
}

}  // namespace

SplitStatus split_by_shape(std::string_view text, std::vector<TextArgument>& out) {
  Reader reader(text);
  const SplitStatus status = reader.read();
  if (status == SplitStatus::Complete) out = reader.take();
  return status;
}

std::vector<TextArgument> split_plain(std::string_view text) {
  std::vector<TextArgument> out;
  if (text.empty()) return out;
  std::string spaced(1, ' ');
  spaced.append(text);
  const std::string_view all = spaced;
  if (name_at(all, 0).empty()) {
    out.push_back({"text", false, {{TextValue::Shape::String, 0, std::string(text)}}});
    return out;
  }
  for (size_t position = 0; position < all.size();) {
    const std::string_view name = name_at(all, position);
    const size_t value = position + name.size() + 2;
    position = find_name(all, value);
    auto number = read_number(all, value);
    TextValue found{TextValue::Shape::String, 0, std::string(all.substr(value, position - value))};
    if (number && number->end == position) found = std::move(number->value);
    out.push_back({std::string(name), false, {std::move(found)}});
  }
  return out;
}

}  // namespace uproar
