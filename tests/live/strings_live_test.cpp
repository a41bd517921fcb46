// Strings of every difficult kind, as the target made them.
#include <set>

#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class StringsLive : public LiveTest {};

TEST_F(StringsLive, EveryReadableStringComesBackAndEveryOtherIsAFault) {
  record({"-e", "p:take " + target_path("strings") + ":take id=%di:s32 text=+0(%si):string", "--",
          target_path("strings"), file("cold")});
  auto all = events();
  ASSERT_EQ(all.size(), 19u);
  // The kernel reads nothing of 10, which ends without a NUL where memory does, and of 14 and 18, which have
  // more than 4,095 bytes.
  const std::set<size_t> cut = {10, 14, 18};
  std::vector<Json> expected = {"plain",
                                "",
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                nullptr,
                                "\x01\t\r\x1b[31mred\x1b[0m\x7f\"\\end",
                                Json{{"bytes", "//7DKGJhZA=="}},
                                "grüße ☃",
                                std::string(16, 'e'),
                                std::string(100, 'a'),
                                std::string(255, 'b'),
                                std::string(4000, 'c'),
                                std::string(40, 'd'),
                                "cold file page",
                                "one\n            bash-1 [000] ..... 1.0: take: (0x1) id=99 text=\"forged\"",
                                "",
                                std::string(40, 'f')};
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i]["args"]["id"], i);
    EXPECT_EQ(all[i]["args"]["text"], expected[i]) << i;
    EXPECT_EQ(all[i].value("cut", Json::array()), cut.count(i) ? Json::array({"text"}) : Json::array()) << i;
  }
}

TEST_F(StringsLive, PipesGetTheBytesAndFaultsAreNamed) {
  record({"-e", "p:take " + target_path("strings") + ":take id=%di:s32 text=+0(%si):string", "--",
          target_path("strings"), file("cold")});
  Ran ran = uproar({"script", recording()});
  EXPECT_NE(ran.out.find("id=2 text=(fault)\n"), std::string::npos);
  EXPECT_NE(ran.out.find("id=10 text=\"eeeeeeeeeeeeeeee\"...\n"), std::string::npos);
  EXPECT_NE(ran.out.find("id=14 text=\"" + std::string(40, 'd') + "\"...\n"), std::string::npos);
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
