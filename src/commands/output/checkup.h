// What a machine's capabilities mean for someone who wants to record: the rules of lower/choose_backend, one
// by one and with what mends it. Pure.
#pragma once

#include <string>
#include <vector>

#include "lower/capabilities.h"

namespace uproar {

struct Finding {
  enum class Level { Good, Limited, Missing };
  Level level = Level::Good;
  std::string subject;            // "tracefs"
  std::string text;               // "mounted at /sys/kernel/tracing"
  std::string remedy;             // the one command that mends it, empty if nothing is to mend or nothing can
  bool needed_to_record = false;  // recording is impossible while this is missing
};

std::vector<Finding> check_up(const Capabilities& capabilities);

}  // namespace uproar
