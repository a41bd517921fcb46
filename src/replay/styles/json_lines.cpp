// formats/replay/json.md describes the line.
#include "replay/styles/json_lines.h"

#include <algorithm>
#include <utility>

#include "recording/metadata/site_symbols.h"
#include "recording/metadata/stack_walk.h"
#include "replay/per_schema.h"
#include "replay/styles/json_text.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

struct PreparedField {
  std::string key;   // "name":
  std::string name;  // "name"
  Field::Kind kind;
  bool array;
  uint32_t values;
};

struct PreparedEvent {
  std::string name;  // ,"event":"g:e"
  bool has_ip;
  bool is_return;
  std::vector<PreparedField> fields;
  const SiteSymbols* symbols;  // null: not known
};

PreparedEvent prepare_event(const EventSchema& schema, const SiteSymbols* symbols) {
  std::string name = ",\"event\":";
  append_json_name(schema.full_name(), name);
  PreparedEvent event{std::move(name), schema.has_ip, schema.is_return, {}, symbols};
  for (const Field& field : schema.fields) {
    std::string quoted;
    append_json_name(field.name, quoted);
    const bool array = field.kind != Field::Kind::FixedString && field.count != 0;
    event.fields.push_back({quoted + ":", quoted, field.kind, array, field.values()});
  }
  return event;
}

void append_hex_text(uint64_t number, std::string& out) {
  out += "\"0x";
  append_hex(number, out);
  out += '"';
}

void append_json_value(const Value& value, Field::Kind kind, std::string& out) {
  if (value.fault) {
    out += "null";
    return;
  }
  switch (kind) {
    case Field::Kind::Unsigned:
      append_decimal(value.bits, out);
      break;
    case Field::Kind::Signed:
      append_signed(static_cast<int64_t>(value.bits), out);
      break;
    case Field::Kind::Hex:
      append_hex_text(value.bits, out);
      break;
    case Field::Kind::Char: {
      const char byte = static_cast<char>(value.bits);
      append_json_text({&byte, 1}, out);
      break;
    }
    case Field::Kind::String:
    case Field::Kind::FixedString:
      append_json_text(value.text, out);
      break;
  }
}

// {"a":1,"b":[1,2]}
void append_arguments(const std::vector<PreparedField>& fields, const std::vector<Value>& values,
                      std::string& out) {
  size_t next = 0;
  char separator = '{';
  for (const PreparedField& field : fields) {
    if (next == values.size()) break;
    out += separator;
    separator = ',';
    out += field.key;
    if (!field.array) {
      append_json_value(values[next++], field.kind, out);
      continue;
    }
    const size_t end = std::min<size_t>(next + field.values, values.size());
    char bracket = '[';
    for (; next < end && !values[next].absent; ++next) {
      out += bracket;
      append_json_value(values[next], field.kind, out);
      bracket = ',';
    }
    out += bracket == '[' ? "[]" : "]";
    next = end;
  }
  out += '}';
}

// ,"cut":["a","b"]: the arguments of which a string was cut; nothing if there are none.
void append_cut(const std::vector<PreparedField>& fields, const std::vector<Value>& values,
                std::string& out) {
  bool any = false;
  auto next = values.begin();
  for (const PreparedField& field : fields) {
    const auto end = next + std::min<ptrdiff_t>(field.values, values.end() - next);
    if (std::any_of(next, end, [](const Value& value) { return value.cut; })) {
      out += any ? "," : ",\"cut\":[";
      out += field.name;
      any = true;
    }
    next = end;
  }
  if (any) out += ']';
}

class JsonLinesPrinter final : public EventPrinter {
 public:
  JsonLinesPrinter(const ShownEvents& events, JsonLinesOptions options) : options_(options) {
    for (const ShownEvent& event : events) {
      events_.get(&event.schema(),
                  [&event](const EventSchema& schema) { return prepare_event(schema, &event.symbols); });
    }
  }

  void take(const Event& event, std::string& out) override {
    const PreparedEvent& prepared =
        events_.get(event.schema, [](const EventSchema& schema) { return prepare_event(schema, nullptr); });
    append_context(event, shown_time(event), out);
    out += prepared.name;
    if (prepared.has_ip) append_addresses(event, prepared, out);
    if (!prepared.fields.empty() && !event.values.empty()) {
      out += ",\"args\":";
      append_arguments(prepared.fields, event.values, out);
      append_cut(prepared.fields, event.values, out);
    }
    if (options_.stacks && !event.stack.empty()) append_stack(event, out);
    out += "}\n";
  }

 private:
  // When, who and where; whatever is not known is left out.
  static void append_context(const Event& event, uint64_t time_ns, std::string& out) {
    out += "{\"time\":";
    append_seconds(time_ns, out);
    if (!event.comm.empty()) {
      out += ",\"comm\":";
      append_json_text(event.comm, out);
    }
    if (event.pid != 0) {
      out += ",\"pid\":";
      append_signed(event.pid, out);
    }
    out += ",\"tid\":";
    append_signed(event.tid, out);
    if (event.cpu != kUnknownCpu) {
      out += ",\"cpu\":";
      append_decimal(event.cpu, out);
    }
  }

  // A JSON number may have no blanks in front and no superfluous zeros: 1.000000002.
  static void append_seconds(uint64_t time_ns, std::string& out) {
    append_decimal(time_ns / kNanosecondsPerSecond, out);
    auto fraction = static_cast<uint32_t>(time_ns % kNanosecondsPerSecond);
    char text[10] = {'.'};
    for (int i = 9; i > 0; --i, fraction /= 10) text[i] = static_cast<char>('0' + fraction % 10);
    out.append(text, sizeof text);
  }

  static void append_addresses(const Event& event, const PreparedEvent& prepared, std::string& out) {
    out += ",\"ip\":";
    append_hex_text(event.ip, out);
    if (prepared.is_return) {
      out += ",\"ret_ip\":";
      append_hex_text(event.return_ip, out);
    }
    const std::string_view symbol =
        prepared.symbols != nullptr ? prepared.symbols->of(event) : std::string_view();
    if (!symbol.empty()) {
      out += ",\"symbol\":";
      append_json_name(symbol, out);
    }
  }

  // ,"stack":[{"ip":"0x…","sym":"main","off":26,"dso":"/bin/sh"},…], the innermost frame first.
  void append_stack(const Event& event, std::string& out) const {
    out += ",\"stack\":";
    char separator = '[';
    walk_stack(event.stack, event.pid, options_.most_frames, [&](int32_t pid, uint64_t address) {
      SymbolNames::Found place;
      if (options_.names != nullptr) place = options_.names->find(pid, event.time_ns, address);
      if (place.name != nullptr) {
        for (const std::string& inlined : place.name->inlined) {
          out += separator;
          separator = ',';
          append_frame(address, inlined, place, true, out);
        }
      }
      out += separator;
      separator = ',';
      append_frame(address, place.name != nullptr ? std::string_view(place.name->symbol) : "", place, false,
                   out);
    });
    if (separator == '[') out += '[';
    out += ']';
  }

  static void append_frame(uint64_t address, std::string_view symbol, const SymbolNames::Found& place,
                           bool inlined, std::string& out) {
    out += "{\"ip\":";
    append_hex_text(address, out);
    if (!symbol.empty()) {
      out += ",\"sym\":";
      append_json_name(symbol, out);
      if (place.name->symbol_offset != kUnknownOffset) {
        out += ",\"off\":";
        append_decimal(place.name->symbol_offset, out);
      }
    }
    if (place.map != nullptr) {
      out += ",\"dso\":";
      append_json_name(place.map->path, out);
      out += ",\"dso_offset\":";
      append_hex_text(place.file_address, out);
    }
    if (inlined) out += ",\"inlined\":true";
    out += '}';
  }

  JsonLinesOptions options_;
  PerSchema<PreparedEvent> events_;
};

Result<Style::Maker> make_maker(const PrintedRecording& recording, const StyleOptions& options) {
  const JsonLinesOptions json{
      .names = &recording.names, .stacks = options.stacks, .most_frames = options.most_frames};
  return Style::Maker([&events = recording.events, json] { return make_json_lines_printer(events, json); });
}

}  // namespace

Style json_style() {
  Style style{.name = "json",
              .what = "one JSON object a line",
              .format = "json",
              .suffixes = {".jsonl", ".json", ".ndjson"}};
  style.magic = "{\"time\":";
  style.make = make_maker;
  return style;
}

std::unique_ptr<EventPrinter> make_json_lines_printer(const ShownEvents& events, JsonLinesOptions options) {
  return std::make_unique<JsonLinesPrinter>(events, options);
}

}  // namespace uproar
