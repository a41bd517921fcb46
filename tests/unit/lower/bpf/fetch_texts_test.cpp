#include <gtest/gtest.h>

#include <cstring>

#include "lower/bpf/fetch_code.h"
#include "support/bpf_cases.h"
#include "support/lowered_bpf.h"

namespace uproar {
namespace {

using test::lowered;

TEST(FetchTexts, LongStringsAreCutAtTheirLimit) {
  const BpfPrograms programs = lowered({"p:e /bin/bash:0x10 a=+0(%r12):string"});
  BpfEmulator machine(programs);
  test::set_up(machine);
  EXPECT_EQ(machine.hit(0, 0), "");
  const BpfField& field = programs.events[0].layout.fields[0];
  EXPECT_EQ(field.longest_text, 65535u);
  uproar_text text;
  std::memcpy(&text, machine.records.at(0).data() + field.offset, sizeof text);
  EXPECT_EQ(text.length, 65535u);
}

}  // namespace
}  // namespace uproar
