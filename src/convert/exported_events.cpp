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
    : shown_(recorded), decoder_(shown_), taken_(65536), next_free_(kFirstFreeType) {
  for (size_t i = 0; i < recorded.size(); ++i) {
    const EventSchema& schema = recorded[i].schema;
    Export exported{true, 0, {}, false, &shown_[i].symbols};
    Event event{schema.group.empty() ? "uprobes" : schema.group, schema.name, {}, 0};
    exported.with_symbol = exported.symbols->differ() && !has_field(schema, "symbol");
    exported.as_it_is = !schema.format.empty() && !has_helpers(schema) && !exported.with_symbol;
    // The same event of another instance.
    const std::string key = schema.full_name() + '\n' + schema.format;
    if (const auto known = types_.find(key); exported.as_it_is && known != types_.end()) {
      exported.type = known->second;
      exports_.push_back(std::move(exported));
      continue;
    }
    if (!reserve_type(schema.kernel_type, exported.type)) {
      too_many_ = true;
      break;
    }
    if (exported.as_it_is) types_.emplace(key, exported.type);
    if (exported.as_it_is) {
      event.format = renamed_format(schema.format, schema.name, exported.type);
    } else {
      EventSchema full = shown_[i].schema();
      if (exported.with_symbol) full.fields.push_back({"symbol", Field::Kind::String, 4, 0, 0});
      exported.packed = packed_schema(full);
      exported.packed.kernel_type = exported.type;
      event.name = exported.packed.name;
      event.format = format_text(exported.packed);
    }
    event.type = exported.type;
    events_.push_back(std::move(event));
    exports_.push_back(std::move(exported));
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
  if (stored.event >= exports_.size()) return std::nullopt;
  const Export& exported = exports_[stored.event];
  if (exported.as_it_is) {
    if (stored.bytes.size() < 8) return std::nullopt;
    if (load_little_endian<uint16_t>(stored.bytes.data()) == exported.type) return stored.bytes;
    bytes_.assign(stored.bytes.begin(), stored.bytes.end());
    store_little_endian(bytes_.data(), exported.type);
    return bytes_;
  }
  const DecodeStatus status = decoder_.decode(stored, event_);
  if (status != DecodeStatus::Ok && status != DecodeStatus::StringOutsideRecord) return std::nullopt;
  if (exported.with_symbol) {
    Value symbol;
    symbol.text = exported.symbols->of(event_);
    event_.values.push_back(symbol);
  }
  auto bytes = record_of(event_, exported.packed);
  if (!bytes) return std::nullopt;
  bytes_ = std::move(*bytes);
  return bytes_;
}

}  // namespace uproar
