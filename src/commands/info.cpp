#include <fmt/format.h>

#include <ctime>
#include <map>

#include "commands/all_commands.h"
#include "commands/json.h"
#include "commands/recording_file.h"
#include "commands/units.h"
#include "replay/text_sink.h"

namespace uproar {
namespace {

double seconds(uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e9;
}

const char* name_of(LossInfo::Kind kind) {
  switch (kind) {
    case LossInfo::Kind::Overrun:
      return "overwritten before they were read";
    case LossInfo::Kind::Dropped:
      return "refused by a full buffer";
    case LossInfo::Kind::NoCounter:
      return "hit, but too long for the ring buffer";
    case LossInfo::Kind::Unreadable:
      return "unreadable";
    case LossInfo::Kind::Rotated:
      return "removed to keep the recording below its limit";
  }
  return "lost";
}

// "2026-11-22 08:00:00.123456 UTC" for a moment of the recording's clock; empty without an anchor.
std::string wall_time(const RecordingReader& reader, uint64_t time_ns) {
  for (const ClockAnchor& anchor : reader.anchors()) {
    if (anchor.realtime_ns == 0) continue;
    uint64_t wall = anchor.realtime_ns + time_ns - anchor.recording_ns;
    auto whole = static_cast<std::time_t>(wall / 1'000'000'000);
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
    return fmt::format("{}.{:06} UTC", text, wall % 1'000'000'000 / 1000);
  }
  return {};
}

class InfoCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    app.add_flag("--json", json_, "one JSON object");
  }

  int run(Console& console) override {
    auto opened = recording_.open();
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    RecordingReader& reader = **opened;
    count_events(reader);  // also finds damage inside blocks
    if (json_) {
      print_json(reader, console);
    } else {
      print_text(reader, console);
    }
    return report_damage(reader, console) ? kFailed : kDone;
  }

 private:
  void count_events(RecordingReader& reader) {
    counts_.assign(reader.events().size(), 0);
    StoredRecord record;
    while (reader.next(record)) ++counts_[record.event];
  }
  uint64_t total() const {
    uint64_t sum = 0;
    for (uint64_t count : counts_) sum += count;
    return sum;
  }

  void print_json(const RecordingReader& reader, Console& console) const {
    auto totals = reader.totals();
    Json json;
    json["events"] = total();
    json["lost"] = totals.lost;
    if (reader.end() && reader.end()->hits_known) {
      json["hits"] = reader.end()->hits;
    } else {
      json["hits"] = nullptr;
    }
    json["cpus"] = totals.cpus;
    json["bytes"] = reader.file_bytes();
    json["first"] = seconds(totals.first_ns);
    json["last"] = seconds(totals.last_ns);
    json["complete"] = reader.end().has_value();
    json["host"] = reader.session().host;
    json["kernel"] = reader.session().kernel;
    json["machine"] = reader.session().machine;
    json["command"] = reader.session().command;
    json["via"] = reader.session().via;
    json["clock"] = reader.session().clock;
    json["version"] = reader.session().version;
    json["definitions"] = Json::array();
    for (const EventInfo& event : reader.events()) {
      if (!event.definition.empty()) json["definitions"].push_back(event.definition);
    }
    json["by_event"] = Json::object();
    for (size_t i = 0; i < counts_.size(); ++i) {
      Json& entry = json["by_event"][reader.events()[i].schema.full_name()];
      entry = (entry.is_null() ? uint64_t{0} : entry.get<uint64_t>()) + counts_[i];
    }
    json["losses"] = Json::array();
    for (const LossInfo& loss : reader.losses()) {
      Json entry;
      entry["cpu"] = loss.cpu == kUnknownCpu ? Json(nullptr) : Json(loss.cpu);
      entry["time"] = seconds(loss.time_ns);
      entry["count"] = loss.count;
      entry["why"] = name_of(loss.kind);
      json["losses"].push_back(entry);
    }
    json["damage"] = Json::array();
    for (const Damage& damage : reader.damage())
      json["damage"].push_back(
          {{"offset", damage.offset}, {"bytes", damage.bytes}, {"reason", damage.reason}});
    console.print(to_line(json));
  }

  void print_text(const RecordingReader& reader, Console& console) const {
    auto totals = reader.totals();
    auto line = [&](const char* label, const std::string& value) {
      if (value.empty()) return;
      std::string shown;
      append_escaped(value, Escape::Terminal, shown);
      console.print(fmt::format("{:<12}{}\n", label, shown));
    };
    line("file", recording_.path() + ", " + format_bytes(reader.file_bytes()) +
                     (reader.end() ? "" : ", without an end"));
    line("recorded", wall_time(reader, totals.first_ns            ? totals.first_ns
                                       : reader.anchors().empty() ? 0
                                                                  : reader.anchors()[0].recording_ns));
    if (!reader.session().host.empty()) {
      line("on",
           reader.session().host + ", Linux " + reader.session().kernel + " " + reader.session().machine);
    }
    line("by", reader.session().command);
    line("via", reader.session().via + ", clock " + reader.session().clock);
    std::string events = fmt::format("{}, {} lost", total(), totals.lost);
    if (reader.end() && reader.end()->hits_known) {
      events +=
          fmt::format(", {} hits{}", reader.end()->hits,
                      reader.end()->hits_filtered ? " (before the choice of tasks, CPUs and filters)" : "");
    }
    line("events", events);
    if (total() > 0) {
      line("time", fmt::format("{:.6f} to {:.6f} s ({:.6f} s)", seconds(totals.first_ns),
                               seconds(totals.last_ns), seconds(totals.last_ns - totals.first_ns)));
    }
    for (size_t i = 0; i < counts_.size(); ++i) {
      const EventInfo& event = reader.events()[i];
      line("", fmt::format("{:>12} {}", counts_[i], event.schema.full_name()));
      std::string definition = event.definition;
      for (size_t newline; (newline = definition.find('\n')) != std::string::npos;
           definition.erase(0, newline + 1)) {
        line("", "             " + definition.substr(0, newline));
      }
      if (!definition.empty()) line("", "             " + definition);
    }
    std::map<const char*, uint64_t> losses;
    for (const LossInfo& loss : reader.losses()) losses[name_of(loss.kind)] += loss.count;
    for (const auto& [why, count] : losses) {
      if (count) line("lost", fmt::format("{} {}", count, why));
    }
  }

  RecordingChoice recording_;
  bool json_ = false;
  std::vector<uint64_t> counts_;
};

}  // namespace

std::unique_ptr<Command> make_info_command() {
  return std::make_unique<InfoCommand>();
}

}  // namespace uproar
