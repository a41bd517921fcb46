// Hostile bytes through the rewriting of records that BPF programs sent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "event/bpf_record.h"
#include "event/record_decoder.h"

namespace {

using uproar::BpfField;
using uproar::BpfLayout;
using uproar::Field;

BpfLayout make_layout(bool is_return) {
  constexpr uint32_t kHead = sizeof(uproar_record);
  const uint32_t at = is_return ? 24 : 16;
  BpfLayout layout;
  layout.schema.is_return = is_return;
  layout.function_at = is_return ? kHead : 0;
  layout.faults_at = kHead + 8;
  layout.fault_words = 1;
  layout.schema.fields = {
      {"number", Field::Kind::Signed, 2, 0, at},         {"text", Field::Kind::String, 4, 0, at + 2},
      {"list", Field::Kind::String, 4, 3, at + 6},       {"words", Field::Kind::Hex, 4, 3, at + 18},
      {"__place", Field::Kind::Unsigned, 4, 0, at + 30}, {"__faults", Field::Kind::Hex, 8, 0, at + 34},
      {"__cuts", Field::Kind::Hex, 8, 0, at + 42}};
  layout.fields = {{BpfField::Kind::Number, kHead + 16, 0},
                   {BpfField::Kind::Text, kHead + 24, 16},
                   {BpfField::Kind::Text, kHead + 32, 0},
                   {BpfField::Kind::Number, kHead + 56, 0},
                   {BpfField::Kind::Place, 0, 0},
                   {BpfField::Kind::Faults, 0, 0},
                   {BpfField::Kind::Cuts, 0, 0}};
  layout.stack_at = kHead + 72;
  layout.fixed_bytes = kHead + 80;
  return layout;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static uproar::BpfRecordReader readers[] = {uproar::BpfRecordReader(make_layout(false)),
                                              uproar::BpfRecordReader(make_layout(true))};
  static const BpfLayout layouts[] = {make_layout(false), make_layout(true)};
  static uproar::Event event;
  for (int i = 0; i < 2; ++i) {
    std::vector<uint8_t> record(data, data + size);
    uproar_record head{};
    // Most inputs say another length, and would end there.
    if (record.size() >= sizeof head) {
      const auto length = static_cast<uint32_t>(record.size());
      std::memcpy(record.data() + offsetof(uproar_record, length), &length, sizeof length);
    }
    if (uproar::read_bpf_head(record, head) != uproar::BpfRecordStatus::Ok) continue;
    if (readers[i].read(record, head) != uproar::BpfRecordStatus::Ok) continue;
    // What it makes of them must be a record of the schema.
    if (decode_record(layouts[i].schema, readers[i].bytes(), event) != uproar::DecodeStatus::Ok) std::abort();
  }
  return 0;
}
