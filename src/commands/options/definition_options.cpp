#include "commands/options/definition_options.h"

#include <sys/utsname.h>

namespace uproar {

void DefinitionOptions::declare(CLI::App& app) {
  app.add_flag("--all", all_, "a name that means several functions means all of them, as one event");
  app.add_flag("--force", force_, "probe in spite of a hazard, where a person may decide that");
  app.add_option(
         "--site", site_,
         "which instruction of a function given by name: the cheapest that is the same event, or exact")
      ->check(CLI::IsMember({"cheapest", "exact"}))
      ->type_name("WHICH")
      ->capture_default_str();
}

ResolveOptions DefinitionOptions::resolve() const {
  ResolveOptions options;
  options.all = all_;
  options.force = force_;
  options.exact_site = site_ == "exact";
  utsname machine{};
  if (::uname(&machine) == 0) options.kernel_release = machine.release;
  return options;
}

}  // namespace uproar
