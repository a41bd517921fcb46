#include "commands/files/recording_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace uproar {
namespace {

bool is_pipe(const std::string& path) {
  struct stat info {};
  const int looked = path == "-" ? ::fstat(STDIN_FILENO, &info) : ::stat(path.c_str(), &info);
  return looked == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

}  // namespace

void RecordingChoice::declare(CLI::App& app) {
  auto* file = app.add_option("FILE", path_, "the recording; - is standard input (default: uproar.upr)");
  app.add_option("-i,--input", path_, "the same")->type_name("FILE")->excludes(file);
}

std::optional<Fd> RecordingChoice::open_pipe() const {
  if (!is_pipe(path_)) return std::nullopt;
  outlive_interrupt_of_pipe(path_);
  if (path_ == "-") return Fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  Result<Fd> pipe = open_file(path_, O_RDONLY);
  if (!pipe.ok()) return std::nullopt;
  return std::move(*pipe);
}

void outlive_interrupt_of_pipe(const std::string& path) {
  if (!is_pipe(path)) return;
  struct sigaction action {};
  if (::sigaction(SIGINT, nullptr, &action) != 0 || action.sa_handler == SIG_IGN) return;
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  (void)::sigaction(SIGINT, &action, nullptr);
}

bool report_damage(const RecordingReader& reader, Console& console) {
  return report_damage(reader.damage(), reader.end().has_value(), console);
}

bool report_damage(const std::vector<Damage>& damage, bool has_end, Console& console) {
  constexpr size_t kMostShown = 10;
  for (size_t i = 0; i < damage.size() && i < kMostShown; ++i) {
    console.error(
        Error{"damaged at byte " + std::to_string(damage[i].offset) + ": " + damage[i].reason, {}, {}, 0});
  }
  if (damage.size() > kMostShown)
    console.error(Error{std::to_string(damage.size() - kMostShown) + " more places are damaged", {}, {}, 0});
  if (!damage.empty()) {
    console.note(
        "  help: everything that is whole was read; record again, or copy the file again, to have the "
        "rest\n");
  } else if (!has_end) {
    console.warn("the recording has no end: its recorder was killed or ran out of room, or still writes");
  }
  return !damage.empty();
}

void report_losses(const RecordingReader& reader, Console& console) {
  uint64_t removed = 0;
  for (const LossInfo& loss : reader.losses()) {
    if (loss.kind == LossInfo::Kind::Rotated) removed += std::min(loss.count, UINT64_MAX - removed);
  }
  uint64_t lost = reader.totals().lost;
  lost -= std::min(lost, removed);
  if (removed > 0)
    console.warn(std::to_string(removed) +
                 " older events were removed to keep the recording below its limit");
  if (lost > 0) console.warn(std::to_string(lost) + " events were lost while recording");
}

}  // namespace uproar
