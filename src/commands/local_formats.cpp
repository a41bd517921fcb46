#include "commands/local_formats.h"

#include <memory>
#include <unordered_map>
#include <utility>

#include "base/number.h"
#include "kernel/tracefs.h"

namespace uproar {
namespace {

// Where each event is, by its number.
class LocalFormats {
 public:
  LocalFormat find(uint64_t id) {
    if (!searched_) search();
    const auto place = places_.find(id);
    if (place == places_.end()) return {};
    auto text = tracefs_->read("events/" + place->second.first + "/" + place->second.second + "/format");
    if (!text.ok()) return {};
    return {place->second.first, std::move(*text)};
  }

 private:
  void search() {
    searched_ = true;
    auto tracefs = Tracefs::locate();
    if (!tracefs.ok()) return;
    tracefs_ = std::make_unique<Tracefs>(std::move(*tracefs));
    for (const std::string& group : tracefs_->list("events")) {
      for (const std::string& event : tracefs_->list("events/" + group)) {
        const auto text = tracefs_->read("events/" + group + "/" + event + "/id");
        if (!text.ok()) continue;
        const auto id = parse_decimal(std::string_view(*text).substr(0, text->find('\n')));
        if (id) places_.try_emplace(*id, group, event);
      }
    }
  }

  bool searched_ = false;
  std::unique_ptr<Tracefs> tracefs_;
  std::unordered_map<uint64_t, std::pair<std::string, std::string>> places_;
};

}  // namespace

FormatLookup local_formats() {
  const auto formats = std::make_shared<LocalFormats>();
  return [formats](uint64_t id) { return formats->find(id); };
}

}  // namespace uproar
