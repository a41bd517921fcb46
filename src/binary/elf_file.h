// An ELF file opened for reading: the parts that a probe needs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace uproar {

struct LoadSegment {
  uint64_t file_offset = 0;
  uint64_t vaddr = 0;
  uint64_t file_size = 0;
  bool executable = false;
  bool writable = false;
};

// A section that is mapped and has bytes in the file.
struct ElfSection {
  std::string name;
  uint64_t file_offset = 0;
  uint64_t size = 0;
  bool executable = false;
};

struct ElfSymbol {
  std::string name;  // without @VERSION
  uint64_t vaddr = 0;
  uint64_t size = 0;
  bool is_function = false;  // STT_FUNC or STT_GNU_IFUNC
  bool is_ifunc = false;
  bool is_object = false;  // STT_OBJECT
  bool is_global = false;
  bool is_dynamic = false;  // from .dynsym
};

// Owns the libelf handle. Errors of open: missing, no permission, not a regular file, empty, not ELF (a
// script names its interpreter), damaged headers, an object or core file; each with a remedy. Symbols are
// read on the first call; their error is that of a damaged section table, while segments() of such a file
// still serves sites given by offset.
class ElfFile {
 public:
  static Result<std::unique_ptr<ElfFile>> open(const std::string& path);
  virtual ~ElfFile() = default;

  virtual const std::string& path() const = 0;
  virtual uint64_t size() const = 0;
  virtual uint64_t device() const = 0;
  virtual uint64_t inode() const = 0;
  virtual uint16_t machine() const = 0;  // e_machine
  virtual bool is_64_bit() const = 0;
  virtual std::string build_id() const = 0;  // lower-case hexadecimal, empty if none
  virtual const std::vector<LoadSegment>& segments() const = 0;
  // Empty when the file has no section table or a damaged one.
  virtual const std::vector<ElfSection>& sections() const = 0;
  // `size` bytes of the file as it is now; fewer where it ends before. Error: cannot be read.
  virtual Result<std::vector<uint8_t>> read(uint64_t file_offset, size_t size) const = 0;
  // Defined symbols of .symtab and .dynsym, sorted by vaddr; the same name and address in both stands once.
  virtual Result<const std::vector<ElfSymbol>*> symbols() = 0;
  virtual bool has_symtab() const = 0;
  // Names that the file takes from other files (undefined in .dynsym), sorted. Empty after an error of
  // symbols().
  virtual const std::vector<std::string>& imported_names() = 0;
};

}  // namespace uproar
