#include <fmt/format.h>

#include <ctime>
#include <map>

#include "base/lines.h"
#include "commands/all_commands.h"
#include "commands/files/recording_file.h"
#include "commands/files/surveyed_recording.h"
#include "commands/options/units.h"
#include "commands/output/json.h"
#include "replay/escape.h"
#include "replay/player.h"

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

// Keys of "lost_by", and what they count.
constexpr std::pair<LossInfo::Kind, const char*> kLossKeys[] = {
    {LossInfo::Kind::Overrun, "overrun"},      {LossInfo::Kind::Dropped, "dropped"},
    {LossInfo::Kind::NoCounter, "no_counter"}, {LossInfo::Kind::Unreadable, "unreadable"},
    {LossInfo::Kind::Rotated, "removed"},
};

class InfoCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    app.add_flag("--by-event", by_event_,
                 "count the events of each kind also where that takes long (above 4 million)");
    app.add_flag("--json", json_, "one JSON object");
  }

  int run(Console& console) override {
    auto opened = open_surveyed(recording_.path());
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    RecordingReader& reader = *opened->reader;
    look(*opened);
    if (json_) {
      print_json(reader, console);
    } else {
      print_text(reader, console);
    }
    return report_damage(damage_, reader.end().has_value(), console) ? kFailed : kDone;
  }

 private:
  // Headers and checksums tell everything but the events of each kind, for which the records must be
  // unpacked; if they are, what is wrong inside them shows as well.
  void look(SurveyedRecording& recording) {
    RecordingReader& reader = *recording.reader;
    counted_ = by_event_ || !recording.survey || recording.survey->records <= kFewRecords;
    if (counted_) {
      counts_ = count_records(reader);
      for (const uint64_t count : counts_) events_ += count;
    }
    totals_ = reader.totals();
    if (!counted_) {
      const Survey& survey = *recording.survey;
      events_ = survey.records;
      totals_.first_ns = survey.first_ns;
      totals_.last_ns = survey.last_ns;
      totals_.cpus.clear();
      for (const auto& [cpu, records] : survey.cpus) {
        if (records.whole > 0) totals_.cpus.push_back(cpu);
      }
    }
    damage_ = recording.damage();
    for (const LossInfo& loss : reader.losses()) {
      uint64_t& sum = lost_by_[loss.kind];
      sum = loss.count > UINT64_MAX - sum ? UINT64_MAX : sum + loss.count;
    }
  }

  void print_json(const RecordingReader& reader, Console& console) const {
    Json json;
    json["events"] = events_;
    json["lost"] = totals_.lost;
    if (reader.end() && reader.end()->hits_known) {
      json["hits"] = reader.end()->hits;
    } else {
      json["hits"] = nullptr;
    }
    json["cpus"] = totals_.cpus;
    json["bytes"] = reader.file_bytes();
    json["first"] = seconds(totals_.first_ns);
    json["last"] = seconds(totals_.last_ns);
    json["complete"] = reader.end().has_value();
    json["host"] = reader.session().host;
    json["kernel"] = reader.session().kernel;
    json["machine"] = reader.session().machine;
    json["command"] = reader.session().command;
    json["via"] = reader.session().via;
    if (!reader.session().via_reason.empty()) json["via_reason"] = reader.session().via_reason;
    json["clock"] = reader.session().clock;
    json["version"] = reader.session().version;
    json["definitions"] = Json::array();
    for (const EventInfo& event : reader.events()) {
      if (!event.definition.empty()) json["definitions"].push_back(event.definition);
    }
    json["by_event"] = counted_ ? Json::object() : Json(nullptr);
    for (size_t i = 0; i < counts_.size(); ++i) {
      Json& entry = json["by_event"][reader.events()[i].schema.full_name()];
      entry = (entry.is_null() ? uint64_t{0} : entry.get<uint64_t>()) + counts_[i];
    }
    json["lost_by"] = Json::object();
    for (const auto& [kind, key] : kLossKeys) {
      auto sum = lost_by_.find(kind);
      json["lost_by"][key] = sum == lost_by_.end() ? 0 : sum->second;
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
    for (const Damage& damage : damage_)
      json["damage"].push_back(
          {{"offset", damage.offset}, {"bytes", damage.bytes}, {"reason", damage.reason}});
    console.print(to_line(json));
  }

  void print_text(const RecordingReader& reader, Console& console) const {
    auto line = [&](const char* label, const std::string& value) {
      if (value.empty()) return;
      std::string shown;
      append_escaped(value, Escape::Terminal, shown);
      console.print(fmt::format("{:<12}{}\n", label, shown));
    };
    line("file", recording_.path() + ", " + format_bytes(reader.file_bytes()) +
                     (reader.end() ? "" : ", without an end"));
    line("recorded", wall_time(reader, totals_.first_ns           ? totals_.first_ns
                                       : reader.anchors().empty() ? 0
                                                                  : reader.anchors()[0].recording_ns));
    if (!reader.session().host.empty()) {
      line("on",
           reader.session().host + ", Linux " + reader.session().kernel + " " + reader.session().machine);
    }
    line("by", reader.session().command);
    const std::string& why = reader.session().via_reason;
    line("via",
         reader.session().via + (why.empty() ? "" : " (" + why + ")") + ", clock " + reader.session().clock);
    std::string events = fmt::format("{}, {} lost", events_, totals_.lost);
    if (reader.end() && reader.end()->hits_known) {
      events +=
          fmt::format(", {} hits{}", reader.end()->hits,
                      reader.end()->hits_filtered ? " (before the choice of tasks, CPUs and filters)" : "");
    }
    line("events", events);
    if (events_ > 0) {
      line("time", fmt::format("{:.6f} to {:.6f} s ({:.6f} s)", seconds(totals_.first_ns),
                               seconds(totals_.last_ns), seconds(totals_.last_ns - totals_.first_ns)));
    }
    const size_t silent = silent_events(reader);
    for (size_t i = 0; i < reader.events().size(); ++i) {
      const EventInfo& event = reader.events()[i];
      if (silent > kMostSilentShown && is_silent(event, i)) continue;
      line("",
           fmt::format("{:>12} {}", counted_ ? std::to_string(counts_[i]) : "", event.schema.full_name()));
      for (std::string_view definition : Lines(event.definition))
        line("", "             " + std::string(definition));
    }
    if (silent > kMostSilentShown) line("", fmt::format("{:>12} other events, which did not happen", silent));
    for (const auto& [kind, count] : lost_by_) {
      if (count) line("lost", fmt::format("{} {}", count, name_of(kind)));
    }
  }

  // A file of another program may bring the formats of all that could have happened. What somebody asked for
  // by a definition is told in any case.
  bool is_silent(const EventInfo& event, size_t number) const {
    return counted_ && counts_[number] == 0 && event.definition.empty();
  }
  size_t silent_events(const RecordingReader& reader) const {
    size_t silent = 0;
    for (size_t i = 0; i < reader.events().size(); ++i)
      if (is_silent(reader.events()[i], i)) ++silent;
    return silent;
  }
  static constexpr size_t kMostSilentShown = 8;

  // Unpacked within a second.
  static constexpr uint64_t kFewRecords = 4'000'000;

  RecordingChoice recording_;
  bool json_ = false;
  bool by_event_ = false;
  bool counted_ = false;
  uint64_t events_ = 0;
  std::vector<uint64_t> counts_;  // by event, if counted_
  RecordingReader::Totals totals_;
  std::vector<Damage> damage_;
  std::map<LossInfo::Kind, uint64_t> lost_by_;
};

}  // namespace

std::unique_ptr<Command> make_info_command() {
  return std::make_unique<InfoCommand>();
}

}  // namespace uproar
