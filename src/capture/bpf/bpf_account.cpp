#include "capture/bpf/bpf_account.h"

#include <algorithm>
#include <utility>

namespace uproar {
namespace {

uint64_t read(const __u64& counter) {
  return __atomic_load_n(&counter, __ATOMIC_RELAXED);
}

}  // namespace

BpfAccount::BpfAccount(const uproar_counters* counters, std::vector<uint32_t> events, uint32_t cpus)
    : counters_(counters), events_(std::move(events)), cpus_(cpus), told_(events_.size() * cpus) {}

Result<void> BpfAccount::tell_losses(RecordSink& sink) {
  for (size_t i = 0; i < told_.size(); ++i) {
    const uproar_counters& counters = counters_[i];
    const uint64_t lost = read(counters.no_room) + read(counters.no_slot);
    if (lost <= told_[i]) continue;
    LossInfo loss;
    loss.kind = LossInfo::Kind::Dropped;
    loss.cpu = static_cast<uint32_t>(i % cpus_);
    loss.time_ns = read(counters.last_lost);
    loss.count = lost - std::exchange(told_[i], lost);
    loss.event = events_[i / cpus_];
    TRY(sink.add_loss(loss));
  }
  return {};
}

std::vector<BpfAccount::Totals> BpfAccount::totals(std::span<const uint64_t> recorded) const {
  std::vector<Totals> all;
  for (size_t code = 0; code < events_.size(); ++code) {
    if (all.size() <= events_[code]) all.resize(events_[code] + 1);
    Totals& totals = all[events_[code]];
    totals.recorded += recorded[code];
    for (uint32_t cpu = 0; cpu < cpus_; ++cpu) {
      const size_t i = code * cpus_ + cpu;
      const uint64_t filtered = read(counters_[i].filtered);
      totals.hits += read(counters_[i].hits) - filtered;
      totals.lost += told_[i];
    }
  }
  return all;
}

}  // namespace uproar
