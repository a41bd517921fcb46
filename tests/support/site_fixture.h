// The programs of site_fixtures.cmake, opened.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "binary/code/file_code.h"
#include "binary/symbols/symbols.h"
#include "resolve/places/found_place.h"
#include "support/code_file.h"

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

}  // namespace uproar
