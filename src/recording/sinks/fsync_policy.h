// When a recording is forced onto the disk.
#pragma once

#include <cstdint>

namespace uproar {

// What a power cut can cost while the recorder runs and after it, see the user guide.
enum class FsyncPolicy : uint8_t {
  Never,  // the kernel writes when it likes, within half a minute by default
  End,    // when the recording ends; and before a file takes the place of another
  Flush,  // also after each flush
};

}  // namespace uproar
