// Plays a recording: chooses its events, completes them, and drives sinks with them.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "recording/metadata/symbol_names.h"
#include "recording/reader.h"
#include "replay/printed_recording.h"
#include "replay/shown_events.h"
#include "replay/side_records.h"
#include "replay/sink.h"
#include "select/selection.h"

namespace uproar {

// What to play. Each part that is empty lets everything pass.
struct PlayChoice {
  SelectionRequest selection = {};
  std::string time = {};       // select/time_choice.h
  bool relative_time = false;  // seconds of `time` count from the recording's first event
  SideChoice side = {};
};

// What of a file that grows is to be played now: of the blocks from number `blocks` on that end behind `ends`,
// the events of these times.
struct PlayedBefore {
  uint32_t blocks = 0;
  std::vector<uint64_t> ends = {};  // of each CPU's last block; where a file took the other's place
  TimeRange times = {};
};

class Player {
 public:
  // `reader` must outlive the player; its choice of times and blocks becomes the player's. Errors: a choice
  // that makes no sense for this recording.
  static Result<std::unique_ptr<Player>> make(RecordingReader& reader, const PlayChoice& choice,
                                              const PlayedBefore& before = {});

  RecordingReader& reader() const { return reader_; }
  const ShownEvents& events() const { return events_; }
  const SymbolNames& names() const { return names_; }
  const Selection& selection() const { return *selection_; }
  // For printers. Lives as long as the player.
  PrintedRecording printed() const {
    return {reader_.session(), reader_.events(), events_, reader_.tasks(), names_,
            reader_.anchors(), *selection_};
  }

  struct Output {
    // Called by the caller's thread, once for each thread that plays.
    std::function<std::unique_ptr<Sink>()> make_sink;
    // What a sink makes of an event depends on what came before: one sink takes all.
    bool in_turn = false;
    // Gets the text in order, by one thread at a time; false: no more is wanted. Without it there is none.
    std::function<bool(std::string_view)> write = {};
    unsigned threads = 0;  // 0: as many as there are CPUs, but not more than are useful
  };
  // Everything that is wanted: in turn if the output says so or there are side records, else side by side.
  // Gives the sink that the others were merged into.
  std::unique_ptr<Sink> play(const Output& output);

  // For those who want the records as they are stored: the next one that is wanted, and back to the first.
  bool next(StoredRecord& out);
  void rewind();

  // So far, by play(); any thread may ask.
  uint64_t played() const;
  // Records that do not fit their event's format, and were left out.
  uint64_t undecodable() const;

 private:
  class Lane;
  struct Counts {
    std::atomic<uint64_t> events = 0, undecodable = 0;
  };
  explicit Player(RecordingReader& reader);
  std::unique_ptr<Sink> play_in_turn(const Output& output);
  std::unique_ptr<Sink> play_in_parallel(const Output& output);

  RecordingReader& reader_;
  SymbolNames names_;
  ShownEvents events_;
  EventStage stage_;
  std::optional<Selection> selection_;
  SideRecords side_;
  std::deque<Counts> counts_;  // of each lane; the first is the player's own
  Event event_;
};

// How many records there are of each event, from where the reader is. None is decoded.
std::vector<uint64_t> count_records(RecordingReader& reader);

}  // namespace uproar
