// The events of a recording as a foreign file of the kernel's records has them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "recording/metadata/site_symbols.h"
#include "recording/reader.h"
#include "replay/shown_events.h"

namespace uproar {

// Each event gets a number of its own (its kernel's, where that is free) and a format text. Records of events
// as the kernel has them are passed on; the others get those of the values that uproar shows: helper fields
// are folded, and where the places belong to several functions, the string "symbol" is a last argument.
// One thread at a time.
class ExportedEvents {
 public:
  // `recorded` must outlive it, unmoved and unchanged.
  explicit ExportedEvents(const std::vector<EventInfo>& recorded);

  struct Event {
    std::string group;
    std::string name;
    std::string format;
    uint16_t type = 0;
  };
  // Each format once, in the order of the recording.
  const std::vector<Event>& events() const { return events_; }
  // More events than 16-bit numbers: these from here on have none, and no records.
  bool too_many() const { return too_many_; }

  // The bytes to write; they hold until the next call. Nothing: the record does not fit its event's format,
  // or what would be written is too long.
  std::optional<std::span<const uint8_t>> record(const StoredRecord& stored);

 private:
  // How an event's records are made.
  struct Export {
    bool as_it_is = true;
    uint16_t type = 0;
    EventSchema packed;  // unless as it is
    bool with_symbol = false;
    const SiteSymbols* symbols = nullptr;
  };
  bool reserve_type(uint16_t wanted, uint16_t& type);

  ShownEvents shown_;
  EventDecoder decoder_;
  std::vector<Event> events_;
  std::vector<Export> exports_;                      // by number in the recording
  std::unordered_map<std::string, uint16_t> types_;  // of those as they are, by name and format
  std::vector<bool> taken_;
  uint16_t next_free_ = 0;
  bool too_many_ = false;
  uproar::Event event_;
  std::vector<uint8_t> bytes_;
};

}  // namespace uproar
