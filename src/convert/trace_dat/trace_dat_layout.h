// The bytes of a trace.dat around its pages.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "convert/exported_events.h"
#include "convert/io/byte_output.h"
#include "convert/trace_dat/page_spool.h"
#include "recording/metadata/session_info.h"

namespace uproar::trace_dat {

struct FileContents {
  unsigned version = 7;
  bool compress = true;  // the pages were, and sections will be
  uint32_t page_bytes = 4096;
  const SessionInfo* session = nullptr;
  const std::vector<ExportedEvents::Event>* events = nullptr;
  std::map<int32_t, std::string> names;  // of tasks
  uint32_t cpus = 0;
  std::map<uint32_t, uint64_t> lost;  // by CPU, all together
  struct Pages {
    std::string instance;  // empty: the main buffer
    uint32_t cpu = 0;
    size_t stream = 0;
  };
  std::vector<Pages> streams;  // ascending: by instance, then by CPU
};

// The whole file, from its first byte to its last: everything that tells what the pages are stands before
// them, so that the beginning of a file that was cut can be read.
Result<void> write_trace_dat(const FileContents& contents, const PageSpool& pages, ByteOutput& output);

}  // namespace uproar::trace_dat
