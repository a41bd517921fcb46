#include "resolve/variables.h"

namespace uproar {

Result<FetchArgument> variable_argument(const ast::Variable&, Span, const ast::Type*,
                                        const ArgumentContext&) {
  return Error{"not built yet", {}, {}, 0};
}

Result<std::vector<FetchArgument>> variable_list(const ast::VariableList&, Span, const ArgumentContext&,
                                                 std::vector<std::string>&) {
  return Error{"not built yet", {}, {}, 0};
}

}  // namespace uproar
