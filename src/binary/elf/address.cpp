#include "binary/elf/address.h"

namespace uproar {

std::optional<uint64_t> file_offset_of(const std::vector<LoadSegment>& segments, uint64_t vaddr) {
  for (const LoadSegment& segment : segments) {
    if (vaddr >= segment.vaddr && vaddr - segment.vaddr < segment.file_size) {
      return segment.file_offset + (vaddr - segment.vaddr);
    }
  }
  return std::nullopt;
}

std::optional<uint64_t> vaddr_of(const std::vector<LoadSegment>& segments, uint64_t file_offset) {
  const LoadSegment* segment = segment_at(segments, file_offset);
  if (!segment) return std::nullopt;
  return segment->vaddr + (file_offset - segment->file_offset);
}

const LoadSegment* segment_at(const std::vector<LoadSegment>& segments, uint64_t file_offset) {
  const LoadSegment* found = nullptr;
  for (const LoadSegment& segment : segments) {
    bool holds = file_offset >= segment.file_offset && file_offset - segment.file_offset < segment.file_size;
    if (holds && (!found || (segment.executable && !found->executable))) found = &segment;
  }
  return found;
}

}  // namespace uproar
