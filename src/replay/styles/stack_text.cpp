#include "replay/styles/stack_text.h"

#include <algorithm>

#include "recording/metadata/stack_walk.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

constexpr size_t kKept = 1024;             // call chains, a power of two
constexpr size_t kLongestKept = 16 << 10;  // bytes of text
constexpr std::string_view kUnknown = "[unknown]";

uint64_t hash_of(const Event& event) {
  uint64_t hash = static_cast<uint32_t>(event.pid);
  for (const uint64_t address : event.stack) {
    hash = (hash ^ address) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash;
}

// "%16lx"
void append_address_column(uint64_t address, std::string& out) {
  char text[kLongestHex];
  const char* end = write_hex(address, text);
  append_right({text, static_cast<size_t>(end - text)}, kLongestHex, out);
}

void append_name(std::string_view symbol, uint64_t offset, bool with_offset, Escape escape,
                 std::string& out) {
  out += ' ';
  if (symbol.empty()) {
    out += kUnknown;
    return;
  }
  append_escaped(symbol, escape, out);
  if (!with_offset || offset == kUnknownOffset) return;
  out += "+0x";
  append_hex(offset, out);
}

void append_file(std::string_view path, Escape escape, std::string& out) {
  out += " (";
  append_escaped(path.empty() ? kUnknown : path, escape, out);
  out += ')';
}

}  // namespace

StackText::StackText(const SymbolNames& names, ScriptFields fields, unsigned most_frames, Escape escape)
    : names_(names), fields_(fields), most_frames_(most_frames), escape_(escape), kept_(kKept) {}

void StackText::append_chain(const Event& event, std::string& out) {
  out += '\n';
  Kept& kept = kept_[hash_of(event) % kKept];
  if (kept.pid == event.pid && kept.first_ns <= event.time_ns && event.time_ns <= kept.last_ns &&
      std::equal(kept.stack.begin(), kept.stack.end(), event.stack.begin(), event.stack.end())) {
    out += kept.text;
    return;
  }
  const size_t start = out.size();
  append_frames(event, out);
  if (out.size() - start > kLongestKept) return;
  const SymbolNames::Stretch stretch = names_.stretch(event.pid, event.time_ns);
  kept.pid = event.pid;
  kept.first_ns = stretch.first_ns;
  kept.last_ns = stretch.last_ns;
  kept.stack.assign(event.stack.begin(), event.stack.end());
  kept.text.assign(out, start);
}

void StackText::append_frames(const Event& event, std::string& out) const {
  walk_stack(event.stack, event.pid, most_frames_,
             [&](int32_t pid, uint64_t address) { append_frame(pid, event.time_ns, address, out); });
}

void StackText::append_frame(int32_t pid, uint64_t time_ns, uint64_t address, std::string& out) const {
  const SymbolNames::Found place = names_.find(pid, time_ns, address);
  const bool file_address = place.map != nullptr && pid != SymbolNames::kKernel;
  const auto line = [&](std::string_view symbol, bool inlined) {
    if ((fields_ & kFieldIp) != 0) {
      out += '\t';
      append_address_column(file_address ? place.file_address : address, out);
    }
    if ((fields_ & kFieldSym) != 0) {
      const uint64_t offset = place.name != nullptr ? place.name->symbol_offset : 0;
      append_name(symbol, offset, (fields_ & kFieldSymOffset) != 0, escape_, out);
    }
    if (inlined) {
      out += " (inlined)";
    } else if ((fields_ & kFieldDso) != 0) {
      append_file(place.map != nullptr ? std::string_view(place.map->path) : std::string_view(), escape_,
                  out);
    }
    out += '\n';
  };
  if (place.name == nullptr) return line({}, false);
  for (const std::string& inlined : place.name->inlined) line(inlined, true);
  line(place.name->symbol, false);
}

void StackText::append_address(const Event& event, std::string_view site, std::string_view path,
                               std::string& out) const {
  const bool is_return = event.schema != nullptr && event.schema->is_return;
  const uint64_t address = is_return ? event.return_ip : event.ip;
  const SymbolNames::Found place = names_.find(event.pid, event.time_ns, address);
  out += ' ';
  append_address_column(address, out);
  if ((fields_ & kFieldSym) != 0) {
    if (place.name != nullptr) {
      append_name(place.name->symbol, place.name->symbol_offset, (fields_ & kFieldSymOffset) != 0, escape_,
                  out);
    } else {
      // The definition knows the function of an entry even without maps, and says the offset itself.
      append_name(is_return || place.map != nullptr ? std::string_view() : site, 0, false, escape_, out);
    }
  }
  if ((fields_ & kFieldDso) != 0) {
    append_file(place.map != nullptr ? std::string_view(place.map->path)
                : is_return          ? std::string_view()
                                     : path,
                escape_, out);
  }
}

}  // namespace uproar
