#include "definition/printer.h"

#include <fmt/format.h>

#include "definition/lexer.h"
#include "definition/place_parser.h"

namespace uproar {
namespace {

using std::string_view;

std::string unsigned_text(uint64_t value, ast::Radix radix) {
  switch (radix) {
    case ast::Radix::Hex:
      return fmt::format("{:#x}", value);
    case ast::Radix::Octal:
      return value == 0 ? "00" : fmt::format("{:#o}", value);
    case ast::Radix::Decimal:
      break;
  }
  return fmt::format("{}", value);
}

// "-" if negative, and the magnitude.
std::string signed_text(int64_t value, ast::Radix radix) {
  auto bits = static_cast<uint64_t>(value);
  return value < 0 ? fmt::format("-{}", unsigned_text(0 - bits, radix)) : unsigned_text(bits, radix);
}
std::string offset_text(int64_t value, ast::Radix radix) {
  return fmt::format("{}{}", value < 0 ? "" : "+", signed_text(value, radix));
}

struct FetchPrinter {
  std::string operator()(const ast::Dereference& fetch) const {
    std::string offset = offset_text(fetch.offset, fetch.radix);
    if (fetch.user) offset.insert(1, 1, 'u');
    return offset + '(' + print(*fetch.inner) + ')' + fetch.ignored;
  }
  std::string operator()(const ast::Register& fetch) const { return '%' + fetch.name; }
  std::string operator()(const ast::StackPointer&) const { return "$stack"; }
  std::string operator()(const ast::StackSlot& fetch) const { return fmt::format("$stack{}", fetch.index); }
  std::string operator()(const ast::ReturnValue& fetch) const { return "$retval" + fetch.ignored; }
  std::string operator()(const ast::TaskName& fetch) const { return fetch.upper_case ? "$COMM" : "$comm"; }
  std::string operator()(const ast::Address& fetch) const {
    return '@' + unsigned_text(fetch.value, fetch.radix);
  }
  std::string operator()(const ast::FileOffset& fetch) const {
    return "@+" + signed_text(fetch.value, fetch.radix);
  }
  std::string operator()(const ast::DataSymbol& fetch) const {
    return '@' + fetch.name + (fetch.offset == 0 ? "" : offset_text(fetch.offset, fetch.radix));
  }
  // Hexadecimal constants are bit patterns, so a negative one shows all its 64 bits.
  std::string operator()(const ast::Immediate& fetch) const {
    bool bits = fetch.radix == ast::Radix::Hex;
    return '\\' + (bits ? unsigned_text(static_cast<uint64_t>(fetch.value), fetch.radix)
                        : signed_text(fetch.value, fetch.radix));
  }
  std::string operator()(const ast::ImmediateString& fetch) const { return "\\\"" + fetch.text + '"'; }
  std::string operator()(const ast::ArgumentNumber& fetch) const {
    return fmt::format("$arg{}", fetch.number);
  }
  std::string operator()(const ast::VariableList& fetch) const {
    return fetch.parameters_only ? "$params" : "$vars";
  }
  // Dereferences bind looser than what follows a name, so they stand in front unless something follows them:
  // then they are written as in Pascal.
  std::string operator()(const ast::Variable& fetch) const {
    std::string text = fetch.name;
    auto last = fetch.steps.rbegin();
    while (last != fetch.steps.rend() && last->kind == ast::VariableStep::Kind::Dereference) ++last;
    const auto followed = static_cast<size_t>(fetch.steps.rend() - last);
    for (const ast::VariableStep& step : fetch.steps) {
      const bool is_followed = static_cast<size_t>(&step - fetch.steps.data()) < followed;
      switch (step.kind) {
        case ast::VariableStep::Kind::Arrow:
          text += "->" + step.field;
          break;
        case ast::VariableStep::Kind::Dot:
          text += '.' + step.field;
          break;
        case ast::VariableStep::Kind::Index:
          text += fmt::format("[{}]", step.index);
          break;
        case ast::VariableStep::Kind::Dereference:
          text.insert(is_followed ? text.size() : 0, 1, is_followed ? '^' : '*');
          break;
      }
    }
    return text;
  }
};

std::string quote(string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// A word of its own: no blank, no comment, no quote at its beginning.
bool is_plain(string_view text) {
  return !text.empty() && text[0] != '"' && Lexer(text).peek_word().size() == text.size();
}

std::string target_text(const ast::Target& target) {
  if (target.form != ast::Target::Form::Process) return target.text;
  return fmt::format("pid:{}{}{}", target.pid, target.text.empty() ? "" : "/", target.text);
}

std::string site_text(const ast::Site& site) {
  std::string out;
  switch (site.form) {
    case ast::Site::Form::FileOffset:
      out = fmt::format("{:#018x}", site.offset);
      break;
    case ast::Site::Form::VirtualAddress:
      out = fmt::format("va:{:#x}", site.offset);
      break;
    case ast::Site::Form::Symbol:
      out = is_plain(site.symbol) ? site.symbol : quote(site.symbol);
      if (site.offset_given) out += fmt::format("+{:#x}", site.offset);
      break;
    case ast::Site::Form::Glob:
      out = '\'' + site.symbol + '\'';
      if (site.symbol.find('\'') != std::string::npos) out = quote(out);
      break;
    case ast::Site::Form::SourceLine:
    case ast::Site::Form::FunctionLine:
      out = fmt::format("{}:{}", is_plain(site.symbol) ? site.symbol : quote(site.symbol), site.line);
      break;
    case ast::Site::Form::Usdt:
      out = '%' + site.provider + ':' + site.symbol;
      if (!is_plain(out)) out = quote(out);
      break;
  }
  if (site.ref_counter) out += fmt::format("({:#x})", *site.ref_counter);
  return out;
}

std::string place_text(const ast::Target& target, const ast::Site& site) {
  std::string path = target_text(target);
  std::string place = path + ':' + site_text(site);
  // Asking the parser where it would cut is what keeps the two of one mind.
  bool reads_back = is_plain(path) && find_separator(Lexer(place).peek_word()) == path.size();
  return reads_back ? place : quote(path) + ':' + site_text(site);
}

std::string name_text(const std::optional<ast::Name>& group, string_view event) {
  return (group ? group->text + '/' : std::string()) + std::string(event);
}

struct LinePrinter {
  std::string operator()(const ast::Empty&) const { return {}; }
  std::string operator()(const ast::Probe& probe) const { return print(probe); }
  std::string operator()(const ast::Deletion& deletion) const {
    std::string out = "-:" + name_text(deletion.group, deletion.event.text);
    return deletion.place.empty() ? out : out + ' ' + deletion.place;
  }
};

}  // namespace

std::string print(const ast::Line& line) {
  return std::visit(LinePrinter{}, line);
}

std::string print(const ast::Probe& probe) {
  std::string out(1, probe.is_return ? 'r' : 'p');
  if (probe.group || probe.event)
    out += ':' + name_text(probe.group, probe.event ? string_view(probe.event->text) : string_view());
  out += ' ' + place_text(probe.target, probe.site);
  for (const ast::Argument& argument : probe.arguments) {
    out += ' ';
    if (argument.name) out += argument.name->text + '=';
    out += print(argument.fetch);
    if (argument.type) out += ':' + print(*argument.type);
  }
  return out;
}

std::string print(const ast::Fetch& fetch) {
  return std::visit(FetchPrinter{}, fetch.form);
}

std::string print(const ast::Type& type) {
  using Kind = ast::Type::Kind;
  std::string out;
  switch (type.kind) {
    case Kind::Unsigned:
      out = fmt::format("u{}", type.bits);
      break;
    case Kind::Signed:
      out = fmt::format("s{}", type.bits);
      break;
    case Kind::Hex:
      out = fmt::format("x{}", type.bits);
      break;
    case Kind::Char:
      out = "char";
      break;
    case Kind::String:
      out = "string";
      break;
    case Kind::UserString:
      out = "ustring";
      break;
    case Kind::Symbol:
      out = "symbol";
      break;
    case Kind::Bitfield:
      out = fmt::format("b{}@{}/{}", type.bit_width, type.bit_offset, type.bits);
      break;
  }
  if (type.length) {
    out += '(' + print(*type.length) + (type.length_type ? ':' + print(*type.length_type) : "") + ')';
  }
  if (type.array_count) out += fmt::format("[{}]", *type.array_count);
  return out;
}

}  // namespace uproar
