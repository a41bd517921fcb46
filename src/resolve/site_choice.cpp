#include "resolve/site_choice.h"

namespace uproar {

SiteChoice choose_site(ElfFile&, const FoundPlace&, const std::vector<FetchArgument>& arguments, bool) {
  return {0, arguments, {}};
}

Result<FunctionExits> function_exits(ElfFile&, const FoundPlace&) {
  return Error{"not built yet", {}, {}, 0};
}

}  // namespace uproar
