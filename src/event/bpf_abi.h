// bpf/record.h for user space: structs uproar_record, uproar_text, uproar_counters, uproar_task, and cookies.
#pragma once

#include "../../bpf/record.h"
