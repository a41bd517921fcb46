// Internal to this folder (the only headers with libdw's types are called dwarf_*.h): the handles of one
// program's DWARF, and the two numberings of its addresses.
#pragma once

#include <elfutils/libdw.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "binary/elf/elf_file.h"
#include "binary/elf/mapped_file_guard.h"

namespace uproar {

// Owns the descriptor, libelf's and libdw's handle of one file.
class DwarfHandle {
 public:
  // Error: cannot be opened, no ELF, cut short meanwhile. A file without DWARF has dwarf() == nullptr. The
  // file is mapped (privately, because unterminated texts are ended in the copy): of a hundred megabytes a
  // few are looked at.
  static Result<std::unique_ptr<DwarfHandle>> open(const std::string& path);
  ~DwarfHandle();
  DwarfHandle(const DwarfHandle&) = delete;
  DwarfHandle& operator=(const DwarfHandle&) = delete;

  int fd() const { return fd_.get(); }
  Elf* elf() const { return elf_; }
  Dwarf* dwarf() const { return dwarf_; }
  // Whether a mapped file, this or one that libdw opened for it, was cut short while it was read.
  bool missed_pages() const { return guard_.was_needed(); }
  bool has_shrunk() const;

 private:
  DwarfHandle() = default;
  MappedFileGuard guard_;
  Fd fd_;
  uint64_t size_ = 0;  // when it was opened
  Elf* elf_ = nullptr;
  Dwarf* dwarf_ = nullptr;
};

// The address of a mapped section in its file's own numbering; false if there is none of that name.
bool section_address(Elf* elf, std::string_view name, uint64_t& address);

// The bytes of a section of `elf`, decompressed if libdw has done so; empty if there is none.
std::string_view section_bytes(Elf* elf, std::string_view name);

class DwarfFile {
 public:
  // `file` must outlive the result. Errors: no DWARF, of another build, changed since `file` was opened.
  static Result<std::unique_ptr<DwarfFile>> open(const ElfFile& file, const std::string& debug_path);
  ~DwarfFile();
  DwarfFile(const DwarfFile&) = delete;
  DwarfFile& operator=(const DwarfFile&) = delete;

  const ElfFile& file() const { return file_; }
  Dwarf* dwarf() const { return debug_ ? debug_->dwarf() : main_->dwarf(); }
  // Of the file that has the DWARF.
  const std::string& dwarf_path() const { return debug_ ? debug_path_ : file_.path(); }

  // Why what it shares with other files (dwz -m, .gnu_debugaltlink) cannot be read: empty if it can or if it
  // shares nothing.
  const std::string& alternate_fault() const { return alternate_fault_; }

  // Error: one of the files was cut short while it was read, so that nothing said of it holds.
  Result<void> whole() const;

  // A debug file may number its sections otherwise (prelink): all libdw calls take and give its numbers.
  uint64_t to_file(Dwarf_Addr address) const { return address + bias_; }
  Dwarf_Addr to_dwarf(uint64_t vaddr) const { return vaddr - bias_; }

  // The rule for the canonical frame address at `vaddr`, by .eh_frame or .debug_frame. The operations live as
  // long as this object. False: there is none.
  bool cfa_at(uint64_t vaddr, const Dwarf_Op** operations, size_t* count);

 private:
  explicit DwarfFile(const ElfFile& file) : file_(file) {}
  Result<void> open_alternate();
  bool cfa_by(Dwarf_CFI* table, Dwarf_Addr address, const Dwarf_Op** operations, size_t* count);

  const ElfFile& file_;
  std::unique_ptr<DwarfHandle> alternate_;  // lives longer than those that refer to it
  std::string alternate_fault_;
  std::unique_ptr<DwarfHandle> main_;
  std::string debug_path_;
  std::unique_ptr<DwarfHandle> debug_;  // null: the DWARF is in the file itself
  uint64_t bias_ = 0;
  bool eh_frame_read_ = false;
  Dwarf_CFI* eh_frame_ = nullptr;
  std::vector<Dwarf_Frame*> frames_;
};

}  // namespace uproar
