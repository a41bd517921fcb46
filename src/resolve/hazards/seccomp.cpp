#include "resolve/hazards/seccomp.h"

#include <algorithm>
#include <filesystem>

#include "base/fd.h"
#include "base/kernel_version.h"
#include "base/number.h"
#include "resolve/target/mapped_files.h"

namespace uproar {
namespace {

constexpr std::string_view kFiltered = "\nSeccomp:\t2";  // 0: none, 1: strict

bool maps_inode(const std::string& maps, uint64_t inode) {
  const auto files = parse_mapped_files(maps);
  return std::any_of(files.begin(), files.end(),
                     [inode](const MappedFile& file) { return file.inode == inode; });
}

}  // namespace

bool filters_stop_returns(std::string_view release) {
  const unsigned kernel = kernel_version(release);
  return kernel >= 6011 && kernel <= 6013;
}

int32_t process_with_filter(const std::string& proc, uint64_t inode) {
  int32_t lowest = 0;
  std::error_code fault;
  std::filesystem::directory_iterator entries(proc, fault);
  if (fault) return 0;
  for (; entries != std::filesystem::directory_iterator(); entries.increment(fault)) {
    if (fault) return lowest;
    auto pid = parse_decimal(entries->path().filename().string());
    if (!pid || *pid == 0 || *pid > INT32_MAX) continue;
    if (lowest != 0 && static_cast<int32_t>(*pid) > lowest) continue;
    auto status = read_file(entries->path().string() + "/status");
    if (!status.ok() || status->find(kFiltered) == std::string::npos) continue;
    auto maps = read_file(entries->path().string() + "/maps");
    if (maps.ok() && maps_inode(*maps, inode)) lowest = static_cast<int32_t>(*pid);
  }
  return lowest;
}

}  // namespace uproar
