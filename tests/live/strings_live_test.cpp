// Strings of every difficult kind, as the target made them.
#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class StringsLive : public LiveTest {};

TEST_F(StringsLive, EveryReadableStringComesBackAndEveryOtherIsAFault) {
  record({"-e", "p:take " + target_path("strings") + ":take id=%di:s32 text=+0(%si):string", "--",
          target_path("strings"), file("cold")});
  auto all = events();
  ASSERT_EQ(all.size(), 18u);
  std::vector<Json> expected = {
      "plain",
      "",
      nullptr,
      nullptr,
      nullptr,
      nullptr,
      nullptr,
      "\x01\t\r\x1b[31mred\x1b[0m\x7f\"\\end",
      Json{{"bytes", "//7DKGJhZA=="}},
      "grüße ☃",
      nullptr,
      std::string(100, 'a'),
      std::string(255, 'b'),
      std::string(4000, 'c'),
      nullptr,  // 4,096 bytes: the kernel reads at most 4,095 and then calls it a fault
      "cold file page",
      "one\n            bash-1 [000] ..... 1.0: take: (0x1) id=99 text=\"forged\"",
      ""};
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i]["args"]["id"], i);
    EXPECT_EQ(all[i]["args"]["text"], expected[i]) << i;
  }
}

TEST_F(StringsLive, PipesGetTheBytesAndFaultsAreNamed) {
  record({"-e", "p:take " + target_path("strings") + ":take id=%di:s32 text=+0(%si):string", "--",
          target_path("strings"), file("cold")});
  Ran ran = uproar({"script", recording()});
  EXPECT_NE(ran.out.find("id=2 text=(fault)\n"), std::string::npos);
  EXPECT_NE(ran.out.find("id=7 text=\"\x01\t\r\x1b[31mred\x1b[0m\x7f\"\\end\"\n"), std::string::npos);
}

TEST_F(StringsLive, TerminalsNeverGetAControlByte) {
  record({"-e", "p:take " + target_path("strings") + ":take id=%di:s32 text=+0(%si):string", "--",
          target_path("strings"), file("cold")});
  Ran ran = run({"script", "-qec", uproar_path() + " script " + recording(), "/dev/null"});
  for (char c : ran.out) {
    auto byte = static_cast<unsigned char>(c);
    EXPECT_TRUE(byte >= 0x20 || byte == '\n' || byte == '\r') << static_cast<int>(byte);
    EXPECT_NE(byte, 0x7f);
  }
  EXPECT_NE(ran.out.find("\\e[31mred"), std::string::npos) << ran.out.substr(0, 2000);
}

TEST_F(StringsLive, RegisterAsStringMeansWhatItPointsAt) {
  record({"-e", "p:take " + target_path("strings") + ":take text=%si:string", "--", target_path("strings"),
          file("cold")});
  EXPECT_EQ(events()[0]["args"]["text"], "plain");
}

}  // namespace
}  // namespace uproar::live
