#include "convert/text/text_export.h"

#include <fmt/format.h>

#include <utility>

namespace uproar {

Printing text_of_file(const Style& style, Escape escape) {
  Printing printing{style};
  printing.options.escape = escape;
  printing.options.for_file = true;
  return printing;
}

Result<ExportOutcome> export_text(Player& player, const Style& style, Escape escape, ByteOutput& output,
                                  const ProgressFunction& progress) {
  const Printing printing = text_of_file(style, escape);
  TRY_ASSIGN(Player::Output lines, output_of(player, printing));
  std::string head;
  style.append_head(player.printed(), printing.options, head);
  TRY(output.append(std::string_view(head)));
  ExportOutcome outcome;
  Result<void> written;
  lines.write = [&](std::string_view text) {
    written = output.append(text);
    outcome.stopped = progress && !progress({0, 0, player.played()});
    return written.ok() && !outcome.stopped;
  };
  player.play(lines);
  TRY(std::move(written));
  TRY(output.flush());
  outcome.events = player.played();
  outcome.lost = player.reader().totals().lost;
  if (player.undecodable() > 0)
    outcome.notes.push_back(
        fmt::format("{} records do not fit their event's format and were left out", player.undecodable()));
  if (style.without_losses != nullptr && outcome.lost > 0)
    outcome.notes.push_back(fmt::format("{} {}", outcome.lost, style.without_losses));
  return outcome;
}

}  // namespace uproar
