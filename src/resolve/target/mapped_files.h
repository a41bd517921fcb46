// The files that a process has mapped as code, from /proc/PID/maps. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uproar {

struct MappedFile {
  std::string path;    // as the process sees it, without " (deleted)"
  std::string range;   // "55d0…-55d1…" of one mapping: its name in /proc/PID/map_files
  std::string device;  // "fe:01", as the kernel writes it
  uint64_t inode = 0;
  bool deleted = false;  // removed or replaced since, or never in a folder (memfd: "/memfd:NAME")
};

// Each file with an executable mapping once, in the order of the text. Lines that make no sense are left out.
std::vector<MappedFile> parse_mapped_files(std::string_view maps);

// The files that `name` means: those of exactly that name (of a memfd also without "memfd:"); else those that
// go on behind it with '.' or '-' (libfoo or libfoo.so for libfoo.so.1). A name with a '/' is compared with
// the end of the path.
std::vector<const MappedFile*> find_mapped_file(const std::vector<MappedFile>& files, std::string_view name);

}  // namespace uproar
