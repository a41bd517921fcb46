#include <fmt/format.h>

#include "commands/all_commands.h"
#include "commands/files/surveyed_recording.h"
#include "commands/output/json.h"
#include "replay/escape.h"

namespace uproar {
namespace {

const char* name_of(uint8_t type) {
  switch (static_cast<BlockType>(type)) {
    case BlockType::Session:
      return "session";
    case BlockType::Event:
    case BlockType::Events:
      return "event";
    case BlockType::Records:
    case BlockType::Columns:
      return "records";
    case BlockType::Tasks:
    case BlockType::TaskEvents:
      return "tasks";
    case BlockType::Losses:
    case BlockType::LossEvents:
      return "losses";
    case BlockType::Anchors:
      return "anchors";
    case BlockType::Index:
      return "index";
    case BlockType::End:
      return "end";
    case BlockType::Maps:
      return "maps";
    case BlockType::Names:
      return "names";
  }
  return "other";
}

class CheckCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    app.add_option("FILE", path_, "the recording")->required();
    app.add_flag("--json", json_, "one JSON object");
  }

  int run(Console& console) override {
    auto opened = open_surveyed(path_);
    if (opened.ok() && !opened->survey)
      opened = Error{path_ + " is no file on a disk", {}, "copy it into one: cat > FILE", 0};
    if (!opened.ok()) {
      console.error(opened.error());
      return kFailed;
    }
    examine(*opened);
    const RecordingReader& reader = *opened->reader;
    if (json_) {
      print_json(*opened, console);
    } else {
      print_text(*opened, console);
    }
    return damage_.empty() && reader.end() ? kDone : kFailed;
  }

 private:
  // Every block is unpacked and every record looked at.
  void examine(SurveyedRecording& recording) {
    StoredRecord record;
    while (recording.reader->next(record)) ++events_;
    damage_ = recording.damage();
    for (const auto& [type, count] : recording.survey->blocks) blocks_[name_of(type)] += count;
    const auto& end = recording.reader->end();
    if (!damage_.empty() || !end) return;
    const uint64_t end_offset = recording.reader->file_bytes() - kEndBlockBytes;
    if (!recording.survey->index_fits)
      damage_.push_back({end_offset, 0, "the index does not agree with the blocks"});
    if (end->events != events_) {
      damage_.push_back(
          {end_offset, 0, fmt::format("the end counts {} events, {} are there", end->events, events_)});
    }
  }

  void print_json(const SurveyedRecording& recording, Console& console) const {
    const RecordingReader& reader = *recording.reader;
    Json json;
    json["file"] = path_;
    json["whole"] = damage_.empty() && reader.end();
    json["complete"] = reader.end().has_value();
    json["format"] = recording.format;
    json["bytes"] = reader.file_bytes();
    json["whole_bytes"] = recording.survey->whole_bytes;
    json["blocks"] = Json::object();
    for (const auto& [name, count] : blocks_) json["blocks"][name] = count;
    json["events"] = events_;
    json["lost"] = reader.totals().lost;
    json["damage"] = Json::array();
    for (const Damage& damage : damage_)
      json["damage"].push_back(
          {{"offset", damage.offset}, {"bytes", damage.bytes}, {"reason", damage.reason}});
    console.print(to_line(json));
  }

  void print_text(const SurveyedRecording& recording, Console& console) const {
    const RecordingReader& reader = *recording.reader;
    auto line = [&](const char* label, const std::string& value) {
      std::string shown;
      append_escaped(value, Escape::Terminal, shown);
      console.print(fmt::format("{:<10}{}\n", label, shown));
    };
    line("file", fmt::format("{}, format {}, {} bytes", path_, recording.format, reader.file_bytes()));
    std::string blocks;
    for (const auto& [name, count] : blocks_)
      blocks += fmt::format("{}{} {}", blocks.empty() ? "" : ", ", count, name);
    line("blocks", blocks.empty() ? "none" : blocks);
    line("events", fmt::format("{}, {} lost", events_, reader.totals().lost));
    for (const Damage& damage : damage_) {
      line("damaged", damage.bytes > 0 ? fmt::format("at byte {}, {} bytes: {}", damage.offset, damage.bytes,
                                                     damage.reason)
                                       : fmt::format("at byte {}: {}", damage.offset, damage.reason));
    }
    if (!reader.end()) {
      line("no end", fmt::format("the last whole block ends at byte {}: the recorder was killed or ran out "
                                 "of room, or still writes",
                                 recording.survey->whole_bytes));
    } else {
      line("whole", damage_.empty() ? "yes" : "no");
    }
  }

  std::string path_;
  bool json_ = false;
  uint64_t events_ = 0;
  std::vector<Damage> damage_;
  std::map<std::string, uint64_t> blocks_;
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
  return std::make_unique<CheckCommand>();
}

}  // namespace uproar
