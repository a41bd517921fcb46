// The capture folder against the kernel: both ways of reading the ring give the same records.
#include <algorithm>

#include "capture/tracefs/probe_set.h"
#include "cli.h"
#include "event/record_decoder.h"
#include "event/ring_page.h"
#include "kernel/tracefs/instance.h"
#include "kernel/tracefs/raw_ring.h"
#include "kernel/tracefs/tracefs.h"
#include "resolve/resolver.h"

namespace uproar::live {
namespace {

class CaptureLive : public LiveTest {
 protected:
  // The first argument of every record that `count` hits leave in an instance read this way.
  std::vector<uint64_t> numbers(int count, size_t* pages) {
    auto tracefs = Tracefs::locate();
    EXPECT_TRUE(tracefs.ok());
    auto resolved =
        resolve_definition("p:work " + target_path("loop") + ":work n=%si:s64", default_path_environment());
    EXPECT_TRUE(resolved.ok());
    ProbeSet probes(*tracefs, this_process());
    EXPECT_TRUE(probes.define(resolved->plan, {}).ok());
    EXPECT_TRUE(probes.load_formats().ok());
    const ArmedEvent& event = probes.events()[0];
    auto instance = Instance::create(*tracefs, instance_name(this_process()));
    EXPECT_TRUE(instance.ok());
    EXPECT_TRUE(instance->set_clock("mono").ok());
    EXPECT_TRUE(instance->set_buffer_size_kb(4096).ok());
    EXPECT_TRUE(instance->enable(event.kernel_group, event.kernel_name).ok());
    run({target_path("loop"), std::to_string(count)});
    EXPECT_TRUE(instance->disable(event.kernel_group, event.kernel_name).ok());

    std::vector<uint64_t> values;
    for (uint32_t cpu : instance->cpus()) {
      auto reader = RawRing::open(*instance, cpu);
      if (!reader.ok()) {
        ADD_FAILURE() << render(reader.error());
        continue;
      }
      std::span<const uint8_t> sub_buffer;
      for (;;) {
        auto more = reader->next(sub_buffer);
        EXPECT_TRUE(more.ok());
        if (!more.ok() || !*more) break;
        ++*pages;
        RingPage page(sub_buffer);
        RingPage::Record record;
        Event decoded;
        while (page.next(record)) {
          EXPECT_EQ(decode_record(event.info.schema, record.bytes, decoded), DecodeStatus::Ok);
          values.push_back(decoded.values[0].bits);
        }
        EXPECT_EQ(page.status(), DecodeStatus::Ok);
      }
    }
    return values;
  }

  // The target may have moved between CPUs.
  static std::vector<uint64_t> expected(int count) {
    std::vector<uint64_t> values;
    for (int i = 0; i < count; ++i) values.push_back(static_cast<uint64_t>(-static_cast<int64_t>(i)));
    std::sort(values.begin(), values.end());
    return values;
  }
};

TEST_F(CaptureLive, ReadingGivesEveryRecord) {
  size_t pages = 0;
  auto values = numbers(2000, &pages);
  std::sort(values.begin(), values.end());
  EXPECT_EQ(values, expected(2000));
  EXPECT_GT(pages, 1u);
}

}  // namespace
}  // namespace uproar::live
