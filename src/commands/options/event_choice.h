// What the user named with -e: events that exist, or definitions given on the spot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/record_request.h"
#include "commands/output/console.h"
#include "kernel/tracefs/tracefs.h"
#include "kernel/tracefs/uprobe_events.h"
#include "lower/choose_backend.h"
#include "resolve/resolver.h"

namespace uproar {

// The tracefs in which events are about to be defined: what killed recorders left there is removed and noted.
Result<Tracefs> tracefs_for_new_events(Console& console);

// What a definition means on that back end, with the hazards that only this one has. Error: it cannot run it.
Result<void> fit(Resolved& resolved, Backend backend);

// Parses, checks and resolves one definition and fits it to the back end, with the hazards of both.
Result<Resolved> resolve_and_fit(const std::string& text, const ResolveOptions& options,
                                 Backend backend = Backend::Tracefs);

// The same; prints its warnings and hazards. A hazard that refuses is an error.
Result<ProbePlan> resolve_with_warnings(const std::string& text, const ResolveOptions& options,
                                        Console& console, Backend backend = Backend::Tracefs);

// Listed events that a GLOB means: GROUP/EVENT or GROUP:EVENT, or EVENT in any group; * ? [..] as in file
// names. The temporary events of recorders match only if their group is spelled out.
std::vector<const ListedEvent*> match_events(const std::vector<ListedEvent>& listed, const std::string& glob);

// The same for several globs, each of which must match something.
Result<std::vector<const ListedEvent*>> match_all(const std::vector<ListedEvent>& listed,
                                                  const std::vector<std::string>& globs);

struct EventChoice {
  std::string text;    // of -e
  std::string filter;  // of the --filter that followed it
};

// The choices with everything looked up, before it is known through what they are recorded.
class ChosenEvents {
 public:
  // Error: a definition that means nothing, a name that no event has. Without a tracefs there are no events that
  // exist, only definitions.
  static Result<ChosenEvents> find(const Tracefs& tracefs, const std::vector<EventChoice>& choices,
                                   const ResolveOptions& options);

  // Of the definitions; they live as long as this.
  std::vector<const ProbePlan*> plans() const;
  bool has_defined_events() const;
  bool has_filters() const;

  // Fills request.probes and request.existing. For programs of BPF, events that exist become probes too, which are
  // recorded beside them: at their places, with their arguments, whoever else reads them. Warnings and hazards go to
  // `console`, unless that is null. Error: a plan that the back end cannot run; a hazard that refuses.
  Result<void> fit(Backend backend, RecordRequest& request, Console* console) const;

 private:
  struct Chosen {
    EventChoice choice;
    std::optional<Resolved> resolved;  // else events that exist
    std::vector<ListedEvent> events;
  };
  std::vector<Chosen> chosen_;
  ResolveOptions options_;
};

// Both in one.
Result<void> choose_events(const Tracefs& tracefs, const std::vector<EventChoice>& choices,
                           const ResolveOptions& options, Backend backend, RecordRequest& request,
                           Console& console);

}  // namespace uproar
