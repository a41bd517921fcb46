#include "commands/output/table.h"

#include <algorithm>

#include "replay/escape.h"

namespace uproar {
namespace {

bool is_number(const std::string& cell) {
  return cell.empty() || cell == "-" || cell.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  std::vector<std::vector<std::string>> cells;
  std::vector<size_t> widths(rows[0].size());
  std::vector<bool> numeric(rows[0].size(), true);
  for (const auto& row : rows) {
    auto& line = cells.emplace_back();
    for (size_t column = 0; column < widths.size(); ++column) {
      std::string& cell = line.emplace_back();
      if (column < row.size()) append_escaped(row[column], Escape::Terminal, cell);
      widths[column] = std::max(widths[column], cell.size());
      if (cells.size() > 1 && !is_number(cell)) numeric[column] = false;
    }
  }
  std::string out;
  for (const auto& line : cells) {
    std::string text;
    for (size_t column = 0; column < line.size(); ++column) {
      std::string gap(widths[column] - line[column].size(), ' ');
      text += numeric[column] ? gap + line[column] : line[column] + gap;
      text += "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

}  // namespace uproar
