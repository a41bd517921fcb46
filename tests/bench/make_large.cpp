// make_large FILE EVENTS: a recording of so many records of two tasks on two CPUs, made by the project's own
// writer without a kernel.
#include <fcntl.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "recording/writer.h"
#include "sample_records.h"

namespace {

constexpr uint32_t kCpus = 2;

uproar::Result<void> write(const std::string& path, uint64_t events) {
  uproar::Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.valid()) {
    std::perror(path.c_str());
    std::exit(1);
  }
  TRY_ASSIGN(auto writer, uproar::RecordingWriter::create(std::move(file), path));
  TRY(writer->write_session({"bench", "6.1.0", "x86_64", "make_large", "tracefs", "mono", "0.1.0", kCpus}));
  TRY(writer->add_event(uproar::bench::loop_event()));
  uproar::bench::LoopRecords records[kCpus] = {uproar::bench::LoopRecords(4000),
                                               uproar::bench::LoopRecords(4001)};
  for (uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    TRY(writer->add_task(
        {uproar::TaskInfo::Kind::Snapshot, 0, static_cast<int32_t>(4000 + cpu), 4000, 0, "loop"}));
  }
  for (uint64_t i = 0; i < events; ++i) {
    const uint32_t cpu = i % kCpus;
    const auto& record = records[cpu].next();
    TRY(writer->add_record(cpu, record.time_ns, 0, record.bytes()));
  }
  return writer->finish({events, 0, events, true, false});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_large FILE EVENTS\n");
    return 2;
  }
  auto written = write(argv[1], std::strtoull(argv[2], nullptr, 10));
  if (written.ok()) return 0;
  std::fprintf(stderr, "make_large: %s", uproar::render(written.error()).c_str());
  return 1;
}
