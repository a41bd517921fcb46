// The programs of usdt_fixtures.cmake, opened: their probes by name, and what arguments are fetched with.
#pragma once

#include <gtest/gtest.h>

#include "resolve/arguments/usdt_argument.h"
#include "resolve/places/find_usdt.h"
#include "support/elf_oracle.h"
#include "support/fetch_text.h"

namespace uproar {

// A definition's text with the site %PROVIDER:NAME in it.
struct WantedProbe {
  WantedProbe(const std::string& provider, const std::string& name)
      : text("p x:%" + provider + ":" + name + " a=$arg1") {
    site.form = ast::Site::Form::Usdt;
    site.provider = provider;
    site.symbol = name;
    site.span = {4, static_cast<uint32_t>(text.find(' ', 4))};
  }
  std::string text;
  ast::Site site;
};

class UsdtFixture : public testing::Test {
 protected:
  void open(const std::string& path) {
    auto opened = ProbedFile::open(path);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    file_ = std::make_unique<ProbedFile>(std::move(*opened));
    path_ = path;
    for (const LoadSegment& segment : file_->elf().segments()) {
      if (segment.executable) code_ = &segment;
    }
  }
  void SetUp() override { open(UPROAR_USDT_FIXTURES "/usdt"); }

  Result<FoundPlaces> find(const std::string& provider, const std::string& name) {
    wanted_ = std::make_unique<WantedProbe>(provider, name);
    return find_usdt(wanted_->site, wanted_->text, *file_, hazards_);
  }
  std::string argument(const FoundPlace& place, uint32_t number) {
    const ArgumentContext context{wanted_->text, *file_, *code_, place};
    auto made = usdt_argument(
        number,
        {static_cast<uint32_t>(wanted_->text.size() - 5), static_cast<uint32_t>(wanted_->text.size())},
        context);
    return made.ok() ? made->name + "=" + fetch_text(*made) : render(made.error());
  }

  std::unique_ptr<ProbedFile> file_;
  std::unique_ptr<WantedProbe> wanted_;
  std::string path_;
  const LoadSegment* code_ = nullptr;
  Hazards hazards_;
};

}  // namespace uproar
