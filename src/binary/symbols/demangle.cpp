#include "binary/symbols/demangle.h"

#include <libiberty/demangle.h>

#include <csetjmp>

// libiberty's callback cannot say "enough", and a name of 100 letters may stand for gigabytes (each
// substitution twice what the one before was). So the way out is a jump. Neither demangler holds anything but
// its stack while it prints, apart from punycode of Rust, whose few bytes are lost then.

namespace uproar {
namespace {

struct Sink {
  std::string* out;
  std::jmp_buf too_long;
};

void append(const char* text, size_t size, void* opaque) {
  auto* sink = static_cast<Sink*>(opaque);
  if (size > kMaxDemangled - sink->out->size()) std::longjmp(sink->too_long, 1);
  sink->out->append(text, size);
}

int options_of(NameForm form) {
  switch (form) {
    case NameForm::Name:
      return DMGL_ANSI;
    case NameForm::Call:
      return DMGL_ANSI | DMGL_PARAMS | DMGL_RET_DROP;
    case NameForm::Full:
      return DMGL_ANSI | DMGL_PARAMS;
    case NameForm::Complete:
      return DMGL_ANSI | DMGL_PARAMS | DMGL_VERBOSE;
  }
  return DMGL_ANSI;
}

// Has only trivial objects: the jump leaves no destructor out.
bool print(const char* mangled, int options, Sink& sink) {
  if (setjmp(sink.too_long) != 0) return false;
  // Rust first: its legacy names are C++ names with a hash.
  if (rust_demangle_callback(mangled, options, append, &sink) != 0) return true;
  sink.out->clear();
  return mangled[0] == '_' && mangled[1] == 'Z' &&
         cplus_demangle_v3_callback(mangled, options, append, &sink) != 0;
}

}  // namespace

bool looks_mangled(std::string_view name) {
  return name.size() > 2 && name[0] == '_' && (name[1] == 'Z' || name[1] == 'R');
}

bool demangle(const std::string& mangled, NameForm form, std::string& out) {
  out.clear();
  if (!looks_mangled(mangled)) return false;
  Sink sink{&out, {}};
  if (print(mangled.c_str(), options_of(form), sink) && !out.empty()) return true;
  out.clear();
  return false;
}

std::string readable_name(const std::string& name, NameForm form) {
  std::string out;
  return demangle(name, form, out) ? out : name;
}

}  // namespace uproar
