// How much to take out of a buffer that may be filled faster than it is emptied.
#pragma once

namespace uproar {

enum class Drain {
  Some,  // a bounded amount: time, signals and flushing must get their turn
  All,   // until it is empty: only when nothing fills it any more
};

}  // namespace uproar
