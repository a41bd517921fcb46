#include "definition/ast_dump.h"

#include <fmt/format.h>

#include <string_view>

#include "definition/printer.h"

namespace uproar {
namespace {

using std::string_view;

// In double quotes; what is not printable ASCII, and the quote and backslash, as \xNN.
std::string shown(string_view text) {
  std::string out = "\"";
  for (char c : text) {
    bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out + '"';
}

const char* name_of(ast::Radix radix) {
  switch (radix) {
    case ast::Radix::Hex:
      return "hexadecimal";
    case ast::Radix::Octal:
      return "octal";
    case ast::Radix::Decimal:
      break;
  }
  return "decimal";
}

std::string ignored_text(const std::string& text) {
  return text.empty() ? "" : " ignoring " + shown(text);
}

// The line of one fetch; `inner` becomes what it dereferences.
struct FetchDump {
  const ast::Fetch*& inner;

  std::string operator()(const ast::Dereference& fetch) const {
    inner = fetch.inner.get();
    return fmt::format("dereference {} {}{}{}", fetch.offset, name_of(fetch.radix), fetch.user ? " user" : "",
                       ignored_text(fetch.ignored));
  }
  std::string operator()(const ast::Register& fetch) const { return "register " + shown(fetch.name); }
  std::string operator()(const ast::StackPointer&) const { return "stack-pointer"; }
  std::string operator()(const ast::StackSlot& fetch) const {
    return fmt::format("stack-slot {}", fetch.index);
  }
  std::string operator()(const ast::ReturnValue& fetch) const {
    return "return-value" + ignored_text(fetch.ignored);
  }
  std::string operator()(const ast::TaskName& fetch) const {
    return fetch.upper_case ? "task-name upper-case" : "task-name";
  }
  std::string operator()(const ast::Address& fetch) const {
    return fmt::format("address {:#x} {}", fetch.value, name_of(fetch.radix));
  }
  std::string operator()(const ast::FileOffset& fetch) const {
    return fmt::format("file-offset {} {}", fetch.value, name_of(fetch.radix));
  }
  std::string operator()(const ast::DataSymbol& fetch) const {
    std::string out = "data-symbol " + shown(fetch.name);
    return fetch.offset == 0 ? out : out + fmt::format(" {} {}", fetch.offset, name_of(fetch.radix));
  }
  std::string operator()(const ast::Immediate& fetch) const {
    return fmt::format("immediate {} {}", fetch.value, name_of(fetch.radix));
  }
  std::string operator()(const ast::ImmediateString& fetch) const {
    return "immediate-string " + shown(fetch.text);
  }
  std::string operator()(const ast::ArgumentNumber& fetch) const {
    return fmt::format("argument-number {}", fetch.number);
  }
  std::string operator()(const ast::VariableList& fetch) const {
    return fetch.parameters_only ? "variable-list parameters" : "variable-list all";
  }
  std::string operator()(const ast::Variable& fetch) const {
    std::string out = "variable " + shown(fetch.name);
    for (const ast::VariableStep& step : fetch.steps) {
      switch (step.kind) {
        case ast::VariableStep::Kind::Arrow:
          out += " arrow " + shown(step.field);
          break;
        case ast::VariableStep::Kind::Dot:
          out += " dot " + shown(step.field);
          break;
        case ast::VariableStep::Kind::Index:
          out += fmt::format(" index {}", step.index);
          break;
        case ast::VariableStep::Kind::Dereference:
          out += " dereference";
          break;
      }
    }
    return out;
  }
};

std::string dump_fetch(const ast::Fetch& outermost, std::string indent) {
  std::string out;
  const ast::Fetch* fetch = &outermost;
  while (fetch != nullptr) {
    const ast::Fetch* inner = nullptr;
    out += indent + std::visit(FetchDump{inner}, fetch->form) + '\n';
    indent += "  ";
    fetch = inner;
  }
  return out;
}

std::string dump_type(const ast::Type& type) {
  if (!type.length) return "    type " + print(type) + '\n';
  std::string out = "    type string of length\n" + dump_fetch(*type.length, "      ");
  return type.length_type ? out + "      type " + print(*type.length_type) + '\n' : out;
}

std::string dump_argument(const ast::Argument& argument) {
  std::string out = "  argument";
  if (argument.name) out += ' ' + shown(argument.name->text);
  out += '\n' + dump_fetch(argument.fetch, "    ");
  if (argument.type) out += dump_type(*argument.type);
  return out;
}

std::string dump_target(const ast::Target& target) {
  switch (target.form) {
    case ast::Target::Form::AbsolutePath:
      return "absolute-path " + shown(target.text);
    case ast::Target::Form::Name:
      return "name " + shown(target.text);
    case ast::Target::Form::Process:
      break;
  }
  return fmt::format("process {}{}", target.pid, target.text.empty() ? "" : ' ' + shown(target.text));
}

std::string dump_site(const ast::Site& site) {
  switch (site.form) {
    case ast::Site::Form::FileOffset:
      return fmt::format("file-offset {:#x}", site.offset);
    case ast::Site::Form::VirtualAddress:
      return fmt::format("virtual-address {:#x}", site.offset);
    case ast::Site::Form::Glob:
      return "glob " + shown(site.symbol);
    case ast::Site::Form::SourceLine:
      return fmt::format("line {} of file {}", site.line, shown(site.symbol));
    case ast::Site::Form::FunctionLine:
      return fmt::format("line {} of function {}", site.line, shown(site.symbol));
    case ast::Site::Form::Usdt:
      return "usdt provider " + shown(site.provider) + " name " + shown(site.symbol);
    case ast::Site::Form::Symbol:
      break;
  }
  return "symbol " + shown(site.symbol) +
         (site.offset_given ? fmt::format(" offset {:#x}", site.offset) : "");
}

std::string dump_name(const char* what, const std::optional<ast::Name>& name) {
  return name ? fmt::format("  {} {}\n", what, shown(name->text)) : "";
}

struct LineDump {
  std::string operator()(const ast::Empty&) const { return "empty\n"; }
  std::string operator()(const ast::Deletion& deletion) const {
    std::string out = "deletion\n" + dump_name("group", deletion.group) + dump_name("event", deletion.event);
    return deletion.place.empty() ? out : out + "  place " + shown(deletion.place) + '\n';
  }
  std::string operator()(const ast::Probe& probe) const {
    std::string out = probe.is_return ? "return probe\n" : "probe\n";
    out += dump_name("group", probe.group) + dump_name("event", probe.event);
    out += "  target " + dump_target(probe.target) + "\n  site " + dump_site(probe.site) + '\n';
    if (probe.site.ref_counter) out += fmt::format("  reference-counter {:#x}\n", *probe.site.ref_counter);
    for (const ast::Argument& argument : probe.arguments) out += dump_argument(argument);
    return out;
  }
};

}  // namespace

std::string dump(const ast::Line& line) {
  return std::visit(LineDump{}, line);
}

}  // namespace uproar
