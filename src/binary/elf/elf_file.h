// An ELF file opened for reading: the parts that a probe needs. The class that reads it by libelf is in
// elf_reader.cpp; tests have files of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  std::string name;     // without @VERSION
  std::string version;  // "V1" of foo@V1 and foo@@V1, empty if none
  uint64_t vaddr = 0;
  uint64_t size = 0;
  bool is_function = false;  // STT_FUNC or STT_GNU_IFUNC
  bool is_label = false;     // no type, but in a section of code: what assembly sources have
  bool is_ifunc = false;
  bool is_object = false;  // STT_OBJECT
  bool is_global = false;
  bool is_dynamic = false;         // from .dynsym
  bool is_default_version = true;  // false: foo@V1, which only programs linked with V1 get
};

// An entry of a file's global offset table: at `slot` stands, when the program runs, the address of the data
// that `name` means there, wherever that is.
struct DataPointer {
  std::string name;
  uint64_t slot = 0;
  bool is_defined = false;  // in this file too, which does not say that it is the one that counts
  uint64_t vaddr = 0;       // where, if so
  uint64_t size = 0;
};

// Where the names of a file without .symtab come from, and where they were looked for.
struct SymbolOrigin {
  bool mini_debug_info = false;    // .gnu_debugdata
  bool go_table = false;           // .gopclntab
  std::string debug_file;          // separate debug file, empty if none
  std::vector<std::string> tried;  // in words, when no debug file was found
  std::string mismatch;            // a debug file of another build was found and not used, in words
};

// Errors of open: missing, no permission, not a regular file, empty, not ELF (a script names its interpreter),
// damaged headers, an object or core file; each with a remedy. Symbols are read on the first call; their error
// is that of a damaged section table, while segments() of such a file still serves sites given by offset.
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
  // Defined symbols of .symtab and .dynsym, and without .symtab of what this machine has in its stead
  // (.gnu_debugdata, the separate debug file, .gopclntab). Sorted by vaddr; the same name and address in
  // several tables stands once. What is damaged of the other sources is left out.
  virtual Result<const std::vector<ElfSymbol>*> symbols() = 0;
  // The same after debuginfod was asked for the debug file, if the user's environment names servers and
  // nothing local had one. May take long; invalidates what symbols() gave.
  virtual Result<const std::vector<ElfSymbol>*> symbols_of_servers() { return symbols(); }
  // As known after symbols().
  virtual const SymbolOrigin& symbol_origin() const {
    static const SymbolOrigin none;
    return none;
  }
  virtual bool has_symtab() const = 0;  // in the file itself
  // Names that the file takes from other files (undefined in .dynsym), sorted. Empty after an error of
  // symbols().
  virtual const std::vector<std::string>& imported_names() = 0;

  // The libraries that the dynamic linker loads with it (DT_NEEDED), and the folders that the file itself
  // names for them (DT_RUNPATH or DT_RPATH, as written: $ORIGIN, ':' between).
  virtual std::vector<std::string> needed_libraries() const { return {}; }
  virtual std::string library_folders() const { return {}; }
  // Whether there is such a section, mapped or not.
  virtual bool has_section(std::string_view) const { return false; }
  // Bytes of a section, mapped or not, as they stand in the file. Nothing when there is none, when it lies
  // outside the file or is longer than `limit`.
  virtual std::optional<std::vector<uint8_t>> section_bytes(std::string_view, size_t) const { return {}; }
  // The address that the dynamic linker writes to `vaddr` (relative to a load at the file's own addresses),
  // if it is one of this file: by the relocations.
  virtual std::optional<uint64_t> relocated_value(uint64_t) const { return {}; }
  // Data that the file reaches by pointers of the dynamic linker, because another file may hold it.
  virtual const std::vector<DataPointer>& data_pointers() {
    static const std::vector<DataPointer> none;
    return none;
  }
};

}  // namespace uproar
