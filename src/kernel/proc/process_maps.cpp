#include "kernel/proc/process_maps.h"

#include <sys/mman.h>

#include <algorithm>
#include <optional>

#include "base/cpu_list.h"
#include "base/fd.h"
#include "base/lines.h"
#include "base/number.h"

namespace uproar {
namespace {

constexpr size_t kMostBytes = size_t{64} << 20;

// Up to the next blank; blanks in front are passed over.
std::string_view take_word(std::string_view& line) {
  const size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

// "5582f0e8d000-5582f0e8e000 r-xp 00001000 fe:01 1835022    /usr/bin/app" (kernel: fs/proc/task_mmu.c show_map_vma).
std::optional<ProcessMap> parse_line(std::string_view line) {
  const std::string_view range = take_word(line);
  const std::string_view rights = take_word(line);
  const std::optional<uint64_t> offset = parse_hex_digits(take_word(line));
  const std::string_view device = take_word(line);
  const std::optional<uint64_t> inode = parse_decimal(take_word(line));
  const size_t dash = range.find('-');
  const size_t colon = device.find(':');
  if (dash == std::string_view::npos || colon == std::string_view::npos || rights.size() != 4 || !offset ||
      !inode)
    return std::nullopt;
  const std::optional<uint64_t> start = parse_hex_digits(range.substr(0, dash));
  const std::optional<uint64_t> end = parse_hex_digits(range.substr(dash + 1));
  const std::optional<uint64_t> major = parse_hex_digits(device.substr(0, colon));
  const std::optional<uint64_t> minor = parse_hex_digits(device.substr(colon + 1));
  if (!start || !end || *end <= *start || !major || !minor) return std::nullopt;
  ProcessMap map;
  map.start = *start;
  map.end = *end;
  map.offset = *offset;
  if (rights[0] == 'r') map.protection |= PROT_READ;
  if (rights[1] == 'w') map.protection |= PROT_WRITE;
  if (rights[2] == 'x') map.protection |= PROT_EXEC;
  map.shared = rights[3] == 's';
  map.major = static_cast<uint32_t>(*major);
  map.minor = static_cast<uint32_t>(*minor);
  map.inode = *inode;
  const size_t path = line.find_first_not_of(' ');
  map.path = path == std::string_view::npos ? "//anon" : std::string(line.substr(path));
  return map;
}

}  // namespace

std::vector<ProcessMap> parse_code_maps(std::string_view maps) {
  std::vector<ProcessMap> all;
  for (const std::string_view line : Lines(maps)) {
    std::optional<ProcessMap> map = parse_line(line);
    if (map && (map->protection & PROT_EXEC) != 0) all.push_back(std::move(*map));
  }
  return all;
}

std::vector<ProcessMap> code_maps_of(int32_t pid, const std::string& proc) {
  const Result<std::string> text = read_file(proc + "/" + std::to_string(pid) + "/maps", kMostBytes);
  return text.ok() ? parse_code_maps(*text) : std::vector<ProcessMap>();
}

std::vector<uint32_t> online_cpus(const std::string& sys) {
  Result<std::string> text = read_file(sys + "/devices/system/cpu/online", 65536);
  if (!text.ok()) return {};
  while (text->ends_with('\n')) text->pop_back();
  return parse_cpu_list(*text).value_or(std::vector<uint32_t>());
}

}  // namespace uproar
