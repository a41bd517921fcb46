// What binutils says about a file: the expected values of these tests never come from the code under test.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace uproar::oracle {

inline std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> lines;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return lines;
  char* line = nullptr;
  size_t capacity = 0;
  for (ssize_t got; (got = ::getline(&line, &capacity, pipe)) > 0;) {
    lines.emplace_back(line, static_cast<size_t>(line[got - 1] == '\n' ? got - 1 : got));
  }
  ::free(line);
  ::pclose(pipe);
  return lines;
}

inline std::string fixture(const std::string& name) {
  std::string path = UPROAR_FIXTURES "/";
  path.append(name);
  return path;
}

// Addresses of a name by nm ("-D" for the dynamic ones), in the order of nm -n.
inline std::vector<uint64_t> addresses(const std::string& path, const std::string& name,
                                       const char* option = "") {
  std::vector<uint64_t> found;
  for (const std::string& line : lines_of(std::string("nm -n ") + option + " '" + path + "' 2>/dev/null")) {
    std::istringstream words(line);
    std::string address, type, symbol;
    words >> address >> type >> symbol;
    if (symbol == name) found.push_back(std::stoull(address, nullptr, 16));
  }
  return found;
}

inline uint64_t address(const std::string& path, const std::string& name, const char* option = "") {
  auto found = addresses(path, name, option);
  return found.empty() ? 0 : found.front();
}

struct Load {
  uint64_t offset, vaddr, file_size;
  std::string flags;
};

inline std::vector<Load> loads(const std::string& path) {
  std::vector<Load> found;
  for (const std::string& line : lines_of("readelf -lW '" + path + "' 2>/dev/null")) {
    std::istringstream words(line);
    std::string kind, offset, vaddr, paddr, file_size, memory_size, flags, next;
    words >> kind;
    if (kind != "LOAD") continue;
    words >> offset >> vaddr >> paddr >> file_size >> memory_size;
    while (words >> next && next.compare(0, 2, "0x") != 0) flags += next;
    found.push_back({std::stoull(offset, nullptr, 16), std::stoull(vaddr, nullptr, 16),
                     std::stoull(file_size, nullptr, 16), flags});
  }
  return found;
}

// By readelf's section table (address and offset of .text and the like), not by its segments.
inline std::optional<uint64_t> offset_by_sections(const std::string& path, uint64_t vaddr) {
  for (const std::string& line : lines_of("readelf -SW '" + path + "' 2>/dev/null")) {
    size_t bracket = line.find(']');
    if (bracket == std::string::npos) continue;
    std::istringstream words(line.substr(bracket + 1));
    std::string name, type, address, offset, size;
    words >> name >> type >> address >> offset >> size;
    if (type != "PROGBITS") continue;
    uint64_t start = std::stoull(address, nullptr, 16);
    if (vaddr >= start && vaddr < start + std::stoull(size, nullptr, 16)) {
      return std::stoull(offset, nullptr, 16) + (vaddr - start);
    }
  }
  return std::nullopt;
}

inline std::string build_id(const std::string& path) {
  for (const std::string& line : lines_of("readelf -nW '" + path + "' 2>/dev/null")) {
    size_t at = line.find("Build ID: ");
    if (at != std::string::npos) return line.substr(at + 10);
  }
  return {};
}

}  // namespace uproar::oracle
