// USDT probes of a file: the notes that systemtap's sys/sdt.h leaves behind for each location.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "binary/elf/elf_file.h"

namespace uproar {

// One location of a probe. A probe that was inlined or is written in several places has several.
struct UsdtProbe {
  std::string provider;
  std::string name;
  uint64_t vaddr = 0;            // of the nop that takes the breakpoint
  uint64_t file_offset = 0;      // the same in the file
  uint64_t semaphore_vaddr = 0;  // u16 that the program tests before it computes the arguments; 0: none
  // Of the semaphore, as the kernel wants it to count its users. 0: there is none, or (semaphore_vaddr is not
  // 0) it has no bytes in the file, so that the kernel cannot reach it.
  uint64_t semaphore_offset = 0;
  std::string arguments;  // "-4@%edi 8@8(%rsp)", see usdt_operand.h; empty without arguments
};

struct UsdtProbes {
  std::vector<UsdtProbe> probes;  // in the order of the file, each once
  size_t damaged = 0;             // notes that were left out: cut off, or of an address without code
};

// From the section .note.stapsdt, else (no section table) from the note segments. Addresses are moved by as
// much as .stapsdt.base was after the notes were written (prelink). Errors: the file cannot be read, it was
// replaced since `file` was opened, a damaged section table.
Result<UsdtProbes> read_usdt_probes(const ElfFile& file);

// What a note itself says.
struct UsdtNote {
  uint64_t pc = 0;
  uint64_t base = 0;  // address of .stapsdt.base when the file was linked
  uint64_t semaphore = 0;
  std::string provider;
  std::string name;
  std::string arguments;
};

// The notes of the owner "stapsdt" among `bytes`, a run of ELF notes padded to 4. `damaged` counts those that
// make no sense; what follows a note whose length is beyond the end is lost. Pure.
std::vector<UsdtNote> parse_usdt_notes(std::span<const uint8_t> bytes, bool is_64_bit, bool is_big_endian,
                                       size_t& damaged);

}  // namespace uproar
