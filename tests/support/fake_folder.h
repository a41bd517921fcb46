// A folder that stands for tracefs or /proc, gone at the end of the test.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace uproar {

class FakeFolder {
 public:
  FakeFolder() {
    std::string name = ::testing::TempDir() + "uproar-fake-XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) root_ = name;
  }
  ~FakeFolder() {
    std::error_code ignored;
    if (!root_.empty()) std::filesystem::remove_all(root_, ignored);
  }
  FakeFolder(const FakeFolder&) = delete;
  FakeFolder& operator=(const FakeFolder&) = delete;

  const std::string& root() const { return root_; }

  void put(const std::string& file, const std::string& text) const {
    std::filesystem::path path(root_ + "/" + file);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  void make(const std::string& folder) const { std::filesystem::create_directories(root_ + "/" + folder); }
  std::string get(const std::string& file) const {
    std::stringstream text;
    text << std::ifstream(root_ + "/" + file, std::ios::binary).rdbuf();
    return text.str();
  }
  bool has(const std::string& name) const { return std::filesystem::exists(root_ + "/" + name); }

 private:
  std::string root_;
};

inline std::string fixture(const std::string& name) {
  return std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/tracefs/" + name;
}

}  // namespace uproar
