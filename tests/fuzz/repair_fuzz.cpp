// libFuzzer target for surveying and repairing a recording: whatever goes in, a whole recording comes out.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "recording/reader.h"
#include "recording/repair.h"
#include "recording/survey.h"
#include "recording/writer.h"

namespace {

using namespace uproar;

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<uint8_t> file(data, data + size);
  auto opened = RecordingReader::from_bytes(file, "fuzz");
  if (!opened.ok()) return 0;
  auto source = memory_source(file);
  Survey survey = survey_blocks(*source, kFileHeaderBytes);
  must(survey.whole_bytes <= size || size < kFileHeaderBytes);

  Fd fd(::memfd_create("repaired", MFD_CLOEXEC));
  Fd copy(::dup(fd.get()));
  auto writer = RecordingWriter::create(std::move(fd), "repaired");
  must(writer.ok());
  auto report = repair_recording(**opened, survey, **writer, [] { return false; });
  if (!report.ok()) return 0;
  std::vector<uint8_t> repaired((*writer)->bytes_written());
  must(::pread(copy.get(), repaired.data(), repaired.size(), 0) == static_cast<ssize_t>(repaired.size()));
  auto again = RecordingReader::from_bytes(std::move(repaired), "repaired");
  must(again.ok());
  StoredRecord record;
  uint64_t events = 0;
  while ((*again)->next(record)) ++events;
  must(events == report->events);
  must((*again)->damage().empty());
  must((*again)->end() && (*again)->end()->events == events);
  return 0;
}
