#include "definition/check.h"

#include <set>

#include "definition/argument_name.h"
#include "definition/registers.h"
#include "definition/type_check.h"

namespace uproar {
namespace {

using std::string_view;

class Checker {
 public:
  Checker(const ast::Probe& probe, Architecture architecture) : probe_(probe), architecture_(architecture) {}

  // Nothing if the probe is fine.
  std::optional<Diagnostic> run() {
    bool fine = check_names() && check_return() && check_reference_counter() && check_arguments();
    return fine ? std::nullopt : std::move(error_);
  }

 private:
  bool fail(Span where, std::string message, std::string hint) {
    error_ = Diagnostic{Diagnostic::Severity::Error, std::move(message), where, std::move(hint)};
    return false;
  }

  bool check_event_name(const std::optional<ast::Name>& name, const char* what, bool hyphens) {
    if (!name) return true;
    if (is_identifier(name->text, hyphens)) return true;
    return fail(name->span,
                std::string(what) + " name may hold only letters, digits" +
                    (hyphens ? ", '_' and '-', and no digit first" : " and '_', and no digit first"),
                "write " + as_identifier(name->text, string_view::npos));
  }
  bool check_names() {
    return check_event_name(probe_.group, "the group's", true) &&
           check_event_name(probe_.event, "the event's", false);
  }

  // A uretprobe replaces the return address, which only at a function's entry is where the kernel expects it.
  bool check_return() {
    const ast::Site& site = probe_.site;
    if (!probe_.is_return) return true;
    if (site.form == ast::Site::Form::Usdt) {
      return fail(site.span, "a USDT probe is no function and has no return", "begin the definition with p");
    }
    if (site.form == ast::Site::Form::SourceLine || site.form == ast::Site::Form::FunctionLine) {
      return fail(site.span, "a line of the source has no return",
                  "name the function alone, or begin the definition with p");
    }
    return true;
  }

  bool check_reference_counter() {
    const ast::Site& site = probe_.site;
    if (!site.ref_counter || *site.ref_counter % 2 == 0) return true;
    return fail(
        site.ref_counter_span,
        "the reference counter is a 16-bit number at an even place; the kernel would refuse to enable this",
        "write the file offset of the semaphore that readelf -n names for the probe");
  }

  bool check_arguments() {
    for (size_t index = 0; index < probe_.arguments.size(); ++index) {
      if (!check_argument(probe_.arguments[index], index)) return false;
    }
    return true;
  }

  bool check_argument(const ast::Argument& argument, size_t index) {
    if (!check_argument_name(argument, index) || !check_fetch(argument.fetch)) return false;
    if (argument.type && argument.type->length && !check_fetch(*argument.type->length)) return false;
    auto fault = check_type(argument);
    if (fault) error_ = std::move(fault);
    return !error_;
  }

  bool check_argument_name(const ast::Argument& argument, size_t index) {
    // Unnamed variables get names that are free when they are looked up.
    bool named_later =
        is_own_form(argument.fetch) && !std::holds_alternative<ast::ArgumentNumber>(argument.fetch.form);
    if (!argument.name && named_later) return true;
    std::string name = argument_name(argument, index);
    Span where = argument.name ? argument.name->span : argument.span;
    if (name.size() > kLongestArgumentName)
      return fail(where, "the argument's name is longer than 32 bytes", "shorten it");
    if (!is_identifier(name, false)) {
      return fail(where, "an argument's name may hold only letters, digits and '_', and no digit first",
                  "write " + as_identifier(name, kLongestArgumentName) + "=");
    }
    if (is_reserved_name(name)) {
      return fail(where, "every event already has a field " + name, "choose another name");
    }
    if (names_.insert(name).second) return true;
    if (argument.name) {
      return fail(where, "the name " + name + " is already taken",
                  "choose another name; unnamed arguments are called arg1, arg2 and so on by position");
    }
    return fail(where, "without a name this argument is called " + name + ", which is already taken",
                "give it a name");
  }

  bool check_fetch(const ast::Fetch& fetch) {
    const ast::Fetch* part = &leaf_of(fetch);
    bool dereferenced = part != &fetch;
    if (const auto* named = std::get_if<ast::Register>(&part->form);
        named && !is_register(named->name, architecture_)) {
      return fail(part->span, "unknown register %" + named->name, register_hint(named->name, architecture_));
    }
    const auto* variable = std::get_if<ast::Variable>(&part->form);
    const bool is_result = std::holds_alternative<ast::ReturnValue>(part->form) ||
                           (variable && variable->name == ast::kResultName);
    if (is_result && !probe_.is_return) {
      return fail(part->span, "$retval exists only where a function returns",
                  "begin the definition with r, or add %return to the place");
    }
    if (dereferenced && std::holds_alternative<ast::TaskName>(part->form)) {
      return fail(part->span, "$comm is no address that could be followed", "write $comm alone");
    }
    if (dereferenced && std::holds_alternative<ast::ImmediateString>(part->form)) {
      return fail(part->span, "a constant string is no address that could be followed", "write it alone");
    }
    return true;
  }

  const ast::Probe& probe_;
  Architecture architecture_;
  std::set<std::string> names_;
  std::optional<Diagnostic> error_;
};

}  // namespace

Result<void> check(const ast::Probe& probe, string_view text, Architecture architecture) {
  auto fault = Checker(probe, architecture).run();
  if (fault) return to_error(*fault, text);
  return {};
}

}  // namespace uproar
