// A process with maps and names, for the tests of call chains.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "recording/metadata/session_info.h"

namespace uproar::test {

inline MapInfo map(int32_t pid, uint64_t time_ns, uint64_t start, uint64_t length, uint64_t page_offset,
                   std::string path) {
  MapInfo info;
  info.pid = info.tid = pid;
  info.time_ns = time_ns;
  info.start = start;
  info.length = length;
  info.page_offset = page_offset;
  info.path = std::move(path);
  return info;
}

inline TaskInfo forked(int32_t pid, int32_t parent, uint64_t time_ns) {
  TaskInfo info;
  info.kind = TaskInfo::Kind::Fork;
  info.time_ns = time_ns;
  info.pid = info.tid = pid;
  info.parent_pid = info.parent_tid = parent;
  return info;
}

inline AddressName name(uint64_t address, std::string symbol, uint64_t offset,
                        std::vector<std::string> inlined = {}) {
  AddressName made;
  made.address = address;
  made.symbol = std::move(symbol);
  made.symbol_offset = offset;
  made.inlined = std::move(inlined);
  return made;
}

}  // namespace uproar::test
