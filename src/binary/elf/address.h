// Virtual address to file offset and back, by the program headers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

// offset = vaddr - p_vaddr + p_offset of the PT_LOAD that holds it (its file part). Kernel: the mapping that
// mmap of that segment makes is what a uprobe offset is relative to.
std::optional<uint64_t> file_offset_of(const std::vector<LoadSegment>& segments, uint64_t vaddr);
std::optional<uint64_t> vaddr_of(const std::vector<LoadSegment>& segments, uint64_t file_offset);

// The segment whose file part holds the offset; nullptr if none. An executable one is preferred where
// segments overlap.
const LoadSegment* segment_at(const std::vector<LoadSegment>& segments, uint64_t file_offset);

}  // namespace uproar
