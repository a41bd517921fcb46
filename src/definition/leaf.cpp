#include "definition/leaf.h"

namespace uproar {

const ast::Fetch& leaf_of(const ast::Fetch& fetch) {
  const ast::Fetch* part = &fetch;
  while (const auto* dereference = std::get_if<ast::Dereference>(&part->form))
    part = dereference->inner.get();
  return *part;
}

bool is_own_form(const ast::Fetch& leaf) {
  return std::holds_alternative<ast::ArgumentNumber>(leaf.form) ||
         std::holds_alternative<ast::Variable>(leaf.form) ||
         std::holds_alternative<ast::VariableList>(leaf.form);
}

}  // namespace uproar
