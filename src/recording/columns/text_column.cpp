#include "recording/columns/text_column.h"

#include <algorithm>
#include <cstring>

#include "event/little_endian.h"
#include "recording/file_format.h"

namespace uproar {

namespace {

enum class Arrangement : uint8_t {
  Whole = 0,       // one text behind the other
  Transposed = 1,  // texts of one length: a column of all first bytes, one of all second bytes …
};
// Below this neither arrangement is much better.
constexpr size_t kFewTexts = 64;
constexpr size_t kSmallestTable = 64;

// Any hash does: a poor one costs time, not correctness. Mixed by multiplication, 8 bytes at a time.
uint64_t hash_of(std::string_view text) {
  constexpr uint64_t kMix = 0x9e3779b97f4a7c15;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  uint64_t hash = text.size() * kMix;
  size_t left = text.size();
  auto mix = [&](uint64_t word) {
    hash = (hash ^ word) * kMix;
    hash ^= hash >> 29;
  };
  for (; left > 8; left -= 8, bytes += 8) mix(load_little_endian<uint64_t>(bytes));
  // The rest without a call of memcpy: words that overlap what came before, or each other.
  const uint8_t* const end = bytes + left;
  if (text.size() >= 8) {
    mix(load_little_endian<uint64_t>(end - 8));
  } else if (left >= 4) {
    mix(uint64_t{load_little_endian<uint32_t>(bytes)} << 32 | load_little_endian<uint32_t>(end - 4));
  } else if (left > 0) {
    mix(uint64_t{bytes[0]} << 16 | uint64_t{bytes[left / 2]} << 8 | end[-1]);
  }
  return hash ^ hash >> 32;
}

// The first and the last word of two texts of one size, which may overlap.
template <typename Word>
bool same_ends(std::string_view a, std::string_view b) {
  Word words[4];
  std::memcpy(&words[0], a.data(), sizeof(Word));
  std::memcpy(&words[1], b.data(), sizeof(Word));
  std::memcpy(&words[2], a.data() + a.size() - sizeof(Word), sizeof(Word));
  std::memcpy(&words[3], b.data() + b.size() - sizeof(Word), sizeof(Word));
  return words[0] == words[1] && words[2] == words[3];
}

// Most texts are short: no call is made for them.
bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() > 16) return a == b;
  if (a.size() >= 8) return same_ends<uint64_t>(a, b);
  if (a.size() >= 4) return same_ends<uint32_t>(a, b);
  if (a.size() >= 2) return same_ends<uint16_t>(a, b);
  return a.empty() || a[0] == b[0];
}

// Texts that share most of their bytes at the same places, as keys with counters do, gain from being
// transposed; texts that repeat stretches of each other at different places do not.
bool agrees_by_place(std::span<const std::string_view> texts) {
  const size_t length = texts[0].size();
  for (std::string_view text : texts) {
    if (text.size() != length) return false;
  }
  size_t same = 0, compared = 0;
  for (size_t i = 1; i < texts.size(); i += 1 + texts.size() / 256) {
    for (size_t at = 0; at < length; ++at) same += texts[i][at] == texts[i - 1][at];
    compared += length;
  }
  return length > 0 && same * 3 >= compared;
}

}  // namespace

void TextEncoder::add(std::string_view text) {
  // Runs of one text are common, and two that take turns.
  for (uint32_t& recent : recent_) {
    if (recent == 0 || !same(distinct_[recent - 1], text)) continue;
    choices_.push_back(recent);
    return std::swap(recent, recent_[0]);
  }
  if ((distinct_.size() + 1) * 2 > table_.size()) grow();
  const uint64_t hash = hash_of(text);
  const size_t mask = table_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    if (table_[at] == 0) {
      distinct_.push_back(text);
      hashes_.push_back(hash);
      table_[at] = static_cast<uint32_t>(distinct_.size());
      choices_.push_back(0);
      recent_ = {table_[at], recent_[0]};
      return;
    }
    const uint32_t index = table_[at] - 1;
    if (hashes_[index] == hash && same(distinct_[index], text)) {
      choices_.push_back(uint64_t{index} + 1);
      recent_ = {index + 1, recent_[0]};
      return;
    }
  }
}

void TextEncoder::grow() {
  table_.assign(table_.empty() ? kSmallestTable : table_.size() * 4, 0);
  const size_t mask = table_.size() - 1;
  for (size_t i = 0; i < hashes_.size(); ++i) {
    size_t at = hashes_[i] & mask;
    while (table_[at] != 0) at = (at + 1) & mask;
    table_[at] = static_cast<uint32_t>(i + 1);
  }
}

void TextEncoder::encode(NumberEncoder& numbers, ByteWriter& out) {
  out.varint(distinct_.size());
  column_.resize(distinct_.size());
  for (size_t i = 0; i < distinct_.size(); ++i) column_[i] = distinct_[i].size();
  numbers.encode(column_, out);
  put_texts(numbers, out);
  numbers.encode(choices(), out);
}

void TextEncoder::put_texts(NumberEncoder& numbers, ByteWriter& out) {
  const bool transposed = distinct_.size() >= kFewTexts && agrees_by_place(distinct_);
  out.u8(static_cast<uint8_t>(transposed ? Arrangement::Transposed : Arrangement::Whole));
  if (transposed) {
    column_.resize(distinct_.size());
    for (size_t at = 0; at < distinct_[0].size(); ++at) {
      for (size_t i = 0; i < distinct_.size(); ++i) column_[i] = static_cast<uint8_t>(distinct_[i][at]);
      numbers.encode(column_, out);
    }
    return;
  }
  for (std::string_view text : distinct_)
    out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void TextEncoder::clear() {
  // A table that many texts have left large is not wiped for each of the few of another column.
  const bool much_too_large = distinct_.size() * 64 < table_.size();
  distinct_.clear();
  hashes_.clear();
  choices_.clear();
  recent_ = {};
  if (much_too_large) {
    table_.clear();
  } else {
    std::fill(table_.begin(), table_.end(), 0);
  }
}

bool decode_choices(ByteReader& in, size_t rows, size_t distinct, NumberDecoder& numbers,
                    std::vector<uint64_t>& scratch, std::vector<uint32_t>& out) {
  out.resize(rows);
  scratch.resize(rows == 0 ? 0 : rows - 1);
  if (!numbers.decode(in, scratch)) return false;
  if (rows == 0) return distinct == 0;
  out[0] = 0;
  size_t known = 1;
  for (size_t i = 1; i < rows; ++i) {
    const uint64_t choice = scratch[i - 1] == 0 ? known++ : scratch[i - 1] - 1;
    if (choice >= known || known > distinct) return false;
    out[i] = static_cast<uint32_t>(choice);
  }
  return known == distinct;
}

bool TextDecoder::decode(ByteReader& in, size_t rows, NumberDecoder& numbers, TextColumn& out) {
  const uint64_t count = in.varint();
  if (in.failed() || count > rows) return false;
  numbers_.resize(count);
  if (!numbers.decode(in, numbers_)) return false;
  const uint8_t arrangement = in.u8();
  out.distinct.clear();
  if (arrangement == static_cast<uint8_t>(Arrangement::Whole)) {
    for (uint64_t length : numbers_) {
      const auto bytes = in.bytes(length);
      if (in.failed()) return false;
      out.distinct.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  } else if (arrangement == static_cast<uint8_t>(Arrangement::Transposed) && count > 0) {
    const uint64_t length = numbers_[0];
    for (uint64_t other : numbers_) {
      if (other != length) return false;
    }
    if (length > kMaxBlockBytes / count) return false;
    out.transposed.resize(length * count);
    for (size_t at = 0; at < length; ++at) {
      char* byte = out.transposed.data() + at;
      uint64_t all = 0;
      if (NumberDecoder::decode_constant(in, all)) {
        for (size_t i = 0; i < count; ++i, byte += length) *byte = static_cast<char>(all);
      } else {
        if (!numbers.decode(in, numbers_)) return false;
        for (size_t i = 0; i < count; ++i, byte += length) {
          *byte = static_cast<char>(numbers_[i]);
          all |= numbers_[i];
        }
      }
      if (all > 0xff || in.failed()) return false;
    }
    for (size_t i = 0; i < count; ++i) out.distinct.emplace_back(out.transposed.data() + i * length, length);
  } else {
    return false;
  }
  return decode_choices(in, rows, count, numbers, numbers_, out.choice);
}

}  // namespace uproar
