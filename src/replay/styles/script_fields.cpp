#include "replay/styles/script_fields.h"

#include <algorithm>
#include <iterator>

namespace uproar {
namespace {

// What perf has for other samples than those of tracepoints: it takes the name, and then misses what the
// field needs, or prints nothing.
struct KnownField {
  std::string_view name;
  ScriptFields bit;            // 0: none of ours
  std::string_view attribute;  // PERF_SAMPLE_ that no uprobe sample of ours has; empty: prints nothing
};

constexpr KnownField kFields[] = {
    {"comm", kFieldComm, {}},
    {"tid", kFieldTid, {}},
    {"pid", kFieldPid, {}},
    {"time", kFieldTime, {}},
    {"cpu", kFieldCpu, {}},
    {"event", kFieldEvent, {}},
    {"trace", kFieldTrace, {}},
    {"ip", kFieldIp, {}},
    {"sym", kFieldSym, {}},
    {"dso", kFieldDso, {}},
    {"symoff", kFieldSymOffset, {}},
    {"period", kFieldPeriod, {}},
    {"misc", kFieldMisc, {}},
    {"tod", kFieldTod, {}},
    {"flags", kFieldFlags, {}},
    {"addr", 0, "ADDR"},
    {"data_src", 0, "DATA_SRC"},
    {"weight", 0, "WEIGHT"},
    {"iregs", 0, "IREGS"},
    {"uregs", 0, "UREGS"},
    {"phys_addr", 0, "PHYS_ADDR"},
    {"data_page_size", 0, "DATA_PAGE_SIZE"},
    {"code_page_size", 0, "CODE_PAGE_SIZE"},
    {"ins_lat", 0, "WEIGHT_STRUCT"},
    {"brstack", 0, {}},
    {"brstacksym", 0, {}},
    {"brstackoff", 0, {}},
    {"brstackinsn", 0, {}},
    {"brstackinsnlen", 0, {}},
    {"bpf-output", 0, {}},
    {"callindent", 0, {}},
    {"synth", 0, {}},
    {"metric", 0, {}},
    {"ipc", 0, {}},
    {"srcline", 0, "the binary"},
    {"srccode", 0, "the binary"},
    {"insn", 0, "the binary"},
    {"insnlen", 0, "the binary"},
};

constexpr std::string_view kTypes[] = {"hw", "sw", "trace", "raw", "break", "synth"};

std::string list_of_fields() {
  std::string text = "fields are ";
  for (const KnownField& field : kFields) {
    if (field.bit == 0) continue;
    if (text.size() > 11) text += ',';
    text += field.name;
  }
  return text;
}

Error missing(std::string_view what, std::string_view field, const std::vector<EventInfo>& events) {
  const std::string name(field);
  if (what == "the binary")
    return Error{"Cannot print '" + name + "' field: it is read from " + std::string(what) +
                     ", and a recording holds none",
                 {},
                 list_of_fields(),
                 0};
  const std::string event = events.empty() ? "any" : events.front().schema.full_name();
  return Error{"Samples for '" + event + "' event do not have " + std::string(what) +
                   " attribute set. Cannot print '" + name + "' field.",
               {},
               list_of_fields(),
               0};
}

struct Choice {
  ScriptFields fields = kDefaultFields;
  bool given = false;
};

Result<void> read_argument(std::string_view argument, const std::vector<EventInfo>& events, Choice& choice) {
  bool ours = true;
  std::string_view list = argument;
  const size_t colon = argument.find(':');
  if (colon != std::string_view::npos) {
    const auto type = std::find(std::begin(kTypes), std::end(kTypes), argument.substr(0, colon));
    if (type == std::end(kTypes))
      return Error{
          "Invalid event type in field string.", {}, "types are hw, sw, trace, raw, break, synth", 0};
    ours = *type == "trace";
    list = argument.substr(colon + 1);
  } else if (argument.empty()) {
    return Error{"Cannot set fields to 'none' for all event types.", {}, list_of_fields(), 0};
  }
  enum class Change { None, Set, Add, Remove } change = Change::None;
  if (ours && list.find_first_of("+-") == std::string_view::npos) {
    choice.fields = 0;
    choice.given = true;
  }
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    std::string_view word = list.substr(begin, end - begin);
    begin = end + 1;
    if (word.empty()) continue;
    const Change before = change;
    change = word[0] == '+' ? Change::Add : word[0] == '-' ? Change::Remove : Change::Set;
    if (before != Change::None && (before == Change::Set) != (change == Change::Set))
      return Error{
          "Cannot mix +-field with overridden fields", {}, "give all fields, or only +field and -field", 0};
    if (change != Change::Set) word.remove_prefix(1);
    const auto field = std::find_if(std::begin(kFields), std::end(kFields),
                                    [word](const KnownField& one) { return one.name == word; });
    if (field == std::end(kFields)) return Error{"Invalid field requested.", {}, list_of_fields(), 0};
    if (!ours) continue;
    if (field->bit == 0 && change != Change::Remove && !field->attribute.empty())
      return missing(field->attribute, word, events);
    // perf switches the flags without taking that for a choice of fields.
    if (field->bit != kFieldFlags) choice.given = true;
    choice.fields = change == Change::Remove ? choice.fields & ~field->bit : choice.fields | field->bit;
  }
  return {};
}

}  // namespace

Result<ScriptFields> choose_fields(const std::vector<std::string>& arguments,
                                   const std::vector<EventInfo>& events, bool stacks) {
  Choice choice;
  for (const std::string& argument : arguments) TRY(read_argument(argument, events, choice));
  const bool any_stacks =
      std::any_of(events.begin(), events.end(), [](const EventInfo& event) { return event.has_stacks; });
  if (!choice.given && stacks && any_stacks) choice.fields |= kStackFields;
  if ((choice.fields & kFieldSymOffset) != 0 && (choice.fields & kFieldSym) == 0)
    return Error{"Display of offsets requested but symbol is not selected.", {}, "add sym to -F", 0};
  return choice.fields;
}

}  // namespace uproar
