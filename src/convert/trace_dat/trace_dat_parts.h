// The parts of a trace.dat that its versions have in common, wherever they stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "convert/io/byte_input.h"
#include "convert/io/file_cursor.h"
#include "convert/trace_dat/trace_dat_contents.h"

namespace uproar::trace_dat {

// What stands before everything else.
struct Start {
  unsigned version = 0;
  uint32_t page_bytes = 0;
  uint32_t long_bytes = 8;
  Packing packing = Packing::None;
  uint64_t rest = 0;  // offset of what follows
};

// Reads parts into `contents()`; the readers of the versions find them. Errors name the place.
class PartsReader {
 public:
  PartsReader(ByteInput& input, const Start& start);

  ByteInput& input() { return input_; }
  // Everything that was read, once there is nothing more to read.
  Contents finish();

  Error at(uint64_t place, std::string_view rule) const;
  Error ends_inside(const FileCursor& file, std::string_view part) const;
  Result<void> check_page_bytes(uint32_t bytes, uint64_t place) const;
  void damaged(uint64_t place, uint64_t bytes, std::string reason);

  // header_page and header_event: the layout of a sub-buffer.
  Result<void> read_header_info(FileCursor& file);
  // u32 count, for each u64 length, text
  Result<void> read_tracer_formats(FileCursor& file) { return read_formats(file, "ftrace", tracer_formats_); }
  // u32 count, for each a name, and formats as above
  Result<void> read_systems(FileCursor& file);
  // "4321 bash\n" lines.
  Result<void> read_names(FileCursor& file);
  // u32 length, text; one that is longer than any kernel's is passed over.
  void read_kernel_symbols(FileCursor& file) { read_text(file, contents_.kernel_symbols); }
  void read_printk_formats(FileCursor& file) { read_text(file, contents_.printk_formats); }
  // All options that lead to no other part.
  void take_option(uint16_t id, const std::string& data);
  // The clock that TraceClock named.
  const std::string& clock() const { return clock_; }

  Contents& contents() { return contents_; }
  Result<void> add_buffer(Buffer buffer);

 private:
  Result<void> read_formats(FileCursor& file, const std::string& group, std::vector<FormatText>& out);
  static void read_text(FileCursor& file, std::string& out);
  void take_uname(std::string_view text);
  void take_statistics(std::string_view text);

  ByteInput& input_;
  Contents contents_;
  std::vector<FormatText> tracer_formats_;
  uint64_t format_bytes_ = 0;
  size_t streams_ = 0;
  std::string clock_;
  std::string statistics_of_;
};

// A text in an option: up to its NUL, if it has one.
std::string_view until_nul(std::string_view text);
// "mono" of "local [mono] boot"; the first word if nothing is in brackets.
std::string clock_of(std::string_view text);
// The first `size` bytes, at most 8; there must be so many.
uint64_t little_endian_number(std::string_view bytes, size_t size);

// What follows the start. The order of reading is the version's.
Result<void> read_version_6(const Start& start, PartsReader& parts);
Result<void> read_version_7(const Start& start, PartsReader& parts);

}  // namespace uproar::trace_dat
