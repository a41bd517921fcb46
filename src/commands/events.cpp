#include <unistd.h>

#include <map>

#include "binary/symbols/symbol_lookup.h"
#include "commands/all_commands.h"
#include "commands/options/event_choice.h"
#include "commands/output/json.h"
#include "commands/output/table.h"
#include "kernel/ownership.h"
#include "kernel/provenance.h"

namespace uproar {
namespace {

struct EventRow {
  const ListedEvent* event;
  std::vector<std::string> symbols;     // one per place, empty where unknown
  std::vector<std::string> enabled_in;  // "" is the main buffer
  uint64_t hits = 0;
  std::optional<Owner> owner;
  OwnerState owner_state = OwnerState::Dead;
  bool file_present = true;
  bool file_replaced = false;  // since uproar defined the event; never claimed of foreign ones
};

const char* word(OwnerState state) {
  switch (state) {
    case OwnerState::Alive:
      return "";
    case OwnerState::Dead:
      return " (dead)";
    case OwnerState::Unseen:
      return " (of another PID namespace)";
  }
  return "";
}

class EventsCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("GLOB", globs_, "only these: GROUP/EVENT or EVENT, with * and ?");
    app.add_flag("--json", json_, "one JSON object a line");
  }

  int run(Console& console) override {
    auto rows = gather();
    if (!rows.ok()) {
      console.error(rows.error());
      return kFailed;
    }
    if (json_) {
      for (const EventRow& row : *rows) console.print(to_line(json_of(row)));
    } else {
      print_table(*rows, console);
    }
    return kDone;
  }

 private:
  Result<std::vector<EventRow>> gather() {
    TRY_ASSIGN(Tracefs tracefs, Tracefs::locate());
    TRY_ASSIGN(listed_, list_uprobe_events(tracefs));
    TRY_ASSIGN(auto hits, read_hit_counts(tracefs));
    std::vector<const ListedEvent*> chosen;
    if (globs_.empty()) {
      for (const ListedEvent& event : listed_) chosen.push_back(&event);
    } else {
      TRY_ASSIGN(chosen, match_all(listed_, globs_));
    }
    std::vector<EventRow> rows;
    SymbolLookup symbols;
    for (const ListedEvent* event : chosen) {
      EventRow row;
      row.event = event;
      for (const auto& place : event->places) {
        row.symbols.push_back(symbols.at(place.path, place.file_offset));
        if (::access(place.path.c_str(), F_OK) != 0) row.file_present = false;
        if (Provenance().is_same_file(event->group, event->name, place.path, place.file_offset) == false)
          row.file_replaced = true;
      }
      row.enabled_in = enabled_in(tracefs, event->group, event->name);
      row.hits = hits[event->group + "/" + event->name];
      row.owner = owner_of_group(event->group);
      if (row.owner) row.owner_state = state_of_owner(*row.owner);
      rows.push_back(std::move(row));
    }
    return rows;
  }

  static Json json_of(const EventRow& row) {
    Json json;
    json["event"] = row.event->group + "/" + row.event->name;
    json["kind"] = row.event->is_return ? "return" : "entry";
    json["places"] = Json::array();
    for (size_t i = 0; i < row.event->places.size(); ++i) {
      Json place;
      place["path"] = row.event->places[i].path;
      place["offset"] = row.event->places[i].file_offset;
      if (row.event->places[i].ref_counter) place["ref_counter"] = row.event->places[i].ref_counter;
      if (!row.symbols[i].empty()) place["symbol"] = row.symbols[i];
      json["places"].push_back(place);
    }
    json["arguments"] = row.event->arguments;
    json["enabled"] = !row.enabled_in.empty();
    json["enabled_in"] = row.enabled_in;
    json["hits"] = row.hits;
    if (row.owner) {
      json["owner"] = {{"pid", row.owner->pid}, {"alive", nullptr}};
      if (row.owner_state != OwnerState::Unseen)
        json["owner"]["alive"] = row.owner_state == OwnerState::Alive;
    } else {
      json["owner"] = nullptr;
    }
    json["file"] = !row.file_present ? "missing" : row.file_replaced ? "replaced" : "present";
    return json;
  }

  static void print_table(const std::vector<EventRow>& rows, Console& console) {
    if (rows.empty()) {
      console.note("uproar: no uprobe events are defined\n");
      return;
    }
    std::vector<std::vector<std::string>> table{
        {"EVENT", "KIND", "ENABLED", "HITS", "OWNER", "PLACE", "ARGUMENTS"}};
    for (const EventRow& row : rows) {
      std::string enabled;
      for (const std::string& instance : row.enabled_in)
        enabled += (enabled.empty() ? "" : ",") + (instance.empty() ? "yes" : instance);
      std::string owner = "-";
      if (row.owner) owner = std::to_string(row.owner->pid) + word(row.owner_state);
      table.push_back({row.event->group + "/" + row.event->name, row.event->is_return ? "return" : "entry",
                       enabled.empty() ? "no" : enabled, std::to_string(row.hits), owner, place_text(row),
                       row.event->arguments});
    }
    console.print(format_table(table));
  }

  static std::string place_text(const EventRow& row) {
    if (row.event->places.empty()) return "-";
    const auto& first = row.event->places[0];
    char offset[24];
    std::snprintf(offset, sizeof offset, "0x%llx", static_cast<unsigned long long>(first.file_offset));
    std::string text = first.path + ":" + (row.symbols[0].empty() ? offset : row.symbols[0]);
    if (row.event->places.size() > 1)
      text += " and " + std::to_string(row.event->places.size() - 1) + " more";
    if (!row.file_present) {
      text += " (file is gone)";
    } else if (row.file_replaced) {
      text += " (file was replaced since)";
    }
    return text;
  }

  std::vector<std::string> globs_;
  bool json_ = false;
  std::vector<ListedEvent> listed_;
};

}  // namespace

std::unique_ptr<Command> make_events_command() {
  return std::make_unique<EventsCommand>();
}

}  // namespace uproar
