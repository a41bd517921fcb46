// An ELF file that a test makes of bytes.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "binary/elf/elf_file.h"

namespace uproar {

// A file that is nothing but code at 0x1000, for any machine.
class CodeFile : public ElfFile {
 public:
  CodeFile(std::vector<uint8_t> code, uint16_t machine) : code_(std::move(code)), machine_(machine) {
    segments_ = {{0, 0x1000, code_.size(), true, false}};
  }
  const std::string& path() const override { return path_; }
  uint64_t size() const override { return code_.size(); }
  uint64_t device() const override { return 0; }
  uint64_t inode() const override { return 0; }
  uint16_t machine() const override { return machine_; }
  bool is_64_bit() const override { return true; }
  std::string build_id() const override { return {}; }
  const std::vector<LoadSegment>& segments() const override { return segments_; }
  const std::vector<ElfSection>& sections() const override { return sections_; }
  Result<std::vector<uint8_t>> read(uint64_t offset, size_t size) const override {
    if (offset >= code_.size()) return std::vector<uint8_t>{};
    const auto run = std::span(code_).subspan(offset);
    return std::vector<uint8_t>(run.begin(),
                                run.begin() + static_cast<ptrdiff_t>(std::min(size, run.size())));
  }
  Result<const std::vector<ElfSymbol>*> symbols() override { return &symbols_; }
  bool has_symtab() const override { return false; }
  const std::vector<std::string>& imported_names() override { return imported_; }

 private:
  std::string path_ = "/bin/code";
  std::vector<uint8_t> code_;
  uint16_t machine_;
  std::vector<LoadSegment> segments_;
  std::vector<ElfSection> sections_;
  std::vector<ElfSymbol> symbols_;
  std::vector<std::string> imported_;
};

}  // namespace uproar
