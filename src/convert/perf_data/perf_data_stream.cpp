#include "convert/perf_data/perf_data_stream.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

#include "base/byte_reader.h"

namespace uproar {

namespace {

constexpr size_t kUnpackStep = size_t{1} << 18;
constexpr uint64_t kLargestUnpackedByDefault = uint64_t{256} << 20;
constexpr size_t kSearchWindow = size_t{1} << 18;
constexpr int kRecordsThatConvince = 3;
constexpr size_t kLargestRecord = 0xffff;

struct ContextFree {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

bool is(const PerfRecordHeader& header, PerfRecordType type) {
  return header.type == static_cast<uint32_t>(type);
}

bool plausible(const PerfRecordHeader& header) {
  const bool known = (header.type >= 1 && header.type <= 24) || (header.type >= 64 && header.type <= 90);
  return known && header.size >= kPerfRecordHeaderSize && header.size % 8 == 0;
}

class Stream final : public PerfDataStream {
 public:
  Stream(ByteInput& input, uint64_t begin, uint64_t end)
      : input_(input), position_(begin), end_(end), context_(ZSTD_createDCtx()) {}

  void set_largest_unpacked(uint64_t bytes) override {
    if (bytes > 0) largest_unpacked_ = bytes;
  }
  uint64_t position() const override { return position_; }
  std::vector<Damage> take_damage() override { return std::exchange(damage_, {}); }

  Result<bool> next(PerfRawRecord& out) override {
    for (;;) {
      if (take_unpacked(out)) return true;
      if (packed_left()) {
        unpack();
        continue;
      }
      TRY_ASSIGN(const bool more, next_outer(out));
      if (!more) {
        if (unpacked_used_ < unpacked_size_)
          tell(packed_offset_, 0, "a record is cut off in the compressed data");
        unpacked_used_ = unpacked_size_ = 0;
        return false;
      }
      if (!is(out.header, PerfRecordType::Compressed) && !is(out.header, PerfRecordType::Compressed2))
        return true;
      begin_packed(out);
    }
  }

  Result<std::span<const uint8_t>> payload(uint64_t size) override {
    size = std::min(size, end_ - std::min(end_, position_));
    if (size > ByteInput::kMaxView)
      return Error{
          fmt::format("{}: {} bytes at offset {} are too many", input_.name(), size, position_), {}, {}, 0};
    TRY_ASSIGN(const auto bytes, input_.view(position_, static_cast<size_t>(size)));
    position_ += bytes.size();
    return bytes;
  }

  void skip_payload(uint64_t size) override { position_ += std::min(size, end_ - std::min(end_, position_)); }

 private:
  void tell(uint64_t offset, uint64_t bytes, std::string reason) {
    damage_.push_back({offset, bytes, std::move(reason)});
  }

  Result<std::span<const uint8_t>> look(uint64_t offset, size_t count) {
    if (offset >= end_) return std::span<const uint8_t>{};
    return input_.view(offset, static_cast<size_t>(std::min<uint64_t>(count, end_ - offset)));
  }

  Result<bool> next_outer(PerfRawRecord& out) {
    for (;;) {
      TRY_ASSIGN(const auto head, look(position_, kPerfRecordHeaderSize));
      if (head.empty()) return false;
      if (head.size() < kPerfRecordHeaderSize) return cut(head.size());
      out.header = read_perf_header(head);
      if (out.header.size < kPerfRecordHeaderSize || out.header.type == 0) {
        TRY(search(out.header));
        continue;
      }
      TRY_ASSIGN(out.bytes, look(position_, out.header.size));
      if (out.bytes.size() < out.header.size) return cut(out.bytes.size());
      out.offset = position_;
      position_ += out.header.size;
      return true;
    }
  }

  bool cut(size_t bytes) {
    tell(position_, bytes, "the file is cut off inside a record");
    position_ += bytes;
    return false;
  }

  // Moves to the next place that looks like the beginning of several records, or to the end.
  Result<void> search(const PerfRecordHeader& bad) {
    const uint64_t start = position_;
    for (position_ += 8;;) {
      TRY_ASSIGN(const auto window, look(position_, kSearchWindow));
      if (window.size() < kPerfRecordHeaderSize) {
        position_ += window.size();
        break;
      }
      size_t at = 0;
      while (at + kPerfRecordHeaderSize <= window.size() && !convinces(window.subspan(at))) at += 8;
      position_ += std::min(at, window.size());
      if (at + kPerfRecordHeaderSize <= window.size()) break;
    }
    tell(start, position_ - start,
         fmt::format("a record of type {} tells a size of {} bytes", bad.type, bad.size));
    return {};
  }

  // The window may end before the records that would convince do: then fewer are enough.
  static bool convinces(std::span<const uint8_t> bytes) {
    for (int i = 0; i < kRecordsThatConvince; ++i) {
      if (bytes.size() < kPerfRecordHeaderSize) return i > 0;
      const PerfRecordHeader header = read_perf_header(bytes);
      if (!plausible(header)) return false;
      if (header.size > bytes.size()) return i > 0;
      bytes = bytes.subspan(header.size);
    }
    return true;
  }

  void begin_packed(const PerfRawRecord& record) {
    packed_offset_ = record.offset;
    unpacked_of_record_ = 0;
    packed_ = record.bytes.subspan(kPerfRecordHeaderSize);
    if (is(record.header, PerfRecordType::Compressed2)) {
      ByteReader in(packed_);
      const uint64_t size = in.u64();
      packed_ = in.bytes(size);
      if (in.failed()) tell(record.offset, record.bytes.size(), "compressed data reaches beyond its record");
    }
    if (broken_) packed_ = {};
  }

  bool packed_left() const { return !packed_.empty() || more_output_; }

  // Another stretch of what the current COMPRESSED record becomes.
  void unpack() {
    std::copy(unpacked_.begin() + static_cast<std::ptrdiff_t>(unpacked_used_),
              unpacked_.begin() + static_cast<std::ptrdiff_t>(unpacked_size_), unpacked_.begin());
    unpacked_size_ -= unpacked_used_;
    unpacked_used_ = 0;
    if (unpacked_.empty()) unpacked_.resize(kLargestRecord + kUnpackStep);
    ZSTD_inBuffer in{packed_.data(), packed_.size(), 0};
    ZSTD_outBuffer out{unpacked_.data() + unpacked_size_, kUnpackStep, 0};
    const size_t result = ZSTD_decompressStream(context_.get(), &out, &in);
    packed_ = packed_.subspan(in.pos);
    more_output_ = out.pos == out.size;
    unpacked_size_ += out.pos;
    unpacked_of_record_ += out.pos;
    if (ZSTD_isError(result))
      return give_up(fmt::format("compressed data is damaged ({})", ZSTD_getErrorName(result)));
    if (unpacked_of_record_ > largest_unpacked_)
      give_up("compressed data becomes more than the file announces");
    if (out.pos == 0 && in.pos == 0) {  // no step forward: nothing more comes of it
      packed_ = {};
      more_output_ = false;
    }
  }

  // One stream goes through all records: behind a fault nothing of it can be read.
  void give_up(std::string reason) {
    tell(packed_offset_, 0, std::move(reason) + "; what is compressed behind it cannot be read");
    broken_ = true;
    more_output_ = false;
    packed_ = {};
  }

  bool take_unpacked(PerfRawRecord& out) {
    const auto rest =
        std::span<const uint8_t>(unpacked_).subspan(unpacked_used_, unpacked_size_ - unpacked_used_);
    if (rest.size() < kPerfRecordHeaderSize) return false;
    out.header = read_perf_header(rest);
    const bool nested =
        is(out.header, PerfRecordType::Compressed) || is(out.header, PerfRecordType::Compressed2);
    if (out.header.size < kPerfRecordHeaderSize || nested) {
      unpacked_used_ = unpacked_size_ = 0;
      if (!broken_) give_up("a record inside compressed data makes no sense");
      return false;
    }
    if (rest.size() < out.header.size) return false;
    out.bytes = rest.first(out.header.size);
    out.offset = packed_offset_;
    unpacked_used_ += out.header.size;
    return true;
  }

  ByteInput& input_;
  uint64_t position_;
  uint64_t end_;
  uint64_t largest_unpacked_ = kLargestUnpackedByDefault;
  std::vector<Damage> damage_;

  std::unique_ptr<ZSTD_DCtx, ContextFree> context_;
  std::span<const uint8_t> packed_;  // of the current COMPRESSED record, not yet unpacked
  uint64_t packed_offset_ = 0;
  uint64_t unpacked_of_record_ = 0;
  bool more_output_ = false;  // the context holds output that did not fit
  bool broken_ = false;
  std::vector<uint8_t> unpacked_;
  size_t unpacked_used_ = 0, unpacked_size_ = 0;
};

}  // namespace

std::unique_ptr<PerfDataStream> PerfDataStream::create(ByteInput& input, uint64_t begin, uint64_t end) {
  return std::make_unique<Stream>(input, begin, end);
}

}  // namespace uproar
