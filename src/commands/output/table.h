// Columns of text.
#pragma once

#include <string>
#include <vector>

namespace uproar {

// Left-aligned columns, two blanks apart, the first row being the heading; no trailing blanks. Columns whose
// cells are all numbers are right-aligned. Control bytes in cells are shown as \xNN.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace uproar
