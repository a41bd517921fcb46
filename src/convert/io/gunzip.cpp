#include "convert/io/gunzip.h"

#include <zlib.h>

#include <array>

namespace uproar {

namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, with gzip's header
constexpr size_t kPiece = size_t{64} << 10;

class Inflater final : public Gunzip {
 public:
  Inflater() { CHECK(::inflateInit2(&stream_, kGzipWindow) == Z_OK); }
  ~Inflater() override { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<void> feed(std::span<const uint8_t> packed, const Take& take) override {
    stream_.next_in = const_cast<Bytef*>(packed.data());
    stream_.avail_in = static_cast<uInt>(packed.size());
    bool more = false;  // zlib may hold back what had no room
    while ((stream_.avail_in > 0 || more) && !broken_ && !behind_) {
      if (ended_ && !begin_next_member()) break;
      stream_.next_out = out_.data();
      stream_.avail_out = static_cast<uInt>(out_.size());
      const uInt before = stream_.avail_in;
      const int status = ::inflate(&stream_, Z_NO_FLUSH);
      position_ += before - stream_.avail_in;
      TRY(take(std::span<const uint8_t>(out_).first(out_.size() - stream_.avail_out)));
      ended_ = status == Z_STREAM_END;
      more = !ended_ && stream_.avail_out == 0;
      broken_ = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR;
    }
    return {};
  }

  std::string fault() const override {
    if (broken_) return "what gzip packed is damaged from here on";
    if (!ended_) return "the file ends inside what gzip packed";
    return behind_ ? "bytes behind what gzip packed were passed over" : "";
  }
  uint64_t position() const override { return position_; }

 private:
  // False: what follows is no other member; gzip passes it over.
  bool begin_next_member() {
    if (*stream_.next_in != 0x1f) {
      behind_ = *stream_.next_in != 0;
      stream_.avail_in = 0;
      return false;
    }
    CHECK(::inflateReset(&stream_) == Z_OK);
    ended_ = false;
    return true;
  }

  z_stream stream_ = {};
  std::array<uint8_t, kPiece> out_ = {};
  uint64_t position_ = 0;
  bool ended_ = false, broken_ = false, behind_ = false;
};

}  // namespace

bool is_gzip(std::span<const uint8_t> start) {
  return start.size() >= 3 && start[0] == 0x1f && start[1] == 0x8b && start[2] == 8;
}

std::unique_ptr<Gunzip> Gunzip::create() {
  return std::make_unique<Inflater>();
}

}  // namespace uproar
