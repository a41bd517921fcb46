// The part of FetchCode that fetches strings, whose bytes go behind the fields of the record.
#include <algorithm>
#include <bit>

#include "lower/bpf/fetch_code.h"

namespace uproar {
namespace {

// Pages of a string that are read in one by one, each before another try; more are read in before one last try.
constexpr uint32_t kPagesOneByOne = 2;

}  // namespace

// to = where the next string's bytes go
void FetchCode::text_destination(Register to) {
  address_of(to, {record_.base, record_.offset});
  code_.apply(BpfOperation::Add, to, kEnd);
}

// The struct uproar_text; what is in `length` is behind the record's end so far.
void FetchCode::store_text(uint32_t field, uint32_t element, Register length) {
  const Place place = place_of(field, 8 * element);
  code_.store(4, place.base, place.offset, kEnd);
  code_.store(4, place.base, place.offset + 4, length);
  code_.apply(BpfOperation::Add, kEnd, length);
}

void FetchCode::fetch_text(uint32_t field) {
  name(field);
  const BpfText& text = *fields_.texts[field];
  const auto kept = std::find(kept_texts_.begin(), kept_texts_.end(), field);
  if (kept != kept_texts_.end()) {
    if (text.end == BpfText::End::TaskName || text.end == BpfText::End::Constant) {
      address_of(Register::R1, {record_.base, record_.at(text.at)});
    } else {
      text_destination(Register::R1);
    }
    code_.store(8, kFrame, kFilterTexts + 8 * static_cast<int32_t>(kept - kept_texts_.begin()), Register::R1);
  }
  switch (text.end) {
    case BpfText::End::TaskName:
    case BpfText::End::Constant:
      return own_text(field);
    case BpfText::End::Helper:
    case BpfText::End::Object:
      return read_with_length(field);
    case BpfText::End::Nul:
      break;
  }
  const Access access = access_of(field);
  if (schema_field(field).count != 0) return fetch_texts_behind_pointers(field, access);
  pointer(access);
  // A value that is no address of anything in memory has no step.
  add_to_address(access.steps.empty() ? 0 : access.steps.back());
  read_until_nul(field, 0);
}

// string[N] is an array of pointers to strings (kernel: kernel/trace/trace_probe_tmpl.h process_fetch_insn_bottom).
void FetchCode::fetch_texts_behind_pointers(uint32_t field, const Access& access) {
  pointer(access);
  add_to_address(access.steps.back());
  code_.store(8, kFrame, kBase, Register::R3);
  for (uint32_t i = 0; i < schema_field(field).count; ++i) {
    const Label bad = code_.label();
    code_.load(8, Register::R3, kFrame, kBase);
    add_to_address(8 * int64_t{i});
    follow(bad);
    code_.bind(bad);
    read_until_nul(field, i);
  }
}

// Reads in one byte of that page of the string at kAddress, counted from the one it begins in.
void FetchCode::touch(uint32_t page, Label failed) {
  code_.load(8, Register::R3, kFrame, kAddress);
  if (page > 0) {
    code_.apply(BpfOperation::Or, Register::R3, kPageBytes - 1);
    code_.apply(BpfOperation::Add, Register::R3, 1 + kPageBytes * static_cast<int32_t>(page - 1));
  }
  address_of(Register::R1, {kFrame, kValue});
  code_.set(Register::R2, 1);
  code_.call(BpfHelper::CopyFromUser);
  code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, failed);
}

// At r3. The kernel's own read does not wait for pages that are not resident.
void FetchCode::read_until_nul(uint32_t field, uint32_t element) {
  const BpfText& text = *fields_.texts[field];
  const Label done = code_.label();
  const auto attempt = [&] {
    text_destination(Register::R1);
    code_.set(Register::R2, text.longest);
    code_.call(BpfHelper::ProbeReadUserStr);
    code_.jump_if(BpfCondition::Greater, Register::R0, 0, done);
  };
  if (options_.sleepable) code_.store(8, kFrame, kAddress, Register::R3);
  attempt();
  if (options_.sleepable) {
    const uint32_t pages = (text.longest + kPageBytes - 1) / kPageBytes + 1;
    for (uint32_t page = 0; page < std::min(pages, kPagesOneByOne); ++page) {
      touch(page, done);
      code_.load(8, Register::R3, kFrame, kAddress);
      attempt();
    }
    if (pages > kPagesOneByOne) {
      const Label enough = code_.label();
      for (uint32_t page = kPagesOneByOne; page < pages; ++page) touch(page, enough);
      code_.bind(enough);
      code_.load(8, Register::R3, kFrame, kAddress);
      attempt();
    }
  }
  code_.bind(done);
  // Without a jump, so that there is one path: an error becomes 0, and the verifier learns what the length can be.
  code_.move(Register::R1, Register::R0);
  code_.apply(BpfOperation::ShiftRightSigned, Register::R1, 63);
  code_.apply(BpfOperation::Xor, Register::R1, -1);
  code_.apply(BpfOperation::And, Register::R0, Register::R1);
  code_.apply(BpfOperation::And, Register::R0, static_cast<int32_t>(std::bit_ceil(text.longest + 1) - 1));
  store_text(field, element, Register::R0);
}

// r2 = how many characters the program's string has, and at most as many as are fetched
void FetchCode::text_length(const BpfText& text) {
  const auto most = static_cast<int32_t>(text.longest / text.character_bytes);
  const Label known = code_.label();
  if (text.end == BpfText::End::Object) {
    const bool length_first = text.layout == TextForm::Layout::LengthFirst;
    const Place object = place_of(text.object);
    code_.set(Register::R2, 0);
    code_.load(1, Register::R1, object.base, object.offset + (length_first ? 0 : 23));
    code_.apply(BpfOperation::And, Register::R1, length_first ? 1 : 0x80);
    code_.jump_if(BpfCondition::Equal, Register::R1, 0, known);  // the object has it in itself
    code_.load(8, Register::R2, object.base, object.offset + 8);
  } else {
    const Place length = place_of(text.length);
    const Field& shape = schema_field(text.length);
    code_.load(shape.size, Register::R2, length.base, length.offset);
    if (text.first) {
      const Place first = place_of(*text.first);
      const Label more = code_.label();
      code_.load(schema_field(*text.first).size, Register::R1, first.base, first.offset);
      for (const auto& [reg, size] :
           {std::pair(Register::R2, shape.size), std::pair(Register::R1, schema_field(*text.first).size)}) {
        if (size == 8) continue;
        code_.apply(BpfOperation::ShiftLeft, reg, 64 - 8 * size);
        code_.apply(BpfOperation::ShiftRightSigned, reg, 64 - 8 * size);
      }
      code_.jump_if(BpfCondition::GreaterOrEqual, Register::R2, Register::R1, more);
      code_.set(Register::R2, 0);
      code_.jump(known);
      code_.bind(more);
      code_.apply(BpfOperation::Subtract, Register::R2, Register::R1);
      code_.apply(BpfOperation::Add, Register::R2, 1);
    }
  }
  const Label longer = code_.label();
  code_.jump_if(BpfCondition::Above, Register::R2, most, longer);
  code_.bind(known);
  cold_.emplace_back([this, most, longer, known] {
    code_.bind(longer);
    code_.set(Register::R2, static_cast<uint64_t>(most));
    code_.jump(known);
  });
}

// What bounds a text is not a length that it has: behind its NUL nothing need be mapped. So less of it is read, up to
// the end of a page.
void FetchCode::read_pages(int32_t pages, Label read) {
  const Label no_more = code_.label();
  code_.load(8, Register::R1, kFrame, kAddress);
  code_.apply(BpfOperation::And, Register::R1, kPageBytes - 1);
  code_.set(Register::R2, static_cast<uint64_t>(pages) * kPageBytes);
  code_.apply(BpfOperation::Subtract, Register::R2, Register::R1);
  code_.load(8, Register::R1, kFrame, kLength);
  code_.jump_if(BpfCondition::Above, Register::R2, Register::R1, no_more);
  code_.store(8, kFrame, kLength, Register::R2);
  code_.bind(no_more);
  text_destination(Register::R1);
  code_.load(8, Register::R2, kFrame, kLength);
  code_.load(8, Register::R3, kFrame, kAddress);
  code_.call(options_.sleepable ? BpfHelper::CopyFromUser : BpfHelper::ProbeReadUser);
  code_.jump_if(BpfCondition::Equal, Register::R0, 0, read);
}

void FetchCode::read_with_length(uint32_t field) {
  const BpfText& text = *fields_.texts[field];
  text_length(text);
  const int32_t shift = std::countr_zero(text.character_bytes);
  if (shift > 0) code_.apply(BpfOperation::ShiftLeft, Register::R2, shift);
  code_.store(8, kFrame, kLength, Register::R2);
  const Access access = access_of(field);
  pointer(access);
  add_to_address(access.steps.empty() ? 0 : access.steps.back());
  const Label read = code_.label();
  code_.store(8, kFrame, kAddress, Register::R3);
  text_destination(Register::R1);
  code_.load(8, Register::R2, kFrame, kLength);
  code_.call(BpfHelper::ProbeReadUser);
  code_.jump_if(BpfCondition::Equal, Register::R0, 0, read);
  if (options_.sleepable) {
    text_destination(Register::R1);
    code_.load(8, Register::R2, kFrame, kLength);
    code_.load(8, Register::R3, kFrame, kAddress);
    code_.call(BpfHelper::CopyFromUser);
    code_.jump_if(BpfCondition::Equal, Register::R0, 0, read);
  }
  if (text.is_limit) {
    for (const int32_t pages : {3, 2, 1}) read_pages(pages, read);
  }
  code_.bind(read);
  code_.load(8, Register::R2, kFrame, kLength);
  // r1 = -1 if it failed, else 0; of nothing nothing can fail, wherever it is. Without a jump, as in read_until_nul().
  code_.set(Register::R1, 0);
  code_.apply(BpfOperation::Subtract, Register::R1, Register::R2);
  code_.apply(BpfOperation::And, Register::R1, Register::R0);
  code_.apply(BpfOperation::ShiftRightSigned, Register::R1, 63);
  text_destination(Register::R3);
  code_.apply(BpfOperation::Add, Register::R3, Register::R2);
  code_.store_number(1, Register::R3, 0, 0);
  code_.apply(BpfOperation::Add, Register::R2, 1);
  code_.apply(BpfOperation::Xor, Register::R1, -1);
  code_.apply(BpfOperation::And, Register::R2, Register::R1);
  store_text(field, 0, Register::R2);
}

// One that is not read from the program.
void FetchCode::own_text(uint32_t field) {
  const BpfText& text = *fields_.texts[field];
  uint32_t bytes = 16;
  if (text.end == BpfText::End::TaskName) {
    address_of(Register::R1, {record_.base, record_.at(text.at)});
    code_.set(Register::R2, bytes);
    code_.call(BpfHelper::GetCurrentComm);
  } else {
    const std::string& constant = argument(field).operations.front().name;
    bytes = static_cast<uint32_t>(constant.size()) + 1;
    for (uint32_t i = 0; i < bytes; ++i) {
      const int32_t character = i < constant.size() ? static_cast<unsigned char>(constant[i]) : 0;
      code_.store_number(1, record_.base, record_.at(text.at + i), character);
    }
  }
  const Place place = place_of(field);
  code_.store_number(4, place.base, place.offset, static_cast<int32_t>(text.at));
  code_.store_number(4, place.base, place.offset + 4, static_cast<int32_t>(bytes));
}

}  // namespace uproar
