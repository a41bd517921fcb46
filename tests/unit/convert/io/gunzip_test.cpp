#include "convert/io/gunzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace uproar {
namespace {

std::string packed(const std::string& text) {
  z_stream stream = {};
  EXPECT_EQ(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  ::deflateEnd(&stream);
  return out;
}

struct Unpacked {
  std::string text, fault;
};

Unpacked unpack(const std::string& bytes, size_t piece) {
  Unpacked out;
  const auto gunzip = Gunzip::create();
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const auto part = std::string_view(bytes).substr(at, piece);
    EXPECT_TRUE(gunzip
                    ->feed({reinterpret_cast<const uint8_t*>(part.data()), part.size()},
                           [&](std::span<const uint8_t> more) -> Result<void> {
                             out.text.append(more.begin(), more.end());
                             return {};
                           })
                    .ok());
  }
  out.fault = gunzip->fault();
  return out;
}

TEST(Gunzip, MembersOneBehindTheOther) {
  const std::string big(1 << 20, 'x');
  const std::string bytes = packed("hello ") + packed(big);
  for (const size_t piece : {size_t{1}, size_t{7}, bytes.size()}) {
    const Unpacked got = unpack(bytes, piece);
    EXPECT_EQ(got.text, "hello " + big);
    EXPECT_EQ(got.fault, "");
  }
  EXPECT_TRUE(is_gzip({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
}

TEST(Gunzip, DamageIsToldAndWhatIsBeforeItIsKept) {
  const std::string bytes = packed("hello world, hello world");
  EXPECT_EQ(unpack(bytes.substr(0, bytes.size() - 1), 100).fault, "the file ends inside what gzip packed");
  std::string broken = bytes;
  broken[broken.size() - 6] ^= 0x55;  // of the checksum
  EXPECT_EQ(unpack(broken, 100).fault, "what gzip packed is damaged from here on");
  const Unpacked behind = unpack(bytes + "tail", 100);
  EXPECT_EQ(behind.text, "hello world, hello world");
  EXPECT_EQ(behind.fault, "bytes behind what gzip packed were passed over");
  EXPECT_EQ(unpack(bytes + std::string(10, '\0'), 100).fault, "");
}

}  // namespace
}  // namespace uproar
