// Which way of storing a column takes least. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "recording/columns/number_plan.h"

namespace uproar {

// Measured on the column itself, or on stretches of it where it is long: the bits that each plan would take
// are counted. For Entropy these are the entropy of its symbols, its table and its extra bits, for Planes what
// zstd makes of them. Short columns, for which a table would weigh more than it saves, have fewer plans to
// choose from. Any number of threads may call this: each keeps scratch memory of its own.
NumberPlan choose_plan(std::span<const uint64_t> values, bool dictionary_allowed = true);

// Constant or Linear, if that is true of the column. Takes no time where it is not.
std::optional<NumberPlan> exact_plan(std::span<const uint64_t> values);

}  // namespace uproar
