// The programs of site_fixtures.cmake, opened.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "binary/code/file_code.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/found_place.h"

namespace uproar {

// A fixture and its functions by name; ready() is false where this machine cannot make it.
class SiteFixture {
 public:
  explicit SiteFixture(const std::string& name) {
    const std::string path = std::string(UPROAR_SITE_FIXTURES) + "/" + name;
    if (!std::filesystem::exists(path)) return;
    auto opened = ElfFile::open(path);
    if (!opened.ok()) return;
    file_ = std::move(*opened);
    code_ = std::make_unique<FileCode>(*file_);
  }

  bool ready() const { return code_ != nullptr; }
  ElfFile& file() { return *file_; }
  FileCode& code() { return *code_; }

  // `offset` behind the start of the function of that name.
  FoundPlace place(const std::string& name, uint64_t offset = 0) {
    FoundPlace place;
    auto symbols = file_->symbols();
    if (!symbols.ok()) return place;
    const auto found = find_by_name(**symbols, name);
    EXPECT_EQ(found.size(), 1u) << name;
    if (found.empty()) return place;
    place.function_vaddr = found[0]->vaddr;
    place.function_size = found[0]->size;
    place.vaddr = place.function_vaddr + offset;
    place.symbol = name;
    place.symbol_offset = offset;
    place.is_function_entry = offset == 0;
    return place;
  }

 private:
  std::unique_ptr<ElfFile> file_;
  std::unique_ptr<FileCode> code_;
};

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
