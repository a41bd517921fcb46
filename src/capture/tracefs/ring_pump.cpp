#include "capture/tracefs/ring_pump.h"

#include "event/ring_page.h"

namespace uproar {

Result<std::unique_ptr<RingPump>> RingPump::open(const Instance& instance, RingSink& sink) {
  auto pump = std::unique_ptr<RingPump>(new RingPump(instance, sink));
  for (uint32_t cpu : instance.cpus()) {
    TRY_ASSIGN(RawRing ring, RawRing::open(instance, cpu));
    pump->poll_fds_.push_back(ring.poll_fd());
    pump->cpus_.push_back({std::move(ring), 0, 0});
  }
  return pump;
}

Result<void> RingPump::drain(Drain how_much) {
  for (Cpu& cpu : cpus_) TRY(drain_cpu(cpu, how_much));
  return {};
}

Result<void> RingPump::drain_cpu(Cpu& cpu, Drain how_much) {
  constexpr size_t kSomeBytes = size_t{16} << 20;  // more than a default ring, some milliseconds of work
  std::span<const uint8_t> sub_buffer;
  for (size_t taken = 0; how_much == Drain::All || taken < kSomeBytes; taken += sub_buffer.size()) {
    TRY_ASSIGN(bool more, cpu.ring.next(sub_buffer));
    if (!more) return {};
    TRY(hand_on(cpu, sub_buffer));
  }
  return {};
}

Result<void> RingPump::hand_on(Cpu& cpu, std::span<const uint8_t> sub_buffer) {
  RingPage page(sub_buffer);
  if (page.lost_count_known()) TRY(lose(cpu, page.base_time(), page.lost_count(), LossInfo::Kind::Overrun));
  RingPage::Record record;
  while (page.next(record)) {
    cpu.last_time_ns = record.time_ns;
    TRY(sink_.take(cpu.ring.cpu(), record.time_ns, record.bytes));
  }
  // How many records the damaged rest of a page held cannot be known here; the kernel's hit counter tells in
  // the end.
  if (page.status() != DecodeStatus::Ok) return lose(cpu, cpu.last_time_ns, 0, LossInfo::Kind::Unreadable);
  return {};
}

Result<void> RingPump::lose(Cpu& cpu, uint64_t time_ns, uint64_t count, LossInfo::Kind kind) {
  if (kind == LossInfo::Kind::Overrun) cpu.told_overrun += count;
  return sink_.lose({kind, cpu.ring.cpu(), time_ns, count});
}

Result<void> RingPump::settle_losses(uint64_t now_ns) {
  for (Cpu& cpu : cpus_) {
    TRY_ASSIGN(RingStats stats, instance_.stats(cpu.ring.cpu()));
    uint64_t overrun = stats.overrun + stats.commit_overrun;
    if (overrun > cpu.told_overrun)
      TRY(lose(cpu, now_ns, overrun - cpu.told_overrun, LossInfo::Kind::Overrun));
    if (stats.dropped) TRY(lose(cpu, now_ns, stats.dropped, LossInfo::Kind::Dropped));
  }
  return {};
}

}  // namespace uproar
