// formats/replay/csv.md describes the rows.
#include "replay/styles/csv.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/utf8.h"
#include "recording/metadata/site_symbols.h"
#include "replay/per_schema.h"
#include "replay/styles/json_text.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;

struct Columns {
  std::vector<std::string> names;  // of arguments, in the order in which the events have them first
  std::unordered_map<std::string, size_t> index;
};

Columns columns_of(const ShownEvents& events) {
  Columns columns;
  for (const ShownEvent& event : events) {
    for (const Field& field : event.schema().fields) {
      if (columns.index.try_emplace(field.name, columns.names.size()).second)
        columns.names.push_back(field.name);
    }
  }
  return columns;
}

void append_cell(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos && !text.starts_with(' ') &&
      !text.ends_with(' ')) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// Whether readers of text take it as it is: UTF-8 without NUL, and for a terminal without control bytes.
bool is_plain(std::string_view text, Escape escape) {
  while (!text.empty()) {
    const size_t ascii = printable_ascii_prefix(text);
    text.remove_prefix(ascii);
    if (text.empty()) return true;
    const Utf8Character character = first_utf8_character(text);
    if (character.length == 0 || character.code_point == 0) return false;
    if (escape == Escape::Terminal && (character.code_point < 0xa0 || is_bidi_control(character.code_point)))
      return false;
    text.remove_prefix(character.length);
  }
  return true;
}

struct Row {
  std::vector<std::string> cells;  // by column of arguments
  std::string faults, cut, base64;
};

void add_name(const std::string& name, std::string& list) {
  if (!list.empty()) list += ' ';
  list += name;
}

struct PreparedField {
  std::string name;
  size_t column;
  Field::Kind kind;
  bool array;
  uint32_t values;
};

struct PreparedEvent {
  std::string name;
  bool has_ip;
  bool is_return;
  std::vector<PreparedField> fields;
  const SiteSymbols* symbols;  // null: not known
};

class CsvPrinter final : public EventPrinter {
 public:
  CsvPrinter(const ShownEvents& events, Escape escape) : escape_(escape), columns_(columns_of(events)) {
    for (const ShownEvent& event : events) {
      events_.get(&event.schema(),
                  [&](const EventSchema& schema) { return prepare_event(schema, &event.symbols); });
    }
    row_.cells.resize(columns_.names.size());
  }

  void take(const Event& event, std::string& out) override {
    const PreparedEvent& prepared = events_.get(
        event.schema, [this](const EventSchema& schema) { return prepare_event(schema, nullptr); });
    for (std::string& cell : row_.cells) cell.clear();
    row_.faults.clear();
    row_.cut.clear();
    row_.base64.clear();
    fill_row(prepared, event.values);
    append_context(event, prepared, out);
    for (const std::string* list : {&row_.faults, &row_.cut, &row_.base64}) {
      out += ',';
      append_cell(*list, out);
    }
    for (const std::string& cell : row_.cells) {
      out += ',';
      append_cell(cell, out);
    }
    out += '\n';
  }

 private:
  PreparedEvent prepare_event(const EventSchema& schema, const SiteSymbols* symbols) const {
    PreparedEvent event{{}, schema.has_ip, schema.is_return, {}, symbols};
    append_escaped(schema.full_name(), escape_, event.name);
    for (const Field& field : schema.fields) {
      const auto column = columns_.index.find(field.name);
      if (column == columns_.index.end()) continue;
      const bool array = field.kind != Field::Kind::FixedString && field.count != 0;
      event.fields.push_back({field.name, column->second, field.kind, array, field.values()});
    }
    return event;
  }

  void fill_row(const PreparedEvent& prepared, const std::vector<Value>& values) {
    size_t next = 0;
    for (const PreparedField& field : prepared.fields) {
      if (next == values.size()) break;
      const size_t end = std::min<size_t>(next + field.values, values.size());
      if (field.array) {
        fill_array(field, values, next, end);
      } else {
        fill_value(field, values[next]);
      }
      next = end;
    }
  }

  void fill_value(const PreparedField& field, const Value& value) {
    std::string& cell = row_.cells[field.column];
    if (value.fault) return add_name(field.name, row_.faults);
    if (value.cut) add_name(field.name, row_.cut);
    const bool is_text = field.kind == Field::Kind::String || field.kind == Field::Kind::FixedString;
    const char byte = static_cast<char>(value.bits);
    const std::string_view text = is_text ? value.text : std::string_view(&byte, 1);
    if (!is_text && field.kind != Field::Kind::Char) {
      append_number(value.bits, field.kind, cell);
    } else if (is_plain(text, escape_)) {
      cell += text;
    } else {
      append_base64(text, cell);
      add_name(field.name, row_.base64);
    }
  }

  // [1,2], as JSON has it: faults are null.
  void fill_array(const PreparedField& field, const std::vector<Value>& values, size_t begin, size_t end) {
    std::string& cell = row_.cells[field.column];
    bool fault = false;
    bool cut = false;
    char separator = '[';
    for (size_t i = begin; i < end && !values[i].absent; ++i) {
      cell += separator;
      separator = ',';
      fault |= values[i].fault;
      cut |= values[i].cut;
      if (values[i].fault) {
        cell += "null";
      } else if (field.kind == Field::Kind::String) {
        append_json_text(values[i].text, cell);
      } else if (field.kind == Field::Kind::Char) {
        const char byte = static_cast<char>(values[i].bits);
        append_json_text({&byte, 1}, cell);
      } else if (field.kind == Field::Kind::Hex) {
        cell += '"';
        append_number(values[i].bits, field.kind, cell);
        cell += '"';
      } else {
        append_number(values[i].bits, field.kind, cell);
      }
    }
    cell += separator == '[' ? "[]" : "]";
    if (fault) add_name(field.name, row_.faults);
    if (cut) add_name(field.name, row_.cut);
  }

  static void append_number(uint64_t bits, Field::Kind kind, std::string& out) {
    switch (kind) {
      case Field::Kind::Signed:
        return append_signed(static_cast<int64_t>(bits), out);
      case Field::Kind::Unsigned:
        return append_decimal(bits, out);
      case Field::Kind::Hex:
      case Field::Kind::Char:
      case Field::Kind::String:
      case Field::Kind::FixedString:
        out += "0x";
        append_hex(bits, out);
    }
  }

  // time to symbol
  void append_context(const Event& event, const PreparedEvent& prepared, std::string& out) {
    const uint64_t time_ns = shown_time(event);
    append_decimal(time_ns / kNanosecondsPerSecond, out);
    char digits[10] = {'.'};
    auto fraction = static_cast<uint32_t>(time_ns % kNanosecondsPerSecond);
    for (int i = 9; i > 0; --i, fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
    out.append(digits, sizeof digits);
    out += ',';
    if (is_plain(event.comm, escape_)) {
      append_cell(event.comm, out);
    } else {
      std::string comm;
      append_base64(event.comm, comm);
      append_cell(comm, out);
      row_.base64 = row_.base64.empty() ? "comm" : "comm " + row_.base64;
    }
    out += ',';
    if (event.pid != 0) append_signed(event.pid, out);
    out += ',';
    append_signed(event.tid, out);
    out += ',';
    if (event.cpu != kUnknownCpu) append_decimal(event.cpu, out);
    out += ',';
    append_cell(prepared.name, out);
    out += ',';
    if (prepared.has_ip) append_number(event.ip, Field::Kind::Hex, out);
    out += ',';
    if (prepared.has_ip && prepared.is_return) append_number(event.return_ip, Field::Kind::Hex, out);
    out += ',';
    std::string symbol;
    if (prepared.has_ip && prepared.symbols != nullptr)
      append_escaped(prepared.symbols->of(event), escape_, symbol);
    append_cell(symbol, out);
  }

  Escape escape_;
  Columns columns_;
  PerSchema<PreparedEvent> events_;
  Row row_;
};

Result<Style::Maker> make_maker(const PrintedRecording& recording, const StyleOptions& options) {
  return Style::Maker(
      [&events = recording.events, escape = options.escape] { return make_csv_printer(events, escape); });
}

}  // namespace

Style csv_style() {
  Style style{.name = "csv",
              .what = "comma-separated values, one event a row",
              .format = "csv",
              .suffixes = {".csv"}};
  style.magic = "time,comm,pid,tid,cpu,event,";
  style.without_losses = "lost events have no row";
  style.append_head = [](const PrintedRecording& recording, const StyleOptions&, std::string& out) {
    append_csv_header(recording.events, out);
  };
  style.make = make_maker;
  return style;
}

void append_csv_header(const ShownEvents& events, std::string& out) {
  out += "time,comm,pid,tid,cpu,event,ip,ret_ip,symbol,faults,cut,base64";
  for (const std::string& name : columns_of(events).names) {
    out += ',';
    append_cell("args." + name, out);
  }
  out += '\n';
}

std::unique_ptr<EventPrinter> make_csv_printer(const ShownEvents& events, Escape escape) {
  return std::make_unique<CsvPrinter>(events, escape);
}

}  // namespace uproar
