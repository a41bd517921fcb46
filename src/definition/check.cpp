#include "definition/check.h"

#include <set>

#include "definition/argument_name.h"
#include "definition/leaf.h"
#include "definition/registers.h"
#include "definition/type_check.h"

namespace uproar {
namespace {

using std::string_view;

// include/linux/trace_events.h and kernel/trace/trace_probe.h.
constexpr size_t kLongestEventName = 63;
constexpr size_t kMostArguments = 128;
constexpr size_t kLongestExpression = 63;
constexpr size_t kLargestEvent = 3072;
constexpr size_t kLongestLine = 4094;

class Checker {
 public:
  Checker(const ast::Probe& probe, Architecture architecture) : probe_(probe), architecture_(architecture) {}

  // Nothing if the probe is fine.
  std::optional<Diagnostic> run(string_view text) {
    bool fine =
        check_line(text) && check_names() && check_return() && check_reference_counter() && check_arguments();
    return fine ? std::nullopt : std::move(error_);
  }

 private:
  bool fail(Span place, std::string message, std::string hint) {
    error_ = Diagnostic{Diagnostic::Severity::Error, std::move(message), place, std::move(hint)};
    return false;
  }

  // What follows the last argument is a comment, which the kernel counts and which can be left out.
  bool check_line(string_view text) {
    Span last = probe_.arguments.empty() ? probe_.site.span : probe_.arguments.back().span;
    if (last.end <= kLongestLine || text.size() <= kLongestLine) return true;
    return fail({kLongestLine, last.end},
                "the definition is longer than the 4094 bytes that the kernel takes in one line",
                "use shorter names, or spread the arguments over two events");
  }

  bool check_event_name(const std::optional<ast::Name>& name, const char* what, bool hyphens) {
    if (!name) return true;
    if (name->text.size() > kLongestEventName) {
      return fail(name->span, std::string(what) + " name is longer than 63 bytes", "shorten it");
    }
    if (is_identifier(name->text, hyphens)) return true;
    return fail(name->span,
                std::string(what) + " name may hold only letters, digits" +
                    (hyphens ? ", '_' and '-', and no digit first" : " and '_', and no digit first"),
                "write " + as_identifier(name->text, kLongestEventName));
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
    const auto& arguments = probe_.arguments;
    if (arguments.size() > kMostArguments) {
      return fail({arguments[kMostArguments].span.begin, arguments.back().span.end},
                  "an event has at most 128 arguments", "spread them over two events at one place");
    }
    size_t bytes = 0;
    for (size_t index = 0; index < arguments.size(); ++index) {
      if (!check_argument(arguments[index], index)) return false;
      bytes += stored_bytes(arguments[index]);
      if (bytes > kLargestEvent) {
        return fail(arguments[index].span, "the arguments take more than 3072 bytes in the record",
                    "fetch shorter arrays, or spread the arguments over two events");
      }
    }
    return true;
  }

  bool check_argument(const ast::Argument& argument, size_t index) {
    if (!check_argument_name(argument, index) || !check_length(argument) || !check_fetch(argument.fetch))
      return false;
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
    Span place = argument.name ? argument.name->span : argument.span;
    if (name.size() > kLongestArgumentName)
      return fail(place, "the argument's name is longer than 32 bytes", "shorten it");
    if (!is_identifier(name, false)) {
      return fail(place, "an argument's name may hold only letters, digits and '_', and no digit first",
                  "write " + as_identifier(name, kLongestArgumentName) + "=");
    }
    if (is_reserved_name(name)) {
      return fail(place, "every event already has a field " + name, "choose another name");
    }
    if (names_.insert(name).second) return true;
    if (argument.name) {
      return fail(place, "the name " + name + " is already taken",
                  "choose another name; unnamed arguments are called arg1, arg2 and so on by position");
    }
    return fail(place, "without a name this argument is called " + name + ", which is already taken",
                "give it a name");
  }

  // What is looked up becomes numbers, and a string with a length is no form of the kernel's: only the
  // kernel's own forms can be measured here.
  bool check_length(const ast::Argument& argument) {
    uint32_t begin = argument.name ? argument.name->span.end + 1 : argument.span.begin;
    if (argument.span.end - begin <= kLongestExpression || !is_kernel_text(argument)) return true;
    return fail({begin, argument.span.end},
                "the expression is longer than the 63 bytes that the kernel takes",
                "write numbers shorter (+0x10 as +16), or fetch in two steps");
  }

  static bool is_kernel_text(const ast::Argument& argument) {
    const ast::Fetch& leaf = leaf_of(argument.fetch);
    bool with_length = argument.type && argument.type->length;
    return !with_length && !is_own_form(leaf) && !std::holds_alternative<ast::DataSymbol>(leaf.form);
  }

  bool check_fetch(const ast::Fetch& fetch) {
    const ast::Fetch* part = &leaf_of(fetch);
    bool dereferenced = part != &fetch;
    if (const auto* named = std::get_if<ast::Register>(&part->form);
        named && !is_register(named->name, architecture_)) {
      return fail(part->span, "unknown register %" + named->name, register_hint(named->name, architecture_));
    }
    if (std::holds_alternative<ast::ReturnValue>(part->form) && !probe_.is_return) {
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
  auto fault = Checker(probe, architecture).run(text);
  if (fault) return to_error(*fault, text);
  return {};
}

}  // namespace uproar
