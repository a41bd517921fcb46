#include "binary/elf/debug_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "binary/elf/debuginfod.h"
#include "binary/elf/elf_handle.h"

namespace uproar {
namespace {

constexpr const char* kDebugFolder = "/usr/lib/debug";
constexpr size_t kMaxLinkSection = 4096;

std::string folder_of(const std::string& path) {
  std::array<char, PATH_MAX> buffer;
  const std::string whole = ::realpath(path.c_str(), buffer.data()) ? buffer.data() : path;
  const size_t slash = whole.rfind('/');
  return slash == std::string::npos ? "." : whole.substr(0, slash);
}

// The CRC-32 of gdb's debuglink is that of zlib.
std::optional<uint32_t> crc_of(int fd) {
  uLong crc = ::crc32(0, nullptr, 0);
  std::vector<uint8_t> buffer(size_t{1} << 18);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), at);
    if (got < 0) return std::nullopt;
    if (got == 0) return static_cast<uint32_t>(crc);
    crc = ::crc32(crc, buffer.data(), static_cast<uInt>(got));
    at += got;
  }
}

class Search {
 public:
  explicit Search(const ElfFile& file) : file_(file), id_(file.build_id()) {}

  bool local() {
    if (id_.size() > 2 &&
        offer(fmt::format("{}/.build-id/{}/{}.debug", kDebugFolder, id_.substr(0, 2), id_.substr(2)), {}))
      return true;
    auto section = file_.section_bytes(".gnu_debuglink", kMaxLinkSection);
    auto link = section ? parse_debug_link(*section) : std::nullopt;
    if (!link) return false;
    const std::string folder = folder_of(file_.path());
    return offer(fmt::format("{}/{}", folder, link->name), link->crc) ||
           offer(fmt::format("{}/.debug/{}", folder, link->name), link->crc) ||
           offer(fmt::format("{}{}/{}", kDebugFolder, folder, link->name), link->crc);
  }

  void servers() {
    DebuginfodAnswer answer = ask_debuginfod(id_);
    if (!answer.trouble.empty()) found_.tried.push_back(std::move(answer.trouble));
    if (!answer.path.empty()) offer(answer.path, {});
  }

  DebugFileSearch take() { return std::move(found_); }

 private:
  // `crc` decides where one of the files has no build-id.
  bool offer(const std::string& path, std::optional<uint32_t> crc) {
    auto opened = open_elf(path);
    struct stat status;
    if (!opened || ::fstat(opened->fd.get(), &status) != 0) return found_.tried.push_back(path), false;
    // The link may name the very file that holds it.
    if (status.st_dev == file_.device() && status.st_ino == file_.inode()) return false;
    const std::string id = build_id_of(opened->elf.get(), opened->size);
    if (!id.empty() && !id_.empty()) {
      if (id != id_) return reject(path, fmt::format("its build-id is {}, not {}", id, id_));
    } else if (crc && crc_of(opened->fd.get()) != crc) {
      return reject(path, "its checksum is not that of the .gnu_debuglink");
    } else if (!crc) {
      return reject(path, "it has no build-id");
    }
    found_.path = path;
    found_.mismatch.clear();
    return true;
  }

  bool reject(const std::string& path, const std::string& why) {
    if (found_.mismatch.empty()) found_.mismatch = fmt::format("{} is of another build: {}", path, why);
    found_.tried.push_back(path);
    return false;
  }

  const ElfFile& file_;
  std::string id_;
  DebugFileSearch found_;
};

}  // namespace

std::optional<DebugLink> parse_debug_link(const std::vector<uint8_t>& section) {
  const auto end = std::find(section.begin(), section.end(), 0);
  const std::string name(section.begin(), end);
  const size_t crc_at = (name.size() + 4) & ~size_t{3};  // behind the NUL, aligned
  const bool is_file_name =
      !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
  if (!is_file_name || end == section.end() || section.size() < crc_at + 4) return std::nullopt;
  uint32_t crc = 0;
  for (size_t i = 4; i-- > 0;) crc = crc << 8 | section[crc_at + i];
  return DebugLink{name, crc};
}

DebugFileSearch find_local_debug_file(const ElfFile& file) {
  Search search(file);
  search.local();
  return search.take();
}

DebugFileSearch find_debug_file(const ElfFile& file) {
  Search search(file);
  if (!search.local()) search.servers();
  return search.take();
}

}  // namespace uproar
