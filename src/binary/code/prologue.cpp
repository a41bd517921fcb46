#include "binary/code/prologue.h"

namespace uproar {

bool Prologue::keeps(uint32_t dwarf_register, uint64_t vaddr) const {
  if (vaddr > end) return false;
  auto written = first_write.find(dwarf_register);
  return written == first_write.end() || vaddr <= written->second;
}

const FrameStore* Prologue::first_store(FramePlace place, uint64_t vaddr) const {
  for (const FrameStore& each : stores) {
    if (each.vaddr < vaddr || each.place.anchor != place.anchor) continue;
    const auto inside = static_cast<uint64_t>(place.offset) - static_cast<uint64_t>(each.place.offset);
    if (inside < each.size) return inside == 0 ? &each : nullptr;
  }
  return nullptr;
}

}  // namespace uproar
