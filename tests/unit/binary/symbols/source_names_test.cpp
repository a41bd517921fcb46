#include "binary/symbols/source_names.h"

#include <gtest/gtest.h>

#include "binary/symbols/function_names.h"

namespace uproar {
namespace {

NameMatch match(const std::string& wanted, const std::string& symbol) {
  return WantedName(wanted).match(symbol);
}

TEST(SourceNames, Pascal) {
  EXPECT_EQ(source_name("P$PROG_$$_WORK$LONGINT$SHORTSTRING").name, "prog.work");
  EXPECT_EQ(source_name("P$PROG_$$_WORK$LONGINT$SHORTSTRING").parameters, "(longint,shortstring)");
  EXPECT_EQ(source_name("SHOP_$$_TOTAL$$LONGINT").name, "shop.total");
  EXPECT_EQ(source_name("SHOP_$$_TOTAL$$LONGINT").parameters, "()");
  EXPECT_EQ(source_name("P$PROG$_$TTHING_$__$$_RUN$LONGINT").name, "prog.tthing.run");
  EXPECT_EQ(source_name("P$PROG$_$WORK$LONGINT_$$_NESTED$LONGINT").name, "prog.work.nested");
  EXPECT_EQ(source_name("_$$_").name, "");
  EXPECT_EQ(match("Work", "P$PROG_$$_WORK$LONGINT"), NameMatch::Scoped);
  EXPECT_EQ(match("prog.WORK", "P$PROG_$$_WORK$LONGINT"), NameMatch::Name);
  EXPECT_EQ(match("Shop.Sell(LongInt)", "SHOP_$$_SELL$LONGINT"), NameMatch::Name);
  EXPECT_EQ(match("Shop.Sell(string)", "SHOP_$$_SELL$LONGINT"), NameMatch::None);
}

TEST(SourceNames, Fortran) {
  EXPECT_EQ(source_name("__shapes_MOD_move").name, "shapes::move");
  EXPECT_EQ(source_name("_QMshapesPmove").name, "shapes::move");
  EXPECT_EQ(source_name("__libc_start_main").name, "");
  EXPECT_EQ(match("Shapes::Move", "__shapes_MOD_move"), NameMatch::Name);
  EXPECT_EQ(match("move", "__shapes_MOD_move"), NameMatch::Scoped);
  EXPECT_EQ(match("ove", "__shapes_MOD_move"), NameMatch::None);
}

TEST(SourceNames, D) {
  EXPECT_EQ(source_name("_D4shop3app4workFiAyaZi").name, "shop.app.work");
  EXPECT_EQ(source_name("_D4shop3app5Clerk3runMFiZi").parameters, "(int)");
  EXPECT_EQ(source_name("_D4shop3app__T4mostTiZQiFNaNbNiNfiiZi").name, "shop.app.most");
  EXPECT_EQ(source_name("_Dmain").name, "");
  EXPECT_EQ(match("shop.app.work", "_D4shop3app4workFiAyaZi"), NameMatch::Name);
  EXPECT_EQ(match("Clerk.run", "_D4shop3app5Clerk3runMFiZi"), NameMatch::Scoped);
}

TEST(SourceNames, Ada) {
  EXPECT_EQ(ada_symbol("Shop.Inner.Deep"), "shop__inner__deep");
  EXPECT_EQ(match("Shop.Sell", "shop__sell"), NameMatch::Name);
  EXPECT_EQ(match("shop.sell", "shop__sell__2"), NameMatch::Name);
  EXPECT_EQ(match("Shop.Sell.Nested", "shop__sell__nested.0"), NameMatch::Clone);
  EXPECT_EQ(match("Shop.Sell", "shop__sell__nested.0"), NameMatch::None);
  EXPECT_EQ(match("Prog", "_ada_prog"), NameMatch::Name);
  EXPECT_EQ(match("sell", "shop__sell"), NameMatch::None);  // C has such names, too
}

TEST(SourceNames, PackagesOfGo) {
  EXPECT_EQ(go_name("example.org/my-app.x/yaml%2ev3.Do"), "example.org/my-app.x/yaml.v3.Do");
  EXPECT_EQ(go_name("50%"), "50%");
  EXPECT_EQ(go_package("gopkg.in/yaml.v3"), "yaml");
  EXPECT_EQ(go_package("example.org/bar/v2"), "bar");
  EXPECT_EQ(go_package("example.org/go-foo"), "foo");
  EXPECT_EQ(short_go_name("gopkg.in/yaml.v3.(*T).Do"), "yaml.(*T).Do");
  EXPECT_EQ(short_go_name("main.run"), "main.run");
  const std::string mangled = "example.org/my-app.x/yaml%2ev3.(*T).Do";
  EXPECT_EQ(match("example.org/my-app.x/yaml.v3.(*T).Do", mangled), NameMatch::Name);
  EXPECT_EQ(match(mangled, mangled), NameMatch::Raw);
  EXPECT_EQ(match("yaml.(*T).Do", mangled), NameMatch::Scoped);
  EXPECT_EQ(match("(*T).Do", mangled), NameMatch::Scoped);
  EXPECT_EQ(match("aml.(*T).Do", mangled), NameMatch::None);
}

TEST(SourceNames, AMethodOfGoHasOneReceiverAndIsCalledOnBoth) {
  EXPECT_EQ(go_method_of_other_receiver("main.(*T).Do"), "main.T.Do");
  EXPECT_EQ(go_method_of_other_receiver("main.T.Do"), "main.(*T).Do");
  EXPECT_EQ(go_method_of_other_receiver("T.Do"), "(*T).Do");
  EXPECT_EQ(go_method_of_other_receiver("Do"), "");
  EXPECT_EQ(go_method_of_other_receiver("main.(*T"), "");
}

}  // namespace
}  // namespace uproar
