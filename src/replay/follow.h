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
};

struct Followed {
  std::unique_ptr<RecordingReader> last;  // as the file was when it was looked at last
  uint64_t undecodable = 0;
  std::string warning;  // why what was followed has no end; empty: nothing strange
};

// Plays whole blocks of `first` and then of the file that grows as they come, until the recording has its end
// or no more is wanted. The file is opened anew whenever it has grown: an open recording is what it was.
// A recording with a limit is shortened now and then: the file that takes its place begins with what was
// played, and is gone on with. Errors: `path` is no file, a share of a recording that grows is asked for, the
// file cannot be opened any more, those of the choice and of `play`.
Result<Followed> follow(std::unique_ptr<RecordingReader> first, const FollowRequest& request);

}  // namespace uproar
