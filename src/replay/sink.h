// What a replay is played to: printers, and whatever else makes something of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "event/event.h"
#include "recording/columns/column_block.h"
#include "replay/side_records.h"

namespace uproar {

// What a sink has worked out for a block of columns; read by any number of threads.
class PreparedBlock {
 public:
  virtual ~PreparedBlock() = default;
};

// A player makes one for each thread. Which thread gets which events is chance, so that what a sink makes of
// an event must depend on nothing but the event, unless it is played to in turn (Player::Output).
//
// Printers append text to `out`: it comes out in the order of the recording, whoever made it. Accumulators
// leave `out` alone, and are merged when everything is played.
class Sink {
 public:
  virtual ~Sink() = default;

  // A complete event that is wanted. It and what it points to live as long as the call, but for its schema:
  // that is one and the same for all threads, and lives as long as the player.
  virtual void take(const Event& event, std::string& out) = 0;

  // What was asked for besides events, at its place in time among them.
  virtual void take_side(const SideRecord& /*side*/, std::string& /*out*/) {}

  // Sinks that can take events straight from columns do so where they find that they can. prepare() is
  // called once for each block, and take_rows() for stretches of its rows, on sinks of other threads too.
  // `event_of` gives StoredRecord::event of an event's number, or a number that is none; `block` outlives the
  // result, unchanged. Null: this block's rows come as events.
  virtual std::unique_ptr<PreparedBlock> prepare(const ColumnBlock& /*block*/, uint32_t /*cpu*/,
                                                 const std::function<uint32_t(uint32_t)>& /*event_of*/) {
    return nullptr;
  }
  // Gives how many events were among rows [begin, end).
  virtual uint64_t take_rows(const PreparedBlock& /*block*/, size_t /*begin*/, size_t /*end*/,
                             std::string& /*out*/) {
    return 0;
  }

  // Takes over what a sink of the same kind has gathered on another thread.
  virtual void merge(Sink& /*other*/) {}
};

}  // namespace uproar
