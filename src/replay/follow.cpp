#include "replay/follow.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace uproar {
namespace {

constexpr int kLookMs = 100;  // between two looks at a file that grows

// How many stand at the beginning of a list in order of time up to `until_ns`.
template <typename Item>
size_t count_until(const std::vector<Item>& list, uint64_t until_ns) {
  const auto next =
      std::find_if(list.begin(), list.end(), [&](const Item& item) { return item.time_ns > until_ns; });
  return static_cast<size_t>(next - list.begin());
}

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

class Follower {
 public:
  Follower(std::unique_ptr<RecordingReader> first, const FollowRequest& request) : request_(request) {
    followed_.last = std::move(first);
  }

  Result<Followed> run() {
    if (request_.choice.time.find('%') != std::string::npos)
      return Error{"a part of a recording that still grows is not known", {}, "give --time in seconds", 0};
    std::optional<FileState> seen = look_at(request_.path);
    if (!seen)
      return Error{"only a file can be followed", {}, "record with -o FILE, and follow that file", 0};
    PlayChoice choice = request_.choice;
    PlayedBefore before;
    while (true) {
      seen->bytes = static_cast<off_t>(reader().file_bytes());
      TRY_ASSIGN(const bool more, play(choice, before));
      if (!more || reader().end()) return std::move(followed_);
      before = {reader().next_block(), {}};
      note_played(choice.side);
      ends_ = later_ends(std::move(ends_), reader().ends_of_cpus());
      std::optional<FileState> now = wait_for_change(*seen);
      if (!now) return std::move(followed_);
      TRY(open_again(*now));
      const bool replaced = !now->is_file_of(*seen);
      seen = now;
      if (!replaced) continue;
      if (!is_continuation(reader(), ends_)) {
        followed_.warning = request_.path + " is another recording now: the one that was followed has no end";
        return std::move(followed_);
      }
      // It begins with blocks that were played.
      before = {0, ends_};
      note_played_until(*std::max_element(ends_.begin(), ends_.end()), choice.side);
    }
  }

 private:
  RecordingReader& reader() const { return *followed_.last; }

  Result<bool> play(const PlayChoice& choice, const PlayedBefore& before) {
    TRY_ASSIGN(const std::unique_ptr<Player> player, Player::make(reader(), choice, before));
    TRY_ASSIGN(const bool more, request_.play(*player));
    followed_.undecodable += player->undecodable();
    return more;
  }

  void note_played(SideChoice& side) const {
    side.tasks_before = reader().task_events().size();
    side.maps_before = reader().maps().size();
    side.losses_before = reader().losses().size();
  }
  void note_played_until(uint64_t time_ns, SideChoice& side) const {
    side.tasks_before = count_until(reader().task_events(), time_ns);
    side.maps_before = count_until(reader().maps(), time_ns);
    side.losses_before = count_until(reader().losses(), time_ns);
  }

  // Nothing: there will be none.
  std::optional<FileState> wait_for_change(const FileState& seen) {
    while (true) {
      if (request_.wait(kLookMs)) return std::nullopt;
      const std::optional<FileState> now = look_at(request_.path);
      if (!now) {
        followed_.warning = request_.path + " is gone: what was followed has no end";
        return std::nullopt;
      }
      if (now->bytes != seen.bytes || !now->is_file_of(seen)) return now;
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
  std::vector<uint64_t> ends_;  // of what was played, by CPU
};

}  // namespace

Result<Followed> follow(std::unique_ptr<RecordingReader> first, const FollowRequest& request) {
  return Follower(std::move(first), request).run();
}

}  // namespace uproar
