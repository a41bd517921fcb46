#include "binary/split/split_image.h"

#include <dwarf.h>
#include <elf.h>

#include <array>
#include <cstring>
#include <unordered_map>

namespace uproar {
namespace {

constexpr size_t kMaxAttributes = 1024;  // of one declaration
constexpr size_t kMaxDeclarations = size_t{1} << 20;
constexpr size_t kListHeader = 12;  // of .debug_loclists and .debug_rnglists, 32-bit DWARF
constexpr size_t kOffsetsHeader = 8;

Error fault(std::string message) {
  return Error{std::move(message), {}, {}, 0};
}

// Numbers of the file's byte order, each read checked.
class Bytes {
 public:
  Bytes(std::string_view bytes, bool is_big_endian) : bytes_(bytes), is_big_(is_big_endian) {}

  size_t at() const { return at_; }
  bool good() const { return good_; }
  void seek(size_t at) {
    good_ = good_ && at <= bytes_.size();
    at_ = good_ ? at : bytes_.size();
  }

  uint64_t number(size_t size) {
    if (!good_ || bytes_.size() - at_ < size) return good_ = false, 0;
    uint64_t value = 0;
    for (size_t i = 0; i < size; ++i) {
      const auto byte = static_cast<uint8_t>(bytes_[at_ + (is_big_ ? i : size - 1 - i)]);
      value = value << 8 | byte;
    }
    at_ += size;
    return value;
  }
  uint64_t leb() {
    uint64_t value = 0;
    for (int shift = 0; good_; shift += 7) {
      const uint64_t byte = number(1);
      if (shift < 64) value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
      if (shift > 70) good_ = false;
    }
    return value;
  }
  void skip_text() {
    const size_t end = good_ ? bytes_.find('\0', at_) : std::string_view::npos;
    if (end == std::string_view::npos) good_ = false;
    seek(good_ ? end + 1 : bytes_.size());
  }
  void skip(uint64_t size) {
    if (size > bytes_.size() - at_) good_ = false;
    seek(good_ ? at_ + static_cast<size_t>(size) : bytes_.size());
  }

 private:
  std::string_view bytes_;
  bool is_big_;
  size_t at_ = 0;
  bool good_ = true;
};

void put(std::string& bytes, uint64_t value, size_t size, bool is_big) {
  for (size_t i = 0; i < size; ++i) {
    bytes += static_cast<char>(value >> (8 * (is_big ? size - 1 - i : i)));
  }
}
void put_at(std::string& bytes, size_t at, uint64_t value, size_t size, bool is_big) {
  std::string text;
  put(text, value, size, is_big);
  bytes.replace(at, size, text);
}
void put_leb(std::string& bytes, uint64_t value) {
  do {
    const auto byte = static_cast<uint8_t>(value & 0x7f);
    value >>= 7;
    bytes += static_cast<char>(value ? byte | 0x80 : byte);
  } while (value);
}
void put_signed_leb(std::string& bytes, int64_t value) {
  for (;;) {
    const auto byte = static_cast<uint8_t>(value & 0x7f);
    value >>= 7;
    const bool is_last = (value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40));
    bytes += static_cast<char>(is_last ? byte : byte | 0x80);
    if (is_last) return;
  }
}

struct Specification {
  uint64_t name = 0;
  uint64_t form = 0;
  int64_t constant = 0;  // DW_FORM_implicit_const
};

struct Declaration {
  uint64_t tag = 0;
  uint8_t has_children = 0;
  std::vector<Specification> attributes;
  size_t begin = 0;
  size_t end = 0;
  bool by_string = false;  // of the whole table: a declaration refers to a string by its place
};

int64_t signed_leb(Bytes& in) {
  int64_t value = 0;
  int shift = 0;
  uint64_t byte = 0x80;
  while (in.good() && (byte & 0x80)) {
    byte = in.number(1);
    if (shift < 64) value |= static_cast<int64_t>(byte & 0x7f) << shift;
    shift += 7;
  }
  if (shift < 64 && (byte & 0x40)) value |= static_cast<int64_t>(~uint64_t{0} << shift);
  return value;
}

// The declaration of `code`, and how far the whole table goes.
std::optional<Declaration> find_declaration(std::string_view table, uint64_t code, size_t* table_end) {
  Bytes in(table, false);
  std::optional<Declaration> found;
  bool by_string = false;
  for (size_t i = 0; i < kMaxDeclarations; ++i) {
    Declaration each;
    each.begin = in.at();
    const uint64_t number = in.leb();
    if (!in.good() || number == 0) break;
    each.tag = in.leb();
    each.has_children = static_cast<uint8_t>(in.number(1));
    for (size_t count = 0; count < kMaxAttributes; ++count) {
      Specification attribute;
      attribute.name = in.leb();
      attribute.form = in.leb();
      by_string |= attribute.form == DW_FORM_strp || attribute.form == DW_FORM_line_strp;
      if (attribute.form == DW_FORM_implicit_const) attribute.constant = signed_leb(in);
      if (!in.good() || (attribute.name == 0 && attribute.form == 0)) break;
      each.attributes.push_back(attribute);
    }
    if (!in.good()) return std::nullopt;
    each.end = in.at();
    if (number == code && !found) {
      found = std::move(each);
      if (!table_end) return found;
    }
  }
  if (table_end) *table_end = std::min(in.at(), table.size());
  if (found) found->by_string = by_string;
  return found;
}

// Steps over a value of a root's attribute. False: a form that no root has.
bool skip_value(Bytes& in, uint64_t form, size_t address_size) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return true;
    case DW_FORM_data1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return in.skip(1), in.good();
    case DW_FORM_data2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return in.skip(2), in.good();
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return in.skip(3), in.good();
    case DW_FORM_data4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_ref4:
      return in.skip(4), in.good();
    case DW_FORM_data8:
    case DW_FORM_ref_sig8:
      return in.skip(8), in.good();
    case DW_FORM_addr:
      return in.skip(address_size), in.good();
    case DW_FORM_string:
      return in.skip_text(), in.good();
    case DW_FORM_udata:
    case DW_FORM_sdata:
    case DW_FORM_strx:
    case DW_FORM_addrx:
    case DW_FORM_loclistx:
    case DW_FORM_rnglistx:
    case DW_FORM_GNU_str_index:
    case DW_FORM_GNU_addr_index:
      return in.leb(), in.good();
    default:
      return false;
  }
}

// Where the parts of a unit begin: 32-bit DWARF, version 4 or 5.
struct Layout {
  SplitUnitHead head;
  uint8_t address_size = 0;
  uint8_t type = 0;  // DW_UT_…, 0 before version 5
  size_t abbreviations_at = 0;
  size_t root_at = 0;
};

std::optional<Layout> layout_of(std::string_view bytes, bool in_types, bool is_big) {
  Layout layout;
  Bytes in(bytes, is_big);
  const uint64_t length = in.number(4);
  if (!in.good() || length >= 0xfffffff0 || length > bytes.size() - 4) return std::nullopt;
  layout.head.size = length + 4;
  layout.head.version = static_cast<uint16_t>(in.number(2));
  if (layout.head.version == 5) {
    layout.type = static_cast<uint8_t>(in.number(1));
    layout.address_size = static_cast<uint8_t>(in.number(1));
    layout.abbreviations_at = in.at();
    layout.head.abbreviations = in.number(4);
    layout.head.is_type = layout.type == DW_UT_type || layout.type == DW_UT_split_type;
    const bool has_id =
        layout.head.is_type || layout.type == DW_UT_skeleton || layout.type == DW_UT_split_compile;
    if (has_id) layout.head.id = in.number(8);
    if (layout.head.is_type) in.skip(4);
  } else if (layout.head.version == 4) {
    layout.abbreviations_at = in.at();
    layout.head.abbreviations = in.number(4);
    layout.address_size = static_cast<uint8_t>(in.number(1));
    layout.head.is_type = in_types;
    if (in_types) {
      layout.head.id = in.number(8);
      in.skip(4);
    }
  } else {
    return std::nullopt;
  }
  layout.root_at = in.at();
  if (!in.good() || layout.root_at >= layout.head.size) return std::nullopt;
  return layout;
}

class ImageMaker {
 public:
  explicit ImageMaker(const SplitParts& parts) : parts_(parts) {}

  Result<std::string> make() {
    TRY(add_unit());
    for (const SplitTypeUnit& each : parts_.types) TRY(add_type(each));
    return elf();
  }

 private:
  // Offsets into the strings of the image instead of those of the file: a unit refers to few of them.
  uint64_t add_strings(const SplitTables& tables, bool has_header) {
    auto [known, is_new] = offsets_.try_emplace(tables.string_offsets.data(), string_offsets_.size());
    const uint64_t base = known->second + (has_header ? kOffsetsHeader : 0);
    if (!is_new) return base;
    Bytes in(tables.string_offsets, parts_.is_big_endian);
    if (has_header) {
      string_offsets_ += tables.string_offsets.substr(0, kOffsetsHeader);
      in.skip(kOffsetsHeader);
    }
    while (in.good() && tables.string_offsets.size() - in.at() >= 4)
      put(string_offsets_, string_at(tables.strings, in.number(4)), 4, parts_.is_big_endian);
    return base;
  }

  uint64_t string_at(std::string_view strings, uint64_t offset) {
    if (strings_.empty()) strings_ += '\0';
    if (offset >= strings.size()) return 0;
    const char* text = strings.data() + offset;
    auto [known, is_new] = string_places_.try_emplace(text, strings_.size());
    if (is_new) {
      strings_.append(text, ::strnlen(text, strings.size() - offset));
      strings_ += '\0';
    }
    return known->second;
  }

  // Appends the table with the root's declaration as `root`, and returns where it begins.
  uint64_t add_abbreviations(std::string_view table, const Declaration& old, size_t table_end, uint64_t code,
                             const std::vector<Specification>& root) {
    const size_t begin = abbreviations_.size();
    put_leb(abbreviations_, code);
    put_leb(abbreviations_, old.tag);
    abbreviations_ += static_cast<char>(old.has_children);
    for (const Specification& each : root) {
      put_leb(abbreviations_, each.name);
      put_leb(abbreviations_, each.form);
      if (each.form == DW_FORM_implicit_const) put_signed_leb(abbreviations_, each.constant);
    }
    abbreviations_.append(2, '\0');
    abbreviations_ += table.substr(0, old.begin);
    abbreviations_ += table.substr(old.end, table_end - old.end);
    if (table_end == 0 || table[table_end - 1] != '\0') abbreviations_ += '\0';
    return begin;
  }

  struct Root {
    Layout layout;
    uint64_t code = 0;
    size_t values_at = 0;
    Declaration declaration;
    std::string_view table;
    size_t table_end = 0;
  };

  Result<Root> root_of(std::string_view bytes, const SplitTables& tables, bool in_types) const {
    Root root;
    auto layout = layout_of(bytes, in_types, parts_.is_big_endian);
    if (!layout) return fault("its DWARF is of a version or form that is not known");
    root.layout = *layout;
    if (layout->head.abbreviations >= tables.abbreviations.size()) return fault("it is damaged");
    root.table = tables.abbreviations.substr(layout->head.abbreviations);
    Bytes in(bytes.substr(0, layout->head.size), parts_.is_big_endian);
    in.seek(layout->root_at);
    root.code = in.leb();
    root.values_at = in.at();
    auto declaration = find_declaration(root.table, root.code, &root.table_end);
    if (!in.good() || !declaration) return fault("it is damaged");
    if (declaration->by_string) return fault("it refers to its strings in a way that is not known");
    root.declaration = std::move(*declaration);
    return root;
  }

  static Specification constant(uint64_t name, uint64_t value) {
    return {name, DW_FORM_implicit_const, static_cast<int64_t>(value)};
  }

  // The skeleton's address takes the place of the id: in the header (version 5), which becomes that of a plain
  // unit, or in the root. So nothing moves, and references within the unit stay right. What else is told
  // takes no room in the unit.
  Result<void> add_unit() {
    TRY_ASSIGN(Root root, root_of(parts_.unit, parts_.tables, false));
    const Layout& layout = root.layout;
    const std::string_view bytes = parts_.unit.substr(0, layout.head.size);
    const bool is_new = layout.head.version == 5;
    const uint64_t strings = add_strings(parts_.tables, is_new);
    std::vector<Specification> attributes;
    const size_t begin = info_.size();
    std::string low_pc;
    put(low_pc, parts_.low_pc, 8, parts_.is_big_endian);
    if (layout.address_size != 8) return fault("its addresses have not 8 bytes");
    if (is_new) {
      if (layout.type != DW_UT_split_compile) return fault("it is no unit of split DWARF");
      info_ += bytes.substr(0, layout.abbreviations_at + 4);
      info_[begin + 6] = DW_UT_compile;
      info_ += bytes.substr(layout.root_at, root.values_at - layout.root_at);
      info_ += low_pc;
      info_ += bytes.substr(root.values_at);
      attributes.push_back({DW_AT_low_pc, DW_FORM_addr, 0});
    } else {
      info_ += bytes;
    }
    Bytes in(bytes, parts_.is_big_endian);
    in.seek(root.values_at);
    bool has_place = is_new;
    for (Specification each : root.declaration.attributes) {
      const size_t at = in.at();
      const bool is_id = !is_new && each.name == DW_AT_GNU_dwo_id && each.form == DW_FORM_data8;
      if (!has_place && !skip_value(in, each.form, layout.address_size)) return fault("it is damaged");
      if (is_id && !has_place) {
        Bytes id(bytes, parts_.is_big_endian);
        id.seek(at);
        const uint64_t value = id.number(8);
        info_.replace(begin + at, 8, low_pc);
        attributes.push_back({DW_AT_low_pc, DW_FORM_addr, 0});
        attributes.push_back(constant(DW_AT_GNU_dwo_id, value));
        has_place = true;
      } else {
        attributes.push_back(each);
      }
    }
    if (!has_place) return fault("it has no id");
    if (is_new) {
      attributes.push_back(constant(DW_AT_str_offsets_base, strings));
      attributes.push_back(constant(DW_AT_addr_base, 0));
      if (!parts_.location_lists.empty()) attributes.push_back(constant(DW_AT_loclists_base, kListHeader));
      if (!parts_.range_lists.empty()) attributes.push_back(constant(DW_AT_rnglists_base, kListHeader));
    }
    const uint64_t table =
        add_abbreviations(root.table, root.declaration, root.table_end, root.code, attributes);
    put_at(info_, begin + layout.abbreviations_at, table, 4, parts_.is_big_endian);
    return {};
  }

  Result<void> add_type(const SplitTypeUnit& type) {
    TRY_ASSIGN(Root root, root_of(type.bytes, type.tables, true));
    const bool is_new = root.layout.head.version == 5;
    const uint64_t strings = add_strings(type.tables, is_new);
    std::vector<Specification> attributes = root.declaration.attributes;
    attributes.push_back(constant(DW_AT_str_offsets_base, strings));
    std::string& section = is_new ? info_ : types_;
    const size_t begin = section.size();
    section += type.bytes.substr(0, root.layout.head.size);
    if (is_new) section[begin + 6] = DW_UT_type;
    const uint64_t table =
        add_abbreviations(root.table, root.declaration, root.table_end, root.code, attributes);
    put_at(section, begin + root.layout.abbreviations_at, table, 4, parts_.is_big_endian);
    return {};
  }

  Result<std::string> elf() const {
    struct Section {
      const char* name;
      std::string_view bytes;
    };
    const std::array<Section, 10> sections = {{{".debug_info", info_},
                                               {".debug_types", types_},
                                               {".debug_abbrev", abbreviations_},
                                               {".debug_str", strings_},
                                               {".debug_str_offsets", string_offsets_},
                                               {".debug_loc", parts_.locations},
                                               {".debug_loclists", parts_.location_lists},
                                               {".debug_rnglists", parts_.range_lists},
                                               {".debug_addr", parts_.addresses},
                                               {".debug_ranges", parts_.ranges}}};
    const bool is_big = parts_.is_big_endian;
    std::string names(1, '\0');
    std::string bytes(sizeof(Elf64_Ehdr), '\0');
    std::string headers(sizeof(Elf64_Shdr), '\0');
    size_t count = 1;
    auto add = [&](const char* name, std::string_view content, uint32_t type) {
      while (bytes.size() % 8 != 0) bytes += '\0';
      put(headers, names.size(), 4, is_big);
      put(headers, type, 4, is_big);
      put(headers, 0, 8, is_big);  // flags
      put(headers, 0, 8, is_big);  // address
      put(headers, bytes.size(), 8, is_big);
      put(headers, content.size(), 8, is_big);
      put(headers, 0, 8, is_big);  // link and info
      put(headers, 1, 8, is_big);  // alignment
      put(headers, 0, 8, is_big);  // size of entries
      names += name;
      names += '\0';
      bytes += content;
      ++count;
    };
    for (const Section& each : sections) {
      if (!each.bytes.empty()) add(each.name, each.bytes, SHT_PROGBITS);
    }
    const std::string all_names = names + ".shstrtab" + '\0';
    add(".shstrtab", all_names, SHT_STRTAB);
    while (bytes.size() % 8 != 0) bytes += '\0';
    const uint64_t headers_at = bytes.size();
    bytes += headers;
    bytes += '\0';  // texts end before the image does
    std::string head = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64};
    head += static_cast<char>(is_big ? ELFDATA2MSB : ELFDATA2LSB);
    head += static_cast<char>(EV_CURRENT);
    head.resize(EI_NIDENT, '\0');
    put(head, ET_EXEC, 2, is_big);
    put(head, parts_.machine, 2, is_big);
    put(head, EV_CURRENT, 4, is_big);
    put(head, 0, 8, is_big);  // entry
    put(head, 0, 8, is_big);  // segments
    put(head, headers_at, 8, is_big);
    put(head, 0, 4, is_big);  // flags
    put(head, sizeof(Elf64_Ehdr), 2, is_big);
    put(head, 0, 4, is_big);  // size and number of segments
    put(head, sizeof(Elf64_Shdr), 2, is_big);
    put(head, count, 2, is_big);
    put(head, count - 1, 2, is_big);
    bytes.replace(0, head.size(), head);
    return bytes;
  }

  const SplitParts& parts_;
  std::string info_;
  std::string types_;
  std::string abbreviations_;
  std::string strings_;
  std::string string_offsets_;
  std::unordered_map<const char*, uint64_t> offsets_;        // by the beginning of the file's part
  std::unordered_map<const char*, uint64_t> string_places_;  // by the text in the file
};

}  // namespace

std::optional<SplitUnitHead> read_split_head(std::string_view bytes, std::string_view abbreviations,
                                             bool in_types, bool is_big_endian) {
  auto layout = layout_of(bytes, in_types, is_big_endian);
  if (!layout) return std::nullopt;
  if (layout->head.id || layout->head.abbreviations >= abbreviations.size()) return layout->head;
  Bytes in(bytes.substr(0, layout->head.size), is_big_endian);
  in.seek(layout->root_at);
  auto root = find_declaration(abbreviations.substr(layout->head.abbreviations), in.leb(), nullptr);
  for (size_t i = 0; root && in.good() && i < root->attributes.size(); ++i) {
    const Specification& each = root->attributes[i];
    if (each.name == DW_AT_GNU_dwo_id && each.form == DW_FORM_data8) {
      layout->head.id = in.number(8);
      break;
    }
    if (!skip_value(in, each.form, layout->address_size)) break;
  }
  return layout->head;
}

Result<std::string> split_image(const SplitParts& parts) {
  return ImageMaker(parts).make();
}

}  // namespace uproar
