// libFuzzer target for everything that reads a perf.data file: its header, its records, compressed ones,
// features, tracing data. Whatever the bytes are, the import ends, and what it made is a whole recording.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/fd.h"
#include "convert/perf_data/perf_data_import.h"
#include "recording/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace uproar;
  const Fd file(::memfd_create("recording", 0));
  auto writer = RecordingWriter::create(Fd(::dup(file.get())), "recording");
  if (!writer.ok()) std::abort();
  auto input = ByteInput::from_bytes(std::vector<uint8_t>(data, data + size), "fuzz");
  PerfDataImportOptions options;
  options.look_up_names = false;  // files of this machine tell nothing about the parsers
  const auto outcome = import_perf_data(*input, **writer, {}, options);
  if (!outcome.ok()) {
    if (outcome.error().message.empty()) std::abort();
    return 0;
  }
  for (const Damage& damage : outcome.value().damage)
    if (damage.reason.empty()) std::abort();
  std::vector<uint8_t> bytes(static_cast<size_t>(::lseek(file.get(), 0, SEEK_END)));
  if (::pread(file.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  auto reader = RecordingReader::from_bytes(std::move(bytes), "recording");
  if (!reader.ok()) std::abort();
  uint64_t events = 0;
  StoredRecord record;
  while ((*reader)->next(record)) ++events;
  if (events != outcome.value().events || !(*reader)->damage().empty()) std::abort();
  return 0;
}
