#include "resolve/event_name.h"

#include <fmt/format.h>

#include "definition/argument_name.h"

namespace uproar {
namespace {

// So short that every back end takes it (kernel: include/linux/trace_events.h MAX_EVENT_NAME_LEN less the
// NUL).
constexpr size_t kMaxEventName = 63;

std::string to_identifier(std::string_view text) {
  return made_identifier(text).substr(0, kMaxEventName);
}

// ns::area of ns::area(double, int), which is what people call it; operator() and (anonymous namespace) keep
// theirs.
std::string_view without_parameters(std::string_view name) {
  if (!name.ends_with(')') && !name.ends_with(") const")) return name;
  int depth = 0;
  for (size_t i = name.rfind(')') + 1; i-- > 0;) {
    if (name[i] == ')') ++depth;
    if (name[i] == '(' && --depth == 0) return i == 0 ? name : name.substr(0, i);
  }
  return name;
}

std::string by_name(const ast::Site& site) {
  using Form = ast::Site::Form;
  const std::string_view base = std::string_view(site.symbol).substr(site.symbol.rfind('/') + 1);
  switch (site.form) {
    case Form::FileOffset:
    case Form::VirtualAddress:
      return {};
    case Form::Symbol:
      return to_identifier(without_parameters(site.symbol));
    case Form::SourceLine:
      return to_identifier(fmt::format("{}_{}", base, site.line));
    case Form::FunctionLine:
      return to_identifier(fmt::format("{}_{}", without_parameters(site.symbol), site.line));
    case Form::Glob:
    case Form::Usdt:
      break;
  }
  std::string name = to_identifier(site.symbol);
  // Of a pattern what is fixed: ssl_ for 'ssl_*'. A pattern of wildcards alone has no name.
  return name.find_first_not_of('_') == std::string::npos ? std::string() : name;
}

}  // namespace

std::string default_event_name(const ast::Site& site, uint64_t file_offset, std::string_view shown_path) {
  if (std::string name = by_name(site); !name.empty()) return name;
  std::string_view base = shown_path.substr(shown_path.rfind('/') + 1);
  base = base.substr(0, base.find_first_of(".-_"));
  std::string offset = fmt::format("_0x{:x}", file_offset);
  std::string start = to_identifier(fmt::format("p_{}", base));
  return start.substr(0, kMaxEventName - offset.size()) +
         offset;  // the offset is what tells two places apart
}

}  // namespace uproar
