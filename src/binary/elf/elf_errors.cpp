#include "binary/elf/elf_errors.h"

#include <fmt/format.h>
#include <libelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace uproar {
namespace {

Error fault(std::string message, std::string remedy = {}) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

// The program of a "#!" line: /usr/bin/env is looked through, since it only starts the next word.
std::string interpreter_of(std::string_view head) {
  std::string_view line =
      head.substr(2, head.find('\n') == std::string_view::npos ? head.size() : head.find('\n') - 2);
  std::vector<std::string_view> words;
  while (!line.empty()) {
    size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  if (words.empty()) return {};
  bool through_env = words[0].size() >= 4 && words[0].substr(words[0].size() - 4) == "/env";
  if (through_env) {
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i][0] != '-') return printable(words[i]);
    }
  }
  return printable(words[0]);
}

}  // namespace

Error damaged_elf(const std::string& path, const std::string& what) {
  return fault(fmt::format("{} is a damaged ELF file: {}", path, what),
               "install the package of this file again, or copy the file again");
}

Error damaged_by_libelf(const std::string& path) {
  const char* text = elf_errmsg(-1);
  return damaged_elf(path, text ? text : "its headers cannot be read");
}

Error cannot_open(const std::string& path, int errno_value) {
  Error error = system_error("cannot open " + path, errno_value);
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      error.message = "no such file: " + path;
      error.remedy = "check the path; a name without '/' is looked up in $PATH and among the libraries";
      break;
    case EACCES:
    case EPERM:
      error.message = "no permission to read " + path;
      error.remedy = "run as root, or let this user read the file and its folders";
      break;
    case ELOOP:
      error.message = path + " is a symbolic link that leads back to itself";
      error.remedy = "mend the link";
      break;
    default:
      break;
  }
  return error;
}

Error not_regular(const std::string& path, mode_t mode) {
  std::string kind = "no regular file";
  if (S_ISDIR(mode)) kind = "a folder";
  if (S_ISFIFO(mode)) kind = "a pipe";
  if (S_ISSOCK(mode)) kind = "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) kind = "a device";
  return fault(path + " is " + kind, "name an executable or a shared library");
}

Error not_elf(const std::string& path, std::string_view head) {
  if (head.substr(0, 2) == "#!") {
    std::string interpreter = interpreter_of(head);
    if (interpreter.empty()) return fault(path + " is a script", "probe its interpreter instead");
    return fault(fmt::format("{} is a script run by {}", path, interpreter),
                 fmt::format("probe the interpreter: {}:SYMBOL", interpreter));
  }
  if (head.substr(0, 8) == "!<arch>\n" || head.substr(0, 8) == "!<thin>\n") {
    return fault(path + " is a static library, which no process maps",
                 "probe the program that was linked with it");
  }
  if (head.substr(0, 2) == "MZ") {
    return fault(path + " is a Windows program, not an ELF file", "name an ELF executable or shared library");
  }
  if (head.substr(0, 9) == "/* GNU ld") {
    return fault(path + " is a text for the linker, not an ELF file",
                 "name the library itself, such as libc.so.6 for libc.so");
  }
  return fault(path + " is not an ELF file", "name an ELF executable or shared library");
}

Error wrong_elf_type(const std::string& path, uint16_t type) {
  if (type == ET_REL) {
    return fault(path + " is an object file: no process maps it",
                 "probe the program or library that was linked from it");
  }
  if (type == ET_CORE) return fault(path + " is a core dump", "probe the program that dumped it");
  return fault(fmt::format("{} is neither an executable nor a shared library (ELF type {})", path, type),
               "name an ELF executable or shared library");
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  return out;
}

}  // namespace uproar
