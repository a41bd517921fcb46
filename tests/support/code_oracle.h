// What objdump says of code, and small tables of what instructions do: the other opinion of the property
// test.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <unordered_map>

namespace uproar::oracle {

struct Line {
  std::string mnemonic;
  std::string operands;
  uint64_t next = 0;
};

// What objdump says of one file.
struct Listing {
  std::unordered_map<uint64_t, Line> lines;
  std::set<uint64_t> targets;  // of direct jumps and calls
};

inline bool is_branch(const std::string& mnemonic) {
  return mnemonic[0] == 'j' || mnemonic.compare(0, 4, "call") == 0 || mnemonic.compare(0, 4, "loop") == 0 ||
         mnemonic == "xbegin";
}

inline Listing listing_of(const std::string& path) {
  Listing listing;
  uint64_t previous = 0;
  FILE* pipe = ::popen(("objdump -dw --no-show-raw-insn '" + path + "' 2>/dev/null").c_str(), "r");
  if (!pipe) return listing;
  char* text = nullptr;
  size_t capacity = 0;
  for (ssize_t got; (got = ::getline(&text, &capacity, pipe)) > 0;) {
    char* colon = nullptr;
    const uint64_t address = std::strtoull(text, &colon, 16);
    if (text[0] != ' ' || colon == text || colon[0] != ':' || colon[1] != '\t') continue;
    std::string rest(colon + 2, text + got - 1);
    Line line;
    for (;;) {
      size_t blank = rest.find(' ');
      line.mnemonic = rest.substr(0, blank);
      rest = blank == std::string::npos ? "" : rest.substr(rest.find_first_not_of(' ', blank));
      const bool is_prefix = line.mnemonic == "bnd" || line.mnemonic == "notrack" || line.mnemonic == "rep" ||
                             line.mnemonic == "repz" || line.mnemonic == "data16" || line.mnemonic == "cs";
      if (!is_prefix || rest.empty()) break;
    }
    line.operands = rest.substr(0, rest.find_first_of("<#"));
    while (!line.operands.empty() && line.operands.back() == ' ') line.operands.pop_back();
    if (previous != 0) {
      auto before = listing.lines.find(previous);
      if (before != listing.lines.end()) before->second.next = address;
    }
    previous = address;
    if (is_branch(line.mnemonic) && !line.operands.empty() && line.operands[0] != '*')
      listing.targets.insert(std::strtoull(line.operands.c_str(), nullptr, 16));
    listing.lines.emplace(address, std::move(line));
  }
  ::free(text);
  ::pclose(pipe);
  return listing;
}

// rdi of %edi, %dil, %rdi; what is no general register comes back as it is.
inline std::string whole_register(const std::string& name) {
  static const std::regex numbered("r([0-9]+)[bwd]?");
  std::smatch match;
  if (std::regex_match(name, match, numbered)) return "r" + match[1].str();
  static const std::map<std::string, std::string> low{
      {"al", "ax"}, {"ah", "ax"}, {"bl", "bx"},  {"bh", "bx"},  {"cl", "cx"},  {"ch", "cx"},
      {"dl", "dx"}, {"dh", "dx"}, {"sil", "si"}, {"dil", "di"}, {"bpl", "bp"}, {"spl", "sp"}};
  if (auto found = low.find(name); found != low.end()) return found->second;
  if (name.size() == 3 && (name[0] == 'r' || name[0] == 'e')) return name.substr(1);
  return name;
}

struct Judged {
  std::string fault;    // why the instruction must not be skipped
  std::string written;  // register
  int64_t lowered = 0;  // bytes of stack pointer
};

// AT&T: the destination comes last.
inline Judged judge(const Line& line) {
  static const std::regex silent("endbr64|endbr32|nop[wl]?|cmp[bwlq]?|test[bwlq]?|bt[wlq]?");
  static const std::regex computes(
      "mov[bwlq]?|movabs|movz[bw][wlq]|movs[bwl][wlq]|movslq|lea[wlq]?|xor[bwlq]?|and[bwlq]?|or[bwlq]?|add["
      "bwlq]?|"
      "adc[bwlq]?|sub[bwlq]?|sbb[bwlq]?|inc[bwlq]?|dec[bwlq]?|neg[bwlq]?|not[bwlq]?|shl[bwlq]?|shr[bwlq]?|"
      "sar[bwlq]?|bswap|set[a-z]+|cmov[a-z]+");
  static const std::regex vector("pxor|xorps|xorpd|movaps|movdqa");
  Judged judged;
  const bool computed_address = line.mnemonic.compare(0, 3, "lea") == 0;
  const bool nop = line.mnemonic.compare(0, 3, "nop") == 0;
  if (line.operands.find('(') != std::string::npos && !computed_address && !nop)
    judged.fault = "touches memory";
  if (line.operands.find("%fs") != std::string::npos || line.operands.find("%gs") != std::string::npos)
    judged.fault = "touches memory";
  if (std::regex_match(line.mnemonic, silent)) return judged;
  if (line.mnemonic == "cltq" || line.mnemonic == "cwtl") return judged.written = "ax", judged;
  if (line.mnemonic == "cltd" || line.mnemonic == "cqto") return judged.written = "dx", judged;
  size_t percent = line.operands.rfind('%');
  if (percent == std::string::npos) return judged.fault = "writes no register", judged;
  if (std::regex_match(line.mnemonic, vector)) return judged;
  if (!std::regex_match(line.mnemonic, computes)) return judged.fault = "is not known to be harmless", judged;
  judged.written = whole_register(line.operands.substr(percent + 1));
  if (judged.written != "sp") return judged;
  static const std::regex moved("\\$(-?0x[0-9a-f]+),%rsp");
  static const std::regex address("(-?0x[0-9a-f]+)\\(%rsp\\),%rsp");
  std::smatch match;
  if (std::regex_match(line.operands, match, moved) && line.mnemonic.compare(0, 3, "sub") == 0) {
    judged.lowered = static_cast<int64_t>(std::stoll(match[1].str(), nullptr, 16));
  } else if (std::regex_match(line.operands, match, moved) && line.mnemonic.compare(0, 3, "add") == 0) {
    judged.lowered = -static_cast<int64_t>(std::stoll(match[1].str(), nullptr, 16));
  } else if (std::regex_match(line.operands, match, address) && computed_address) {
    judged.lowered = -static_cast<int64_t>(std::stoll(match[1].str(), nullptr, 16));
  } else {
    judged.fault = "moves the stack pointer";
  }
  return judged;
}

}  // namespace uproar::oracle
