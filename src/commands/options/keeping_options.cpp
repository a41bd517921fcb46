#include "commands/options/keeping_options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "capture/record_request.h"
#include "commands/options/units.h"
#include "recording/sinks/rotating_file.h"

namespace uproar {
namespace {

Error usage(std::string message, std::string remedy) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

}  // namespace

void KeepingOptions::declare(CLI::App& app) {
  app.add_option("--max-size", max_size_, "keep the newest events: the file stays below this, such as 100M")
      ->type_name("SIZE");
  app.add_flag(
      "--snapshot{16M}", snapshot_,
      "keep the newest events in memory (=SIZE, 16M if not given), write them at SIGUSR2 or at the end");
  app.add_option("--snapshot-at", snapshot_at_, "write them when this event is hit; may be repeated")
      ->allow_extra_args(false)
      ->type_name("EVENT");
  app.add_option("--fsync", fsync_, "when to force the file onto the disk: never, end, flush")
      ->check(CLI::IsMember({"never", "end", "flush"}))
      ->option_text("WHEN")
      ->capture_default_str();
}

Result<void> KeepingOptions::check(const std::string& output, const std::string& from) {
  writer_.fsync = fsync_ == "never"   ? FsyncPolicy::Never
                  : fsync_ == "flush" ? FsyncPolicy::Flush
                                      : FsyncPolicy::End;
  writer_.block_bytes =
      RecordingWriter::block_bytes_for(static_cast<uint32_t>(::sysconf(_SC_NPROCESSORS_CONF)));
  struct stat status {};
  const bool is_file = output != "-" && (::stat(output.c_str(), &status) != 0 || S_ISREG(status.st_mode));
  flush_ns_ = is_file ? kFileFlushNs : kPipeFlushNs;

  if (!snapshot_at_.empty() && snapshot_.empty()) snapshot_ = "16M";
  if (!max_size_.empty() && !snapshot_.empty()) {
    return usage("--max-size and --snapshot exclude each other",
                 "--snapshot=SIZE keeps so much in memory, --max-size SIZE in the file");
  }
  if (!max_size_.empty()) {
    writer_.max_bytes = parse_size(max_size_).value_or(0);
    if (writer_.max_bytes < kMinRotatingBytes)
      return usage("'" + max_size_ + "' is no size for --max-size", "write 64K or more: 100M, 2G");
    if (!is_file) {
      return usage("--max-size needs a file: what a pipe was given cannot be taken back",
                   "give one with -o FILE");
    }
    divide_finely(writer_.max_bytes);
  }
  if (!snapshot_.empty()) {
    snapshot_bytes_ = parse_size(snapshot_).value_or(0);
    if (snapshot_bytes_ < kMinRotatingBytes)
      return usage("'" + snapshot_ + "' is no size for --snapshot", "write 64K or more: --snapshot=16M");
    if (!is_file) return usage("--snapshot needs a file to write to", "give one with -o FILE");
    if (!from.empty()) return usage("--snapshot takes events of this machine only", "leave --from out");
    flush_ns_ = kMemoryFlushNs;
    divide_finely(snapshot_bytes_);
  }
  return {};
}

// Records are removed block by block: a small limit needs small blocks. Packed they are smaller again.
void KeepingOptions::divide_finely(uint64_t limit) {
  constexpr uint64_t kLeastBlock = 4096;
  writer_.block_bytes =
      static_cast<size_t>(std::max(kLeastBlock, std::min<uint64_t>(writer_.block_bytes, limit / 4)));
}

}  // namespace uproar
