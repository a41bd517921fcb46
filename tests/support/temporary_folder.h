// The one folder for files that a test makes.
#pragma once

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace uproar {

// A new folder below /tmp that only this object knows; it is gone with it, whatever is in it then. Names may
// have folders in them ("proc/12/maps"), which are made where they are missing.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_("/tmp/uproar-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) {
      std::perror("mkdtemp /tmp/uproar-test-XXXXXX");
      std::abort();  // nothing that a test says after this could be believed
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Gives the path of the file.
  std::string put(std::string_view name, std::string_view bytes) const {
    const std::filesystem::path file(path(name));
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  std::string make_folder(std::string_view name) const {
    std::filesystem::create_directories(path(name));
    return path(name);
  }
  // Empty if there is no such file.
  std::string get(std::string_view name) const {
    std::stringstream bytes;
    bytes << std::ifstream(path(name), std::ios::binary).rdbuf();
    return bytes.str();
  }
  bool holds(std::string_view name) const { return std::filesystem::exists(path(name)); }

 private:
  std::string path_;
};

}  // namespace uproar
