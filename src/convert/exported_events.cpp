#include "convert/exported_events.h"

#include <algorithm>

#include "convert/kernel_format.h"
#include "event/helper_fields.h"
#include "event/little_endian.h"

namespace uproar {

namespace {

// Numbers below are those of the kernel's own kinds of records.
constexpr uint16_t kFirstFreeType = 2000;

bool has_helpers(const EventSchema& schema) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [](const Field& field) { return parse_helper_name(field.name).has_value(); });
}

bool has_field(const EventSchema& schema, std::string_view name) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [&](const Field& field) { return field.name == name; });
}

}  // namespace

ExportedEvents::ExportedEvents(const std::vector<EventInfo>& recorded)
    : shown_(recorded), taken_(65536), next_free_(kFirstFreeType) {
  for (size_t i = 0; i < recorded.size(); ++i) {
    const EventSchema& schema = recorded[i].schema;
    Way way{true, 0, {}, false, SiteSymbols(recorded[i].sites)};
    Event event{schema.group.empty() ? "uprobes" : schema.group, schema.name, {}, 0};
    way.with_symbol = way.symbols.differ() && !has_field(schema, "symbol");
    way.as_it_is = !schema.format.empty() && !has_helpers(schema) && !way.with_symbol;
    // The same event of another instance.
    const std::string key = schema.full_name() + '\n' + schema.format;
    if (const auto known = types_.find(key); way.as_it_is && known != types_.end()) {
      way.type = known->second;
      ways_.push_back(std::move(way));
      continue;
    }
    if (!reserve_type(schema.kernel_type, way.type)) {
      too_many_ = true;
      break;
    }
    if (way.as_it_is) types_.emplace(key, way.type);
    if (way.as_it_is) {
      event.format = renamed_format(schema.format, schema.name, way.type);
    } else {
      EventSchema full = shown_.events()[i].schema;
      if (way.with_symbol) full.fields.push_back({"symbol", Field::Kind::String, 4, 0, 0});
      way.packed = packed_schema(full);
      way.packed.kernel_type = way.type;
      event.name = way.packed.name;
      event.format = format_text(way.packed);
    }
    event.type = way.type;
    events_.push_back(std::move(event));
    ways_.push_back(std::move(way));
  }
}

bool ExportedEvents::reserve_type(uint16_t wanted, uint16_t& type) {
  if (wanted == 0 || taken_[wanted]) {
    while (next_free_ != 0 && taken_[next_free_]) ++next_free_;
    if (next_free_ == 0) return false;
    wanted = next_free_;
  }
  taken_[wanted] = true;
  type = wanted;
  return true;
}

std::optional<std::span<const uint8_t>> ExportedEvents::record(const StoredRecord& stored) {
  if (stored.event >= ways_.size()) return std::nullopt;
  const Way& way = ways_[stored.event];
  if (way.as_it_is) {
    if (stored.bytes.size() < 8) return std::nullopt;
    if (load_little_endian<uint16_t>(stored.bytes.data()) == way.type) return stored.bytes;
    bytes_.assign(stored.bytes.begin(), stored.bytes.end());
    store_little_endian(bytes_.data(), way.type);
    return bytes_;
  }
  const DecodeStatus status = shown_.decode(stored, event_);
  if (status != DecodeStatus::Ok && status != DecodeStatus::StringOutsideRecord) return std::nullopt;
  if (way.with_symbol) {
    Value symbol;
    symbol.text = way.symbols.of(event_);
    event_.values.push_back(symbol);
  }
  auto bytes = record_of(event_, way.packed);
  if (!bytes) return std::nullopt;
  bytes_ = std::move(*bytes);
  return bytes_;
}

}  // namespace uproar
