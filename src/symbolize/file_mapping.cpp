#include "symbolize/file_mapping.h"

#include "binary/elf/elf_file.h"

namespace uproar {

namespace {

constexpr uint64_t kPage = 4096;

FileStretch in_pages(uint64_t begin, uint64_t end) {
  const uint64_t first = begin / kPage * kPage;
  return {first, (end - first + kPage - 1) / kPage * kPage};
}

}  // namespace

FileStretch mapped_code(const std::string& path, const std::string& build_id, uint64_t file_offset) {
  if (file_offset >= UINT64_MAX - kPage) return {};
  const auto file = ElfFile::open(path);
  if (file.ok() && (build_id.empty() || (*file)->build_id() == build_id)) {
    for (const LoadSegment& segment : (*file)->segments()) {
      if (segment.executable && file_offset >= segment.file_offset &&
          file_offset - segment.file_offset < segment.file_size)
        return in_pages(segment.file_offset, segment.file_offset + segment.file_size);
    }
  }
  return in_pages(file_offset, file_offset + 1);
}

}  // namespace uproar
