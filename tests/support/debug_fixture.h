// Asking the debug information of a fixture, and short texts for its answers.
#pragma once

#include <unistd.h>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "binary/dwarf/debug_info.h"
#include "binary/elf/elf_file.h"
#include "support/elf_oracle.h"

namespace uproar::oracle {

// Of a fixture by its name, or of what a test has built, by its whole path.
inline std::string dwarf_fixture(const std::string& name) {
  if (name.starts_with('/')) return name;
  return std::string(UPROAR_DWARF) + "/" + name;
}
inline bool exists(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

// The line of shapes.cc that has "mark:NAME".
inline uint32_t marked_line(const std::string& mark) {
  std::ifstream source(UPROAR_DWARF_SOURCE);
  std::string line;
  for (uint32_t number = 1; std::getline(source, line); ++number) {
    const size_t at = line.find("mark:" + mark);
    if (at != std::string::npos && at + 5 + mark.size() == line.size()) return number;
  }
  return 0;
}

// "r5", "[r5]+8+0", "#3", "static", or why not.
inline std::string shown(const ValueLocation& place) {
  std::string text;
  switch (place.kind) {
    case ValueLocation::Kind::Register:
      return "r" + std::to_string(place.dwarf_register);
    case ValueLocation::Kind::Constant:
      return "#" + std::to_string(place.constant);
    case ValueLocation::Kind::Unavailable:
      return place.why;
    case ValueLocation::Kind::Memory:
      text = place.base_is_static ? "static" : "[r" + std::to_string(place.dwarf_register) + "]";
      for (int64_t each : place.displacements) text += (each < 0 ? "" : "+") + std::to_string(each);
      return text;
  }
  return text;
}

// What gdb prints for expressions; empty without gdb.
inline std::vector<long> by_gdb(const std::string& file, const std::vector<std::string>& expressions) {
  std::string command = "gdb -nx -q -batch";
  for (const std::string& each : expressions) command.append(" -ex 'print ").append(each).append("'");
  std::vector<long> found;
  for (const std::string& line : lines_of(command + " '" + file + "' 2>/dev/null")) {
    const size_t at = line.find(" = ");
    if (line[0] == '$' && at != std::string::npos) found.push_back(std::stol(line.substr(at + 3)));
  }
  return found;
}

struct DebugFixture {
  explicit DebugFixture(const std::string& name, const std::string& debug_path = {}) {
    auto opened = ElfFile::open(dwarf_fixture(name));
    if (!opened.ok()) return;
    file = std::move(*opened);
    auto read = DebugInfo::open(*file, debug_path);
    if (read.ok()) info = std::move(*read);
  }

  // "r->next.v[1]", "*p": the value at the entry of the first instance of `function`.
  Result<FoundValue> find(const std::string& function, std::string written, size_t instance = 0) {
    auto instances = info->instances(function);
    if (!instances.ok() || instances->size() <= instance) return Error{"no function " + function, {}, {}, 0};
    return find_at({(*instances)[instance].entry, function}, std::move(written));
  }
  Result<FoundValue> find_at(const CodePoint& at, std::string written) {
    std::vector<VariableStepRequest> steps;
    const bool star = written[0] == '*';
    if (star) written.erase(0, 1);
    const size_t name_end = std::min(written.find_first_of(".-["), written.size());
    for (size_t i = name_end; i < written.size();) {
      VariableStepRequest step;
      const size_t begin = i + (written[i] == '-' ? 2 : 1);
      size_t end =
          std::min(written.find_first_of(".-[", begin + (written[i] == '[' ? 1 : 0)), written.size());
      if (written[i] == '[') {
        step.kind = VariableStepRequest::Kind::Index;
        step.index = std::stol(written.substr(begin));
      } else {
        step.kind = written[i] == '-' ? VariableStepRequest::Kind::Arrow : VariableStepRequest::Kind::Dot;
        step.field = written.substr(begin, end - begin);
      }
      steps.push_back(step);
      i = end;
    }
    if (star) steps.push_back({VariableStepRequest::Kind::Dereference, {}, 0});
    fault = {};
    return info->find_value(at, written.substr(0, name_end), steps, fault);
  }
  std::string place(const std::string& function, const std::string& written, size_t instance = 0) {
    auto value = find(function, written, instance);
    return value.ok() ? shown(value->place) : "error: " + value.error().message;
  }

  std::unique_ptr<ElfFile> file;
  std::unique_ptr<DebugInfo> info;
  VariableFault fault;
};

}  // namespace uproar::oracle
