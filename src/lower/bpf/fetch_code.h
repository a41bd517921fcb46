// The instructions that fetch an event's fields into its record. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/bpf_fields.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/bpf_options.h"
#include "lower/bpf/register_offsets.h"

namespace uproar {

// Of one argument set, at sites with one file offset (which @+OFF counts from). What it is given must outlive it.
class FetchCode {
 public:
  FetchCode(BpfAssembler& code, const BpfFields& fields, size_t set, uint64_t file_offset,
            const BpfOptions& options, BpfRecordPlace record);

  // No faults so far, no strings.
  void begin();
  // Fetches these fields: numbers first, those that are read through one pointer at once.
  void fetch(const std::vector<uint32_t>& fields);
  // The address of the string in each of these fields (one string each) is kept at kFilterTexts when it is fetched.
  void keep_texts(std::vector<uint32_t> fields) { kept_texts_ = std::move(fields); }
  // What is rarely run, behind the instructions that are: to be called once, last.
  void finish();

  // r3 = the probed instruction's address, or that of the function that returns.
  void probed_address();

 private:
  using Register = BpfRegister;
  using Label = BpfAssembler::Label;
  static constexpr int32_t kPageBytes = 4096;

  struct Place {
    Register base;
    int32_t offset;
  };
  // A field's operations as a first value and what is added to it before each read; none: it is the value.
  struct Access {
    const FetchOperation* source = nullptr;
    std::vector<int64_t> steps;
  };
  struct Wanted {
    uint32_t field;
    Access access;
  };

  Access access_of(uint32_t field) const;
  static bool same_pointer(const Access& a, const Access& b);
  const FetchArgument& argument(uint32_t field) const { return fields_.sets[set_][field]; }
  const Field& schema_field(uint32_t field) const { return fields_.layout.schema.fields[field]; }
  Place place_of(uint32_t field, uint32_t more = 0) const;
  std::string names_of(const std::vector<Wanted>& group) const;

  void name(uint32_t field);
  void add_to_address(int64_t number);
  void registers(const FetchOperation& operation);
  void source(const FetchOperation& operation);
  void pointer(const Access& access);
  void address_of(Register to, Place place);
  void read(Place to, uint32_t bytes, Label ok);
  void follow(Label bad);
  void set_fault(uint32_t field);

  void fetch_value(uint32_t field, const Access& access);
  void fetch_group(const std::vector<Wanted>& group);
  void fetch_together(const std::vector<Wanted>& group);
  void fetch_number(uint32_t field);
  void fetch_array(uint32_t field);
  void fetch_bitfields(uint32_t field);
  void take_bits(const ValueType& type);

  void fetch_text(uint32_t field);
  void fetch_texts_behind_pointers(uint32_t field, const Access& access);
  void text_destination(Register to);
  void read_until_nul(uint32_t field, uint32_t element);
  void touch(uint32_t page, Label failed);
  void text_length(const BpfText& text);
  void read_pages(int32_t pages, Label read);
  void read_with_length(uint32_t field);
  void store_text(uint32_t field, uint32_t element, Register length);
  void own_text(uint32_t field);

  BpfAssembler& code_;
  const BpfFields& fields_;
  size_t set_;
  uint64_t file_offset_;
  const BpfOptions& options_;
  MachineRegisters registers_;
  BpfRecordPlace record_;
  std::vector<uint32_t> kept_texts_;
  std::vector<std::function<void()>> cold_;
};

}  // namespace uproar
