// What the user decides about a definition apart from its text.
#pragma once

#include <string>

namespace uproar {

struct ResolveOptions {
  bool all = false;         // --all: a name that means several functions means all of them
  bool force = false;       // --force: arm what a hazard would refuse, where a person may decide
  bool exact_site = false;  // --site exact: never slide to a cheaper instruction
  // The resolver's own: also the copies of a function that a compiler made for certain arguments, which is
  // right where nothing depends on how they are passed.
  bool with_clones = false;
  std::string kernel_release;  // uname -r of the machine that will run it; empty: not known
};

}  // namespace uproar
