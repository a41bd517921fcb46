#include "binary/usdt/usdt_operand.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/number.h"
#include "binary/usdt/operand_sum.h"

namespace uproar {
namespace {

constexpr size_t kMaxPiece = 4096;  // the name of one C++ symbol fits

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= text.size();) {
    size_t comma = std::min(text.find(',', start), text.size());
    parts.push_back(trimmed(text.substr(start, comma - start)));
    start = comma + 1;
  }
  return parts;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int64_t cut_to_size(uint64_t value, uint8_t size, bool is_signed) {
  const unsigned unused = 64 - 8u * size;
  value <<= unused;
  return is_signed ? static_cast<int64_t>(value) >> unused : static_cast<int64_t>(value >> unused);
}

class OperandParser {
 public:
  OperandParser(std::string_view piece, InstructionSet set) : piece_(piece), set_(set) {
    operand_.text = std::string(piece);
    operand_.size = set == InstructionSet::I386 ? 4 : 8;
  }

  Result<UsdtOperand> parse() {
    if (piece_.size() > kMaxPiece) return nonsense("it is too long");
    TRY_ASSIGN(std::string_view rest, parse_size());
    rest = trimmed(rest);
    if (rest.empty()) return nonsense("there is no operand behind the '@'");
    if (set_ == InstructionSet::Arm64) {
      TRY(parse_arm(rest));
    } else {
      TRY(parse_x86(rest));
    }
    return std::move(operand_);
  }

 private:
  Error nonsense(std::string_view why) const {
    return Error{
        fmt::format("the USDT argument {} makes no sense: {}", piece_.substr(0, 80), why), {}, {}, 0};
  }
  Error unknown_register(std::string_view name) const {
    return nonsense(fmt::format("there is no register {}", name));
  }

  // What follows "N@". An '@' further on belongs to a relocation.
  Result<std::string_view> parse_size() {
    size_t at = piece_.find('@');
    std::string_view size = piece_.substr(0, std::min(at, piece_.size()));
    const bool has_size =
        at != std::string_view::npos && !size.empty() && (is_digit(size[0]) || size[0] == '-');
    if (!has_size) return piece_;
    if (size[0] == '-') {
      operand_.is_signed = true;
      size.remove_prefix(1);
    }
    if (!size.empty() && size.back() == 'f') {
      operand_.is_float = true;
      size.remove_suffix(1);
    }
    auto bytes = parse_decimal(size);
    if (!bytes || (*bytes != 1 && *bytes != 2 && *bytes != 4 && *bytes != 8))
      return nonsense("its size is not 1, 2, 4 or 8 bytes");
    operand_.size = static_cast<uint8_t>(*bytes);
    return piece_.substr(at + 1);
  }

  Result<void> take_number(std::string_view text) {
    auto sum = parse_operand_sum(text);
    if (!sum) return nonsense(fmt::format("{} is no number", text));
    if (sum->symbol.empty()) {
      operand_.kind = UsdtOperand::Kind::Constant;
      operand_.constant = cut_to_size(sum->number, operand_.size, operand_.is_signed);
      return {};
    }
    operand_.kind = UsdtOperand::Kind::SymbolAddress;
    return take_symbol(*sum, UsdtOperand::Symbol::Whole);
  }

  Result<void> take_symbol(const OperandSum& sum, UsdtOperand::Symbol use) {
    operand_.displacement = static_cast<int64_t>(sum.number);
    if (sum.symbol.empty()) return {};
    operand_.symbol = std::string(sum.symbol);
    operand_.relocation = std::string(sum.relocation);
    operand_.symbol_use = sum.relocation.empty() ? use : UsdtOperand::Symbol::Indirect;
    return {};
  }

  Result<void> take_register(std::string_view name) {
    auto found = machine_register(name, set_);
    if (!found) return unknown_register(name);
    if (found->kind == MachineRegister::Kind::Zero) {
      operand_.kind = UsdtOperand::Kind::Constant;
      return {};
    }
    operand_.kind = UsdtOperand::Kind::Register;
    operand_.reg = std::move(*found);
    return {};
  }

  Result<void> parse_x86(std::string_view rest) {
    if (rest[0] == '$') return take_number(rest.substr(1));
    if (rest[0] == '%') {
      size_t colon = rest.find(':');
      if (colon == std::string_view::npos) return take_register(rest.substr(1));
      auto segment = machine_register(rest.substr(1, colon - 1), set_);
      if (!segment || segment->kind != MachineRegister::Kind::Segment)
        return unknown_register(rest.substr(1, colon - 1));
      operand_.segment = segment->name;
      rest = trimmed(rest.substr(colon + 1));
      if (rest.empty()) return nonsense("there is no address behind the segment");
    }
    return parse_x86_memory(rest);
  }

  // DISP, DISP(BASE), DISP(BASE,INDEX,SCALE), each part but one may be missing.
  Result<void> parse_x86_memory(std::string_view rest) {
    operand_.kind = UsdtOperand::Kind::Memory;
    size_t open = rest.find('(');
    OperandSum sum;
    if (open != 0) {
      auto parsed = parse_operand_sum(trimmed(rest.substr(0, std::min(open, rest.size()))));
      if (!parsed) return nonsense("its displacement is neither a number nor a symbol");
      sum = *parsed;
    }
    if (open == std::string_view::npos) return take_symbol(sum, UsdtOperand::Symbol::Whole);
    if (rest.back() != ')') return nonsense("its bracket is not closed");
    auto parts = split_at_commas(rest.substr(open + 1, rest.size() - open - 2));
    if (parts.size() > 3) return nonsense("it has too many registers");
    if (!parts[0].empty()) {
      TRY_ASSIGN(operand_.base, address_register(parts[0]));
      operand_.has_base = true;
    }
    if (parts.size() > 1 && !parts[1].empty()) {
      TRY_ASSIGN(operand_.index, address_register(parts[1]));
      operand_.has_index = true;
    }
    if (parts.size() > 2) {
      auto scale = parse_decimal(parts[2]);
      if (!scale || (*scale != 1 && *scale != 2 && *scale != 4 && *scale != 8))
        return nonsense("its scale is not 1, 2, 4 or 8");
      operand_.scale = static_cast<uint8_t>(*scale);
    }
    if (!operand_.has_base && !operand_.has_index) return nonsense("there is no register in its brackets");
    const bool by_pc = operand_.has_base && operand_.base.kind == MachineRegister::Kind::Pc;
    if (by_pc && operand_.has_index) return nonsense("the instruction pointer takes no index");
    // The register holds the address of the table that the offset counts from.
    const bool by_table = sum.relocation == "GOTOFF" && operand_.has_base && !operand_.has_index;
    if (by_table) sum.relocation = {};
    if ((by_pc || by_table) && !sum.symbol.empty()) operand_.has_base = false;
    return take_symbol(sum, by_pc || by_table ? UsdtOperand::Symbol::Whole : UsdtOperand::Symbol::Added);
  }

  Result<MachineRegister> address_register(std::string_view text) {
    if (text[0] != '%') return nonsense(fmt::format("{} is no register", text));
    auto found = machine_register(text.substr(1), set_);
    if (!found) return unknown_register(text.substr(1));
    const bool usable = (found->kind == MachineRegister::Kind::General && found->bits >= 32) ||
                        found->kind == MachineRegister::Kind::Pc;
    if (!usable) return nonsense(fmt::format("{} holds no address", text));
    return std::move(*found);
  }

  Result<void> parse_arm(std::string_view rest) {
    if (rest[0] == '#') return take_number(rest.substr(1));
    if (rest[0] == '[') return parse_arm_memory(rest);
    if (machine_register(rest, set_)) return take_register(rest);
    if (is_digit(rest[0]) || rest[0] == '-' || rest[0] == '+') {
      TRY(take_number(rest));
      if (operand_.kind == UsdtOperand::Kind::SymbolAddress) operand_.kind = UsdtOperand::Kind::Memory;
      return {};
    }
    auto sum = parse_operand_sum(rest);
    if (!sum || sum->symbol.empty()) return nonsense("it is neither a register nor a number nor an address");
    operand_.kind = UsdtOperand::Kind::Memory;
    return take_symbol(*sum, UsdtOperand::Symbol::Whole);
  }

  // "lsl 3", "sxtw #2", "uxtw": how the index is extended is told by its register too, the number shifts it.
  Result<void> take_shift(std::string_view text) {
    const size_t blank = text.find(' ');
    const std::string_view extension = text.substr(0, blank);
    if (extension != "lsl" && extension != "sxtw" && extension != "uxtw" && extension != "sxtx" &&
        extension != "uxtx")
      return nonsense(fmt::format("{} is no shift", text));
    if (blank == std::string_view::npos) return {};
    std::string_view number = trimmed(text.substr(blank));
    if (!number.empty() && number[0] == '#') number.remove_prefix(1);
    auto shift = parse_decimal(number);
    if (!shift || *shift > 3) return nonsense("its shift is not 0 to 3");
    operand_.scale = static_cast<uint8_t>(1U << *shift);
    return {};
  }

  // [x0], [sp, 24], [x0, x1], [x0, w1, sxtw 3], [x0, :lo12:symbol]
  Result<void> parse_arm_memory(std::string_view rest) {
    operand_.kind = UsdtOperand::Kind::Memory;
    if (rest.back() != ']') return nonsense("its bracket is not closed");
    auto parts = split_at_commas(rest.substr(1, rest.size() - 2));
    if (parts.size() > 3) return nonsense("it has too many registers");
    auto base = machine_register(parts[0], set_);
    if (!base || base->kind != MachineRegister::Kind::General) return unknown_register(parts[0]);
    operand_.base = std::move(*base);
    operand_.has_base = true;
    if (parts.size() == 1) return {};
    std::string_view second = parts[1];
    if (second.empty()) return nonsense("there is nothing behind its comma");
    if (auto index = machine_register(second, set_)) {
      if (index->kind == MachineRegister::Kind::Vector) return nonsense("its index is no general register");
      operand_.index = std::move(*index);
      operand_.has_index = true;
      return parts.size() == 3 ? take_shift(parts[2]) : Result<void>{};
    }
    if (parts.size() == 3) return nonsense("its third part has nothing to scale");
    constexpr std::string_view kLow = ":lo12:";
    const bool is_low = second.substr(0, kLow.size()) == kLow;
    if (is_low) second.remove_prefix(kLow.size());
    if (!second.empty() && second[0] == '#') second.remove_prefix(1);
    auto sum = parse_operand_sum(second);
    if (!sum || sum->symbol.empty() == is_low) return nonsense(fmt::format("{} is no offset", parts[1]));
    // The base holds the symbol's page, the offset is the rest of its address.
    if (is_low) operand_.has_base = false;
    return take_symbol(*sum, UsdtOperand::Symbol::Whole);
  }

  std::string_view piece_;
  InstructionSet set_;
  UsdtOperand operand_;
};

}  // namespace

std::vector<std::string_view> split_usdt_arguments(std::string_view text) {
  std::vector<std::string_view> pieces;
  size_t start = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size() && pieces.size() < kMaxUsdtArguments; ++i) {
    const bool at_end = i == text.size();
    const char c = at_end ? ' ' : text[i];
    if (c == '(' || c == '[') ++depth;
    if ((c == ')' || c == ']') && depth > 0) --depth;
    if (!at_end && (depth > 0 || (c != ' ' && c != '\t'))) continue;
    if (i > start) pieces.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  return pieces;
}

Result<UsdtOperand> parse_usdt_operand(std::string_view piece, InstructionSet set) {
  return OperandParser(trimmed(piece), set).parse();
}

std::string usdt_type_name(const UsdtOperand& operand) {
  const char kind = operand.is_float ? 'f' : operand.is_signed ? 's' : 'u';
  return fmt::format("{}{}", kind, operand.size * 8);
}

std::vector<std::string> usdt_type_names(std::string_view arguments, InstructionSet set) {
  std::vector<std::string> names;
  for (std::string_view piece : split_usdt_arguments(arguments)) {
    auto operand = parse_usdt_operand(piece, set);
    names.push_back(operand.ok() ? usdt_type_name(*operand) : "?");
  }
  return names;
}

}  // namespace uproar
