#include "kernel/tracefs/local_formats.h"

#include <charconv>
#include <utility>

namespace uproar {

void LocalFormats::list() {
  for (const std::string& group : tracefs_.list("events")) {
    for (const std::string& event : tracefs_.list("events/" + group)) {
      std::string folder = group;
      folder.append("/").append(event);
      const auto text = tracefs_.read("events/" + folder + "/id");
      if (!text.ok()) continue;  // a file such as "enable"
      uint64_t number = 0;
      const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
      if (error == std::errc()) folders_.emplace(number, folder);
    }
  }
}

LocalFormats::Found LocalFormats::find(uint64_t id) {
  if (!std::exchange(listed_, true)) list();
  const auto found = folders_.find(id);
  if (found == folders_.end()) return {};
  auto text = tracefs_.read("events/" + found->second + "/format");
  if (!text.ok()) return {};
  return {found->second.substr(0, found->second.find('/')), std::move(*text)};
}

}  // namespace uproar
