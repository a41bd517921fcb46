#include "replay/follow.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/fd.h"
#include "recording/blocks/stored_blocks.h"

namespace uproar {
namespace {

constexpr int kLookMs = 100;  // between two looks at a file that grows

// Which file it is, and how large.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t bytes = 0;

  bool is_file_of(const FileState& other) const { return inode == other.inode && device == other.device; }
};
std::optional<FileState> look_at(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileState{info.st_dev, info.st_ino, info.st_size};
}

std::vector<uint64_t> later_ends(std::vector<uint64_t> ends, const std::vector<uint64_t>& others) {
  ends.resize(std::max(ends.size(), others.size()));
  for (size_t cpu = 0; cpu < others.size(); ++cpu) ends[cpu] = std::max(ends[cpu], others[cpu]);
  return ends;
}

// Whether a file is what a recorder with a limit has put in the place of the one that ended so: it tells that
// records were taken out, and goes on.
bool is_continuation(const RecordingReader& reader, const std::vector<uint64_t>& ends) {
  const std::vector<LossInfo>& losses = reader.losses();
  const bool shortened = std::any_of(losses.begin(), losses.end(), [](const LossInfo& loss) {
    return loss.kind == LossInfo::Kind::Rotated;
  });
  return shortened && !ends.empty() && reader.totals().last_ns >= *std::max_element(ends.begin(), ends.end());
}

uint64_t removed_until(const RecordingReader& reader) {
  uint64_t until_ns = 0;
  for (const LossInfo& loss : reader.losses()) {
    if (loss.kind == LossInfo::Kind::Rotated) until_ns = std::max(until_ns, loss.time_ns);
  }
  return until_ns;
}

uint64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

// Up to when everything is there. The recorder's clock, which may be another machine's, stood at the time of the
// newest event or later when that was seen, and has gone on since.
class Horizon {
 public:
  explicit Horizon(uint64_t hold_ns) : hold_ns_(hold_ns) {}

  void see(uint64_t newest_ns) {
    if (newest_ns <= newest_ns_) return;
    newest_ns_ = newest_ns;
    seen_at_ns_ = monotonic_ns();
  }
  uint64_t settled_until() const {
    const uint64_t recorder_ns = newest_ns_ + (monotonic_ns() - seen_at_ns_);
    return std::min(newest_ns_, recorder_ns - std::min(recorder_ns, hold_ns_));
  }

 private:
  const uint64_t hold_ns_;
  uint64_t newest_ns_ = 0;
  uint64_t seen_at_ns_ = 0;
};

class Follower {
 public:
  Follower(std::unique_ptr<RecordingReader> first, const FollowRequest& request)
      : request_(request), horizon_(request.hold_ns) {
    followed_.last = std::move(first);
  }

  Result<Followed> run() {
    if (request_.choice.time.find('%') != std::string::npos)
      return Error{"a part of a recording that still grows is not known", {}, "give --time in seconds", 0};
    std::optional<FileState> seen = look_at(request_.path);
    if (!seen)
      return Error{"only a file can be followed", {}, "record with -o FILE, and follow that file", 0};
    PlayedBefore before;  // of the file as it was before it was opened the last time
    seen->bytes = static_cast<off_t>(reader().file_bytes());
    while (true) {
      const bool over = reader().end() || no_more_;
      horizon_.see(reader().totals().last_ns);
      TRY_ASSIGN(const bool more, play(before, over ? UINT64_MAX : horizon_.settled_until()));
      if (!more || over) return std::move(followed_);
      before = {reader().next_block(), {}, {}};
      if (!wait_for_more(*seen)) {
        // Told to stop, or the file is gone: what is there is played.
        if (reader().totals().last_ns > played_until_.value_or(0)) {
          TRY_ASSIGN([[maybe_unused]] const bool more_wanted, play(before, UINT64_MAX));
        }
        return std::move(followed_);
      }
      const std::optional<FileState> now = look_at(request_.path);
      if (!now || (now->bytes == seen->bytes && now->is_file_of(*seen))) continue;
      ends_ = later_ends(std::move(ends_), reader().ends_of_cpus());
      std::unique_ptr<RecordingReader> old = std::move(followed_.last);
      FileState opened = *now;
      TRY(open_again(opened));
      const bool replaced = !opened.is_file_of(*seen);
      seen = opened;
      seen->bytes = static_cast<off_t>(reader().file_bytes());
      if (!replaced) continue;
      // What is held back and not in the new file any more is played from the old one.
      std::swap(followed_.last, old);
      const bool goes_on = is_continuation(*old, ends_);
      TRY_ASSIGN(const bool wanted, play(before, goes_on ? removed_until(*old) : UINT64_MAX));
      if (!goes_on) {
        followed_.warning = request_.path + " is another recording now: the one that was followed has no end";
      }
      if (!goes_on || !wanted) return std::move(followed_);
      std::swap(followed_.last, old);
      // It begins with blocks that were seen.
      before = {0, ends_, {}};
      side_.tasks_before = side_.maps_before = side_.losses_before = SIZE_MAX;
    }
  }

 private:
  RecordingReader& reader() const { return *followed_.last; }

  // What has come too late for its turn, then what is later than what was played, up to `until_ns`.
  Result<bool> play(const PlayedBefore& before, uint64_t until_ns) {
    if (played_until_ && has_late(before)) {
      PlayedBefore late = before;
      late.times = {0, *played_until_};
      PlayChoice choice = request_.choice;
      choice.side = {};
      TRY_ASSIGN(const bool more, play_part(choice, late));
      if (!more) return false;
    }
    if (played_until_ && until_ns <= *played_until_) return true;
    PlayChoice choice = request_.choice;
    choice.side.tasks_before = side_.tasks_before;
    choice.side.maps_before = side_.maps_before;
    choice.side.losses_before = side_.losses_before;
    choice.side.after_ns = played_until_.value_or(0);
    choice.side.until_ns = until_ns;
    PlayedBefore part;
    part.times = {played_until_ ? *played_until_ + 1 : 0, until_ns};
    played_until_ = until_ns;
    side_.tasks_before = reader().task_events().size();
    side_.maps_before = reader().maps().size();
    side_.losses_before = reader().losses().size();
    return play_part(choice, part);
  }

  bool has_late(const PlayedBefore& before) const {
    const StoredBlocks& blocks = reader().stored_blocks();
    for (size_t i = 0; i < blocks.size(); ++i) {
      const BlockHeader& header = blocks.header(i);
      const bool is_new = header.sequence >= before.blocks &&
                          (header.cpu >= before.ends.size() || header.last_ns > before.ends[header.cpu]);
      if (is_new && header.first_ns <= *played_until_) return true;
    }
    return false;
  }

  Result<bool> play_part(const PlayChoice& choice, const PlayedBefore& part) {
    TRY_ASSIGN(const std::unique_ptr<Player> player, Player::make(reader(), choice, part));
    TRY_ASSIGN(const bool more, request_.play(*player));
    followed_.undecodable += player->undecodable();
    return more;
  }

  // True: the file has changed, time makes more of it playable, or there will be no more (no_more_).
  // False: something else wants an end, or the file is gone.
  bool wait_for_more(const FileState& seen) {
    while (true) {
      if (request_.wait(kLookMs)) return false;
      // Asked before the file is looked at: what was written until then is seen.
      const bool over = request_.is_over ? request_.is_over() : !may_be_written(request_.path);
      const std::optional<FileState> now = look_at(request_.path);
      if (!now) {
        followed_.warning = request_.path + " is gone: what was followed has no end";
        return false;
      }
      if (now->bytes != seen.bytes || !now->is_file_of(seen)) return true;
      if (over) {
        no_more_ = true;
        if (!request_.is_over) {
          followed_.warning = "nobody writes " + request_.path +
                              " any more, and it has no end: its recorder was killed or ran out of room";
        }
        return true;
      }
      if (horizon_.settled_until() > played_until_.value_or(0)) return true;
    }
  }

  // The recording that the path leads to, and which file that was when it was opened.
  Result<void> open_again(FileState& opened) {
    while (true) {
      TRY_ASSIGN(followed_.last, RecordingReader::open(request_.path));
      const std::optional<FileState> after = look_at(request_.path);
      // Replaced just now: either of them may have been opened.
      if (!after || after->is_file_of(opened)) return {};
      opened = *after;
    }
  }

  const FollowRequest& request_;
  Followed followed_;
  Horizon horizon_;
  std::optional<uint64_t> played_until_;
  SideChoice side_;             // how many of each kind were seen
  std::vector<uint64_t> ends_;  // of what was seen, by CPU
  bool no_more_ = false;
};

}  // namespace

// A lease to read is granted where nobody has the file open for writing (kernel: fs/locks.c
// check_conflicting_open). It is given back at once; whoever wants to write meanwhile waits so long.
bool may_be_written(const std::string& path) {
  Result<Fd> file = open_file(path, O_RDONLY);
  if (!file.ok()) return true;
  // The signal that a waiting writer would cause must not end this program.
  (void)::fcntl(file->get(), F_SETSIG, SIGURG);
  if (::fcntl(file->get(), F_SETLEASE, F_RDLCK) != 0) return true;
  (void)::fcntl(file->get(), F_SETLEASE, F_UNLCK);
  return false;
}

Result<Followed> follow(std::unique_ptr<RecordingReader> first, const FollowRequest& request) {
  return Follower(std::move(first), request).run();
}

}  // namespace uproar
