// Names in a folder.
#pragma once

#include <string>
#include <vector>

namespace uproar {

// Without "." and "..", sorted; empty if the folder cannot be listed.
std::vector<std::string> folder_names(const std::string& path);

}  // namespace uproar
