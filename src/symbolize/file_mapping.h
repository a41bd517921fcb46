// How the loader maps a file, told by the file itself.
#pragma once

#include <cstdint>
#include <string>

namespace uproar {

// A stretch of a file that is mapped as a whole, beginning and ending at pages.
struct FileStretch {
  uint64_t offset = 0, length = 0;
};

// The code of the file at `path` around `file_offset`: its executable segment, if the file is there and is
// that build (`build_id` in hexadecimal, empty if not known); else the page alone.
FileStretch mapped_code(const std::string& path, const std::string& build_id, uint64_t file_offset);

}  // namespace uproar
