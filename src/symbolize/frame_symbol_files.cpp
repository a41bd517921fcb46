#include "symbolize/frame_symbol_files.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

#include "binary/elf/debug_files.h"
#include "binary/elf/elf_file.h"

namespace uproar {

namespace {

constexpr size_t kMaxLinkSection = 4096;
constexpr size_t kMaxVdso = size_t{1} << 20;

bool is_regular(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::string linked_file(const std::string& path, const std::string& folder) {
  auto file = ElfFile::open(path);
  if (!file.ok()) return {};
  const auto section = (*file)->section_bytes(".gnu_debuglink", kMaxLinkSection);
  const auto link = section ? parse_debug_link(*section) : std::nullopt;
  if (!link) return {};
  for (const std::string& candidate : {folder + "/" + link->name, folder + "/.debug/" + link->name,
                                       "/usr/lib/debug" + folder + "/" + link->name})
    if (is_regular(candidate)) return candidate;
  return {};
}

}  // namespace

std::vector<std::string> frame_symbol_files(const std::string& path, const std::string& build_id) {
  std::vector<std::string> files;
  const bool is_path = path.starts_with('/');
  const std::string folder = path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  if (is_path && is_regular(path)) {
    std::string linked = linked_file(path, folder);
    if (!linked.empty()) files.push_back(std::move(linked));
  }
  if (build_id.size() > 2) {
    const std::string number = build_id.substr(0, 2) + "/" + build_id.substr(2);
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
      for (const char* kind : {is_path ? "elf" : "vdso", "debug"})
        files.push_back(fmt::format("{}/.debug/.build-id/{}/{}", home, number, kind));
    }
    if (is_path) {
      files.push_back("/usr/lib/debug" + path + ".debug");
      files.push_back("/usr/lib/debug" + path);
      files.push_back("/usr/lib/debug/.build-id/" + number + ".debug");
    }
  } else if (is_path) {
    files.push_back("/usr/lib/debug" + path + ".debug");
    files.push_back("/usr/lib/debug" + path);
  }
  if (is_path) {
    files.push_back(path);
    files.push_back(folder + "/.debug" + path.substr(folder.size()));
  }
  return files;
}

Fd vdso_file() {
  const auto maps = read_file("/proc/self/maps");
  if (!maps.ok()) return {};
  const std::string_view text = *maps;
  const size_t name = text.find("[vdso]");
  if (name == std::string_view::npos) return {};
  const size_t before = text.rfind('\n', name);
  const char* at = text.data() + (before == std::string_view::npos ? 0 : before + 1);
  const char* end = text.data() + name;
  uintptr_t first = 0, last = 0;
  const auto one = std::from_chars(at, end, first, 16);
  if (one.ec != std::errc() || one.ptr == end || *one.ptr != '-') return {};
  if (std::from_chars(one.ptr + 1, end, last, 16).ec != std::errc()) return {};
  if (last <= first || last - first > kMaxVdso) return {};
  Fd file(::memfd_create("vdso", MFD_CLOEXEC));
  if (!file.valid()) return {};
  const std::string_view bytes(reinterpret_cast<const char*>(first), last - first);
  if (!write_all(file.get(), bytes, "vdso").ok()) return {};
  return file;
}

}  // namespace uproar
