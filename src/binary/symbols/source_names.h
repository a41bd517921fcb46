// What the source calls a function, for languages whose symbols are spelled in a way of their own. Pure.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

struct SourceName {
  std::string name;           // whole, empty: the symbol is of none of these languages
  std::string parameters;     // "(longint,shortstring)", empty where the symbol does not tell them
  bool without_case = false;  // any case is meant; `name` and `parameters` are in lower case
};

// Of Free Pascal (P$PROG_$$_WORK$LONGINT is prog.work, methods and nested functions have their scopes before
// them), of procedures in modules of Fortran (gfortran's __shapes_MOD_move and flang's _QMshapesPmove are
// shapes::move) and of D (_D3app4workFiZi is app.work).
SourceName source_name(std::string_view symbol);

// What GNAT makes of a name of Ada: shop__sell for Shop.Sell.
std::string ada_symbol(std::string_view name);
// Whether `symbol` is `wanted`, as ada_symbol() made it, but for the number of an overloaded or nested
// procedure (shop__sell__2) or the mark of a main program (_ada_prog).
bool is_ada_symbol(std::string_view symbol, std::string_view wanted);

// Go's linker escapes some bytes of a package's path: example.org/yaml%2ev3.Do is yaml.v3. As the source
// writes it.
std::string go_name(std::string_view symbol);
// The package that a path is called by in the source where nothing else is said, as goimports guesses it:
// yaml of gopkg.in/yaml.v3, bar of example.org/bar/v2, foo of go-foo.
std::string go_package(std::string_view path);
// A method is called on values and on pointers alike: main.T.Do for main.(*T).Do, and the other way round. Empty if the
// name is of no method.
std::string go_method_of_other_receiver(std::string_view name);
// "yaml.Do" of example.org/yaml.v3.Do; empty if the name has no package.
std::string short_go_name(std::string_view name);

}  // namespace uproar
