#include "definition/argument_name.h"

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "definition/argument_parser.h"
#include "definition/kernel_number.h"

namespace uproar {
namespace {

using std::string_view;

// include/linux/trace_events.h and kernel/trace/trace_probe.h.
constexpr string_view kReservedNames[] = {"common_type",  "common_flags",  "common_preempt_count",
                                          "common_pid",   "common_tgid",   "__probe_ip",
                                          "__probe_func", "__probe_ret_ip"};

}  // namespace

bool is_identifier(string_view name, bool hyphens) {
  auto first = [&](char c) { return is_kernel_alpha(c) || c == '_' || (hyphens && c == '-'); };
  auto other = [&](char c) { return first(c) || is_digit(c); };
  return !name.empty() && first(name[0]) && std::all_of(name.begin() + 1, name.end(), other);
}

std::string as_identifier(string_view name, size_t longest) {
  std::string out;
  for (size_t at = 0; at < name.size(); at += std::max<size_t>(1, utf8_length(name, at))) {
    bool fits =
        name[at] == '_' || is_digit(name[at]) || (is_kernel_alpha(name[at]) && utf8_length(name, at) == 1);
    if (out.empty() && is_digit(name[at])) out += '_';
    out += fits ? name[at] : '_';
  }
  return out.substr(0, longest);
}

bool is_reserved_name(string_view name) {
  return std::find(std::begin(kReservedNames), std::end(kReservedNames), name) != std::end(kReservedNames);
}

std::string made_identifier(string_view text) {
  std::string made;
  if (text.empty() || is_digit(text.front())) made += '_';
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    made += letter || is_digit(c) ? c : '_';
  }
  return made;
}

std::string default_name(const ast::Variable& variable) {
  string_view name = variable.name;
  name.remove_prefix(file_prefix(name));
  for (const ast::VariableStep& step : variable.steps) {
    if (step.field.empty()) continue;
    name = step.field;
    if (const size_t colons = name.rfind("::"); colons != string_view::npos) name.remove_prefix(colons + 2);
  }
  std::string made = made_identifier(name);
  return is_reserved_name(made) ? made + '_' : made;
}

std::string argument_name(const ast::Argument& argument, size_t index) {
  return argument.name ? argument.name->text : "arg" + std::to_string(index + 1);
}

}  // namespace uproar
