// Formats of this machine's events, found by their numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kernel/tracefs/tracefs.h"

namespace uproar {

// The numbers are the kernel's, given anew whenever an event is defined: whether one still means what it
// meant in a file is for the caller to make sure, by all else that the file tells of the event. All events are looked through at the first question, and never
// again.
class LocalFormats {
 public:
  explicit LocalFormats(Tracefs tracefs) : tracefs_(std::move(tracefs)) {}

  struct Found {
    std::string group, text;  // empty: there is no such event
  };
  Found find(uint64_t id);

 private:
  void list();

  Tracefs tracefs_;
  bool listed_ = false;
  std::map<uint64_t, std::string> folders_;  // "GROUP/EVENT" by number
};

}  // namespace uproar
