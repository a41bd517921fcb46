// What uproar knew of a file when it defined an event in it, so that a replaced binary is noticed later: the
// kernel keeps the file that the path named then, and tells nobody which one that was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/probe_plan.h"

namespace uproar {

// One small text file for each event, in a folder that lives as long as the events do: until the next boot.
class Provenance {
 public:
  explicit Provenance(std::string folder = "/run/uproar/events") : folder_(std::move(folder)) {}

  // Adds the places of `plan` under the event's name. An aid, not a necessity: callers may ignore the error.
  Result<void> remember(const ProbePlan& plan) const;
  void forget(const std::string& group, const std::string& event) const;

  // Whether PATH is still the file that it was when the event was defined at this place; nullopt if uproar
  // did not define it.
  std::optional<bool> is_same_file(const std::string& group, const std::string& event,
                                   const std::string& path, uint64_t file_offset) const;

 private:
  std::string file_of(const std::string& group, const std::string& event) const;
  std::string folder_;
};

}  // namespace uproar
