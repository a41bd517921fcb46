#include "convert/text/stack_maps.h"

#include "recording/metadata/symbol_names.h"

namespace uproar {

namespace {

constexpr uint64_t kKernelMark = static_cast<uint64_t>(-128);  // PERF_CONTEXT_KERNEL
constexpr uint64_t kUserMark = static_cast<uint64_t>(-512);    // PERF_CONTEXT_USER
constexpr uint64_t kFirstMark = static_cast<uint64_t>(-4095);
constexpr size_t kNamesAtOnce = 4096;
constexpr const char* kUnknownFile = "[unknown]";

}  // namespace

Result<void> StackMaps::add(int32_t pid, uint64_t time_ns, const std::vector<Frame>& frames,
                            std::vector<uint64_t>& stack) {
  uint64_t mark = 0;
  std::vector<std::string> inlined;
  for (const Frame& frame : frames) {
    if (frame.inlined) {
      inlined.push_back(frame.symbol);
      continue;
    }
    if (frame.address >= kFirstMark) continue;  // what would be taken for a mark
    const uint64_t wanted = frame.kernel ? kKernelMark : kUserMark;
    if (mark != wanted) stack.push_back(wanted);
    mark = wanted;
    stack.push_back(frame.address);
    if (!frame.symbol.empty() || !frame.file.empty()) {
      TRY(add_map(frame.kernel ? SymbolNames::kKernel : pid, time_ns, frame.address,
                  frame.file.empty() ? kUnknownFile : frame.file));
      if (!frame.symbol.empty()) add_name(frame, std::move(inlined));
    }
    inlined.clear();
  }
  return {};
}

// The first map of an address holds from the beginning; another file at it from where it was seen.
Result<void> StackMaps::add_map(int32_t pid, uint64_t time_ns, uint64_t address, const std::string& file) {
  if (overflowed()) return {};
  const auto [known, is_new] = files_[address].try_emplace(pid, file);
  if (!is_new && known->second == file) return {};
  known->second = file;
  ++addresses_;
  MapInfo map;
  map.time_ns = is_new ? 0 : time_ns;
  map.pid = map.tid = pid;
  map.start = map.page_offset = address;
  map.length = 1;
  map.path = file;
  map.protection = 5;  // PROT_READ | PROT_EXEC
  return sink_.add_map(map);
}

void StackMaps::add_name(const Frame& frame, std::vector<std::string> inlined) {
  if (overflowed()) return;
  auto& names = names_[frame.file.empty() ? kUnknownFile : frame.file];
  AddressName name{frame.address, frame.symbol, frame.symbol_offset, std::move(inlined)};
  names.try_emplace(frame.address, std::move(name));
}

Result<void> StackMaps::write_names() {
  for (auto& [file, names] : names_) {
    AddressNames piece;
    piece.path = file;
    for (auto& [address, name] : names) {
      piece.names.push_back(std::move(name));
      if (piece.names.size() < kNamesAtOnce) continue;
      TRY(sink_.add_names(piece));
      piece.names.clear();
    }
    if (!piece.names.empty()) TRY(sink_.add_names(piece));
  }
  return {};
}

}  // namespace uproar
