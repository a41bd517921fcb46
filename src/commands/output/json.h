// JSON for tables.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace uproar {

using Json = nlohmann::ordered_json;

// One line; bytes that are no UTF-8 become U+FFFD.
inline std::string to_line(const Json& json) {
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace uproar
