#include "convert/trace_dat/record_source.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/number.h"
#include "event/little_endian.h"
#include "event/record_decoder.h"

namespace uproar::trace_dat {

namespace {

constexpr uint64_t kKernelMark = static_cast<uint64_t>(-128);  // PERF_CONTEXT_KERNEL
constexpr uint64_t kUserMark = static_cast<uint64_t>(-512);    // PERF_CONTEXT_USER
constexpr size_t kMostFrames = 1024;

uint64_t word_at(const std::vector<uint8_t>& bytes, size_t at, uint32_t size) {
  return size == 4 ? load_little_endian<uint32_t>(bytes.data() + at)
                   : load_little_endian<uint64_t>(bytes.data() + at);
}

// Of an array without a size, which is no field of the schema; 0 if it is not there.
uint32_t offset_in(std::string_view format, std::string_view declared) {
  constexpr std::string_view kOffset = "offset:";
  const size_t declaration = format.find(declared);
  const size_t at = declaration == std::string_view::npos ? declaration : format.find(kOffset, declaration);
  if (at == std::string_view::npos) return 0;
  const std::string_view number = format.substr(at + kOffset.size());
  return static_cast<uint32_t>(
      std::min<uint64_t>(parse_decimal(number.substr(0, number.find(';'))).value_or(0), 0xffff));
}

}  // namespace

std::optional<StackEntry> stack_entry(const EventSchema& schema, unsigned long_bytes) {
  if (schema.group != "ftrace" || (schema.name != "kernel_stack" && schema.name != "user_stack"))
    return std::nullopt;
  StackEntry entry;
  entry.type = schema.kernel_type;
  entry.user = schema.name == "user_stack";
  entry.word = long_bytes == 4 ? 4 : 8;
  for (const Field& field : schema.fields) {
    if (field.name == "caller") entry.callers = field.offset;
    if (field.name == "size" && field.size == 4) entry.count_at = field.offset;
    if (field.name == "tgid" && field.size == 4) entry.process_at = field.offset;
  }
  if (entry.callers == 0) entry.callers = offset_in(schema.format, " caller[]");
  if (entry.callers == 0) return std::nullopt;
  return entry;
}

bool RecordSource::next() {
  if (!has_ahead_ && !read_ahead()) return false;
  std::swap(record_, ahead_);
  has_ahead_ = false;
  if (stacks_.empty()) return true;
  const StackEntry* const own = entry_of(record_);
  if (own != nullptr) append_chain(record_, *own, record_);
  bool has[2] = {own != nullptr && !own->user, own != nullptr && own->user};
  CommonHeader head, following;
  while (read_ahead()) {
    const StackEntry* const entry = entry_of(ahead_);
    if (entry == nullptr || ahead_.lost_before || has[entry->user ? 1 : 0]) break;
    if (!read_common_header(record_.bytes, head) || !read_common_header(ahead_.bytes, following) ||
        head.tid != following.tid)
      break;
    append_chain(ahead_, *entry, record_);
    has[entry->user ? 1 : 0] = true;
    has_ahead_ = false;
  }
  return true;
}

bool RecordSource::read_ahead() {
  if (has_ahead_) return true;
  RingPage::Record found;
  if (!pages_.next(found)) return false;
  ahead_.time_ns = found.time_ns;
  ahead_.bytes.assign(found.bytes.begin(), found.bytes.end());
  ahead_.stack.clear();
  ahead_.process = 0;
  ahead_.lost = 0;
  ahead_.lost_before = pages_.take_loss(ahead_.lost);
  has_ahead_ = true;
  return true;
}

const StackEntry* RecordSource::entry_of(const Record& record) const {
  CommonHeader head;
  if (!read_common_header(record.bytes, head)) return nullptr;
  const auto found = std::find_if(stacks_.begin(), stacks_.end(),
                                  [&](const StackEntry& entry) { return entry.type == head.type; });
  return found == stacks_.end() ? nullptr : &*found;
}

// A chain ends with its number of addresses, with the record, with all ones, or, in user space, where the
// kernel left zeros.
void RecordSource::append_chain(const Record& from, const StackEntry& entry, Record& to) {
  const std::vector<uint8_t>& bytes = from.bytes;
  size_t left = kMostFrames;
  if (entry.count_at != 0 && entry.count_at + 4 <= bytes.size())
    left = std::min<size_t>(left, load_little_endian<uint32_t>(bytes.data() + entry.count_at));
  if (entry.process_at != 0 && entry.process_at + 4 <= bytes.size())
    to.process = static_cast<int32_t>(load_little_endian<uint32_t>(bytes.data() + entry.process_at));
  const uint64_t ones = entry.word == 4 ? ~uint32_t{0} : ~uint64_t{0};
  std::vector<uint64_t> chain;
  for (size_t at = entry.callers; left > 0 && at + entry.word <= bytes.size(); at += entry.word, --left) {
    const uint64_t address = word_at(bytes, at, entry.word);
    if (address == ones || address == 0) break;
    chain.push_back(address);
  }
  if (chain.empty()) return;
  to.stack.push_back(entry.user ? kUserMark : kKernelMark);
  to.stack.insert(to.stack.end(), chain.begin(), chain.end());
}

}  // namespace uproar::trace_dat
