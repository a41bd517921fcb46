// Something the user should know before a probe is armed.
#pragma once

#include <string>
#include <vector>

namespace uproar {

struct Hazard {
  enum class Level { Note, Refused };  // Refused: not armed unless the user insists
  Level level = Level::Note;
  std::string message;
  std::string remedy;
};

using Hazards = std::vector<Hazard>;

}  // namespace uproar
