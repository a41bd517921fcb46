// A recording to one of the formats that are text.
#pragma once

#include "base/result.h"
#include "convert/conversion.h"
#include "convert/io/byte_output.h"
#include "replay/styles/styles.h"

namespace uproar {

// Prints what the player has in a style, as a file. The player has to be made with
// side_choice_of(text_of_file(style)). Records that do not fit their event's format are left out and counted
// in the notes. Error: the output's.
Result<ExportOutcome> export_text(Player& player, const Style& style, Escape escape, ByteOutput& output,
                                  const ProgressFunction& progress);

Printing text_of_file(const Style& style, Escape escape = Escape::None);

}  // namespace uproar
