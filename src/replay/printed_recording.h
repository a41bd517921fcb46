// What printers may ask about the recording whose events they print.
#pragma once

#include <vector>

#include "recording/metadata/session_info.h"
#include "recording/metadata/symbol_names.h"
#include "recording/metadata/task_table.h"
#include "replay/shown_events.h"
#include "select/selection.h"

namespace uproar {

// The recording may be played from a file (Player::printed) or be on its way (replay/live_text.h). What stands here
// outlives the printers.
struct PrintedRecording {
  const SessionInfo& session;
  const std::vector<EventInfo>& recorded;  // the events as the recording has them
  const ShownEvents& events;               // and as they are shown
  const TaskTable& tasks;
  const SymbolNames& names;
  const std::vector<ClockAnchor>& anchors;
  const Selection& selection;
};

}  // namespace uproar
