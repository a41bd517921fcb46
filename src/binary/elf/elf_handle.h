// libelf's handle, owned. Only for the .cpp files of this folder that call libelf.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"

struct Elf;

namespace uproar {

struct ElfCloser {
  void operator()(Elf* elf) const;
};
using ElfHandle = std::unique_ptr<Elf, ElfCloser>;

// Read, not mapped, so that a file that shrinks meanwhile cannot raise SIGBUS. nullptr: not ELF. `fd` must
// stay open as long as the handle.
ElfHandle read_elf(int fd);
// `bytes` must outlive the handle; libelf may write to them.
ElfHandle read_elf(std::string& bytes);

// Any regular ELF file, such as a debug file whose segments are not in it. nullopt: not one.
struct OpenedElf {
  Fd fd;
  uint64_t size = 0;
  ElfHandle elf;  // reads from fd: declared after it, so that it goes first
};
std::unique_ptr<OpenedElf> open_elf(const std::string& path);

// Of the note, found by the program headers (what remains of a file without sections) or the sections (what
// is right in a debug file). Lower-case hexadecimal, empty if none.
std::string build_id_of(Elf* elf, uint64_t file_size);

}  // namespace uproar
