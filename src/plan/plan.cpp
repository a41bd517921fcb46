// The folder is plain data; this file only makes sure that every header stands on its own.
#include "plan/fetch.h"
#include "plan/hazard.h"
#include "plan/probe_plan.h"
