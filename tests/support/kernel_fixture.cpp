#include "support/kernel_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/fd.h"
#include "base/number.h"
#include "event/event_format.h"

namespace uproar {
namespace {

constexpr size_t kSubBuffer = 4096;
constexpr const char* kKernels = UPROAR_SOURCE_DIR "/tests/fixtures/kernels/";

// xxd -a: "OFFSET: XXXX XXXX …  ascii", a run of zero lines shortened to "*".
std::vector<uint8_t> read_xxd(const std::string& text) {
  std::vector<uint8_t> bytes;
  for (const std::string& line : lines_of(text)) {
    if (line == "*") continue;
    bytes.resize(*parse_hex_digits(line.substr(0, 8)));
    const std::string digits = line.substr(10, line.find("  ", 10) - 10);
    for (size_t i = 0; i + 1 < digits.size();) {
      if (digits[i] == ' ') {
        ++i;
        continue;
      }
      bytes.push_back(static_cast<uint8_t>(*parse_hex_digits(digits.substr(i, 2))));
      i += 2;
    }
  }
  return bytes;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> kernel_fixtures() {
  std::vector<std::string> releases;
  for (const auto& entry : std::filesystem::directory_iterator(kKernels)) {
    if (entry.is_directory()) releases.push_back(entry.path().filename());
  }
  std::sort(releases.begin(), releases.end());
  return releases;
}

KernelFixture::KernelFixture(const std::string& release) : folder_(std::string(kKernels) + release + "/") {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ + "events")) {
    if (entry.path().filename() != "format") continue;
    const std::string group = entry.path().parent_path().parent_path().filename();
    auto schema = parse_event_format(*read_file(entry.path()), group);
    EXPECT_TRUE(schema.ok()) << entry.path();
    if (schema.ok()) schemas_.emplace(schema->full_name(), *schema);
  }
}

std::string KernelFixture::text(const std::string& name) const {
  auto content = read_file(folder_ + name);
  EXPECT_TRUE(content.ok()) << folder_ << name;
  return content.ok() ? *content : std::string();
}

std::string KernelFixture::format(const std::string& group, const std::string& event) const {
  return text("events/" + group + "/" + event + "/format");
}

const EventSchema& KernelFixture::schema(const std::string& full_name) const {
  return schemas_.at(full_name);
}

const EventSchema* KernelFixture::schema_by_type(uint16_t kernel_type) const {
  for (const auto& [name, schema] : schemas_) {
    if (schema.kernel_type == kernel_type) return &schema;
  }
  return nullptr;
}

std::vector<const EventSchema*> KernelFixture::schemas() const {
  std::vector<const EventSchema*> all;
  for (const auto& [name, schema] : schemas_) all.push_back(&schema);
  return all;
}

std::vector<std::vector<uint8_t>> KernelFixture::pages(const std::string& name) const {
  const std::vector<uint8_t> bytes = read_xxd(text("pages/" + name + ".xxd"));
  EXPECT_EQ(bytes.size() % kSubBuffer, 0U);
  std::vector<std::vector<uint8_t>> pages;
  for (size_t at = 0; at + kSubBuffer <= bytes.size(); at += kSubBuffer) {
    pages.emplace_back(bytes.begin() + at, bytes.begin() + at + kSubBuffer);
  }
  return pages;
}

}  // namespace uproar
