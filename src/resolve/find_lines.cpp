#include "resolve/find_lines.h"

namespace uproar {

Result<FoundPlaces> find_lines(const ast::Site&, std::string_view, ProbedFile&, Hazards&) {
  return Error{"not built yet", {}, {}, 0};
}

FoundPlaces find_inlined_calls(std::string_view, ProbedFile&) {
  return {};
}

}  // namespace uproar
