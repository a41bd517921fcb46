#include "convert/trace_dat/binary_printf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace uproar::trace_dat {

namespace {

constexpr size_t kLongest = size_t{64} << 10;
constexpr int kWidest = 1024;  // of one conversion; formats of the kernel stay below

// One conversion: flags, width and precision as printf has them.
struct Conversion {
  bool left = false, zeros = false, plus = false, blank = false, alternate = false;
  int width = 0;
  int precision = -1;
  unsigned bytes = 4;  // of an integer
  char letter = 0;
};

class Arguments {
 public:
  explicit Arguments(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  std::optional<uint64_t> number(unsigned bytes) {
    const size_t alignment = std::min(bytes, 4u);
    at_ = (at_ + alignment - 1) / alignment * alignment;
    if (at_ > bytes_.size() || bytes_.size() - at_ < bytes) return std::nullopt;
    uint64_t value = 0;
    for (unsigned i = bytes; i-- > 0;) value = value << 8 | bytes_[at_ + i];
    at_ += bytes;
    return value;
  }
  std::optional<std::string_view> text() {
    if (at_ >= bytes_.size()) return std::nullopt;
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_, bytes_.size() - at_);
    const std::string_view text = rest.substr(0, rest.find('\0'));
    at_ += std::min(text.size() + 1, rest.size());
    return text;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

int64_t sign_extended(uint64_t value, unsigned bytes) {
  const unsigned unused = 64 - bytes * 8;
  return static_cast<int64_t>(value << unused) >> unused;
}

class Printer {
 public:
  Printer(std::string_view format, std::span<const uint8_t> arguments, unsigned long_bytes)
      : rest_(format), arguments_(arguments), long_bytes_(long_bytes) {}

  std::string print() {
    while (!rest_.empty() && out_.size() < kLongest) {
      const size_t percent = std::min(rest_.find('%'), rest_.size());
      out_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (rest_.empty()) break;
      rest_.remove_prefix(1);
      if (!convert()) {
        out_ += "…";
        break;
      }
    }
    if (out_.size() > kLongest) out_.resize(kLongest);
    return std::move(out_);
  }

 private:
  char take() {
    if (rest_.empty()) return 0;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A number in the format, or that of an argument for '*'. False: the argument is missing.
  bool take_width(int& width) {
    if (take('*')) {
      const auto value = arguments_.number(4);
      if (!value) return false;
      width = static_cast<int>(std::clamp<int64_t>(sign_extended(*value, 4), -kWidest, kWidest));
      return true;
    }
    while (!rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0)
      width = std::min(width * 10 + (take() - '0'), kWidest);
    return true;
  }

  bool take_conversion(Conversion& out) {
    for (bool flag = true; flag;) {
      flag = true;
      if (take('-')) {
        out.left = true;
      } else if (take('0')) {
        out.zeros = true;
      } else if (take('+')) {
        out.plus = true;
      } else if (take(' ')) {
        out.blank = true;
      } else if (take('#')) {
        out.alternate = true;
      } else {
        flag = false;
      }
    }
    if (!take_width(out.width)) return false;
    if (out.width < 0) {
      out.left = true;
      out.width = -out.width;
    }
    if (take('.')) {
      out.precision = 0;
      if (!take_width(out.precision)) return false;
    }
    if (take('h')) {
      out.bytes = take('h') ? 1 : 2;
    } else if (take('l')) {
      out.bytes = take('l') ? 8 : long_bytes_;
    } else if (take('L') || take('q') || take('j')) {
      out.bytes = 8;
    } else if (take('z') || take('Z') || take('t')) {
      out.bytes = long_bytes_;
    }
    out.letter = take();
    return true;
  }

  bool convert() {
    if (take('%')) {
      out_ += '%';
      return true;
    }
    Conversion conversion;
    if (!take_conversion(conversion)) return false;
    switch (conversion.letter) {
      case 's':
        return convert_text(conversion);
      case 'c': {
        const auto value = arguments_.number(1);
        if (!value) return false;
        pad(conversion, std::string(1, static_cast<char>(*value)));
        return true;
      }
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o': {
        const auto value = arguments_.number(conversion.bytes);
        if (!value) return false;
        pad_number(conversion, digits_of(conversion, *value));
        return true;
      }
      case 'p':
        return convert_pointer(conversion);
      default:
        return false;  // what follows cannot be told from arguments
    }
  }

  bool convert_text(const Conversion& conversion) {
    const auto text = arguments_.text();
    if (!text) return false;
    const size_t most = conversion.precision < 0 ? text->size() : static_cast<size_t>(conversion.precision);
    pad(conversion, std::string(text->substr(0, most)));
    return true;
  }

  // The kernel stores what stays a pointer, and makes a text of all else at once (vbin_printf, case
  // FORMAT_STATE_PTR).
  bool convert_pointer(const Conversion& conversion) {
    constexpr std::string_view kStoredAsPointer = "SsxKe";
    const bool extended = !rest_.empty() && std::isalnum(static_cast<unsigned char>(rest_.front())) != 0;
    const char kind = extended ? rest_.front() : '\0';
    while (!rest_.empty() && std::isalnum(static_cast<unsigned char>(rest_.front())) != 0)
      rest_.remove_prefix(1);
    if (extended && kStoredAsPointer.find(kind) == std::string_view::npos && kind != 'f' && kind != 'F')
      return convert_text(conversion);
    const auto value = arguments_.number(long_bytes_);
    if (!value) return false;
    pad(conversion, fmt::format("0x{:x}", *value));
    return true;
  }

  static std::string digits_of(const Conversion& conversion, uint64_t value) {
    switch (conversion.letter) {
      case 'd':
      case 'i': {
        const int64_t number = sign_extended(value, conversion.bytes);
        if (number >= 0 && conversion.plus) return fmt::format("+{}", number);
        if (number >= 0 && conversion.blank) return fmt::format(" {}", number);
        return fmt::format("{}", number);
      }
      case 'x':
        return fmt::format("{}{:x}", conversion.alternate ? "0x" : "", value);
      case 'X':
        return fmt::format("{}{:X}", conversion.alternate ? "0X" : "", value);
      case 'o':
        return fmt::format("{}{:o}", conversion.alternate ? "0" : "", value);
      default:
        return fmt::format("{}", value);
    }
  }

  void pad_number(const Conversion& conversion, std::string text) {
    const size_t sign = text.starts_with('-') || text.starts_with('+') || text.starts_with(' ') ? 1
                        : text.starts_with("0x") || text.starts_with("0X")                      ? 2
                                                                                                : 0;
    size_t digits = conversion.precision > 0 ? static_cast<size_t>(conversion.precision) : 0;
    if (conversion.zeros && !conversion.left && conversion.precision < 0 &&
        static_cast<size_t>(conversion.width) > sign)
      digits = static_cast<size_t>(conversion.width) - sign;
    if (text.size() - sign < digits) text.insert(sign, digits - (text.size() - sign), '0');
    pad(conversion, text);
  }

  void pad(const Conversion& conversion, const std::string& text) {
    const auto width = static_cast<size_t>(conversion.width);
    const size_t blanks = width > text.size() ? width - text.size() : 0;
    if (!conversion.left) out_.append(blanks, ' ');
    out_ += text;
    if (conversion.left) out_.append(blanks, ' ');
  }

  std::string_view rest_;
  Arguments arguments_;
  unsigned long_bytes_;
  std::string out_;
};

}  // namespace

std::string print_binary(std::string_view format, std::span<const uint8_t> arguments, unsigned long_bytes) {
  return Printer(format, arguments, long_bytes).print();
}

}  // namespace uproar::trace_dat
