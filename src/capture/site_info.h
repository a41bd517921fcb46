// What a recording says of a place of a plan.
#pragma once

#include "plan/probe_plan.h"
#include "recording/metadata/session_info.h"

namespace uproar {

// The place that was asked for, also where a cheaper instruction behind it takes the probe.
SiteInfo site_info(const ProbePlan& plan, const ProbeSite& site);

}  // namespace uproar
