// Which files this process itself runs.
#pragma once

#include <string>

namespace uproar {

// Whether the file is this program or one of the libraries it has mapped (compared by device and inode).
// False for a file that cannot be found.
bool is_own_code(const std::string& path);

}  // namespace uproar
