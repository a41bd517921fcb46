// One JSON object a line.
#pragma once

#include <memory>

#include "recording/metadata/symbol_names.h"
#include "replay/styles/style.h"

namespace uproar {

Style json_style();

struct JsonLinesOptions {
  const SymbolNames* names = nullptr;  // of call chains; must outlive the printer
  bool stacks = true;                  // call chains at all
  unsigned most_frames = 127;
};

// {"time":1.000000002,"comm":"bash","pid":1,"tid":1,"cpu":1,"event":"g:e","ip":"0x…","ret_ip":"0x…","symbol":"f",
// "args":{…},"cut":[…],"stack":[{"ip":"0x…","sym":"f","off":1,"dso":"…"},…]}: integers as integers,
// hexadecimal types as "0x…", char and strings as strings (bytes that are no UTF-8 as {"bytes":"<base64>"}),
// faults as null, arrays as arrays, keys without content left out. Output is always valid JSON in ASCII-safe
// UTF-8, so it needs no terminal escaping beyond \u00XX.
std::unique_ptr<EventPrinter> make_json_lines_printer(const ShownEvents& events,
                                                      JsonLinesOptions options = {});

}  // namespace uproar
