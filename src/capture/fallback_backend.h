// A back end that takes another one's place when that one cannot define the events.
#pragma once

#include <memory>

#include "capture/backend.h"

namespace uproar {

// `first` if its define() succeeds, else, when everything of it is removed again, `second`: from then on all steps are
// those of one of them. When both fail the error is that of `second`. Both make the same events.
std::unique_ptr<CaptureBackend> make_fallback_backend(std::unique_ptr<CaptureBackend> first,
                                                      std::unique_ptr<CaptureBackend> second);

}  // namespace uproar
