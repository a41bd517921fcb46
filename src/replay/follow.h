// Going on with a recording that is still written.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "recording/reader.h"
#include "replay/player.h"

namespace uproar {

struct FollowRequest {
  std::string path;
  PlayChoice choice;
  // Plays what a player has. False: no more is wanted.
  std::function<Result<bool>(Player&)> play;
  // Waits some milliseconds; true: something else wants an end.
  std::function<bool(int milliseconds)> wait;
  // Tells that nothing more will be written, whatever the file says; null: only the file tells it.
  std::function<bool()> is_over = {};
  // How long after its time an event may come into the file, since a recorder flushes the CPUs one after the other
  // and takes from their rings one after the other: so long events are held back, or they would not be printed in
  // order. 0: none is.
  uint64_t hold_ns = 0;
};

// Longer than a recorder takes from one look at the rings to the end of the next flush (capture/record_request.h).
inline constexpr uint64_t kFileHoldNs = 900'000'000;
inline constexpr uint64_t kPipeHoldNs = 450'000'000;

// Whether somebody has the file open for writing; true also where that cannot be found out (not the user's own
// file, a file system without leases).
bool may_be_written(const std::string& path);

struct Followed {
  std::unique_ptr<RecordingReader> last;  // as the file was when it was looked at last
  uint64_t undecodable = 0;
  std::string warning;  // why what was followed has no end; empty: nothing strange
};

// Plays `first` and then what the file that grows brings, in the order of time, until the recording has its end,
// nobody writes it any more or no more is wanted. The file is opened anew whenever it has grown: an open recording
// is what it was. A recording with a limit is shortened now and then: the file that takes its place begins with
// what was played, and is gone on with. What comes later than hold_ns is played late rather than never. Errors: `path` is no file, a share of a recording that grows is asked for, the
// file cannot be opened any more, those of the choice and of `play`.
Result<Followed> follow(std::unique_ptr<RecordingReader> first, const FollowRequest& request);

}  // namespace uproar
