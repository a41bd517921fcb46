// Internal to binary: reading and writing DWARF in either order of bytes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uproar {

// A cursor. The first read beyond the end makes good() false: from then on every read gives 0, and the cursor stands
// at the end.
class OrderedBytes {
 public:
  OrderedBytes(std::string_view bytes, bool is_big_endian) : bytes_(bytes), is_big_(is_big_endian) {}

  size_t at() const { return at_; }
  bool good() const { return good_; }
  void seek(size_t at);
  void skip(uint64_t size);
  void skip_text();  // and its NUL

  uint64_t number(size_t size);  // of 1 to 8 bytes
  uint64_t leb();
  int64_t signed_leb();

 private:
  std::string_view bytes_;
  bool is_big_;
  size_t at_ = 0;
  bool good_ = true;
};

// Append to `bytes`.
void put_number(std::string& bytes, uint64_t value, size_t size, bool is_big_endian);
void put_leb(std::string& bytes, uint64_t value);
void put_signed_leb(std::string& bytes, int64_t value);
// Takes the place of the `size` bytes that stand at `at`.
void put_number_at(std::string& bytes, size_t at, uint64_t value, size_t size, bool is_big_endian);

}  // namespace uproar
