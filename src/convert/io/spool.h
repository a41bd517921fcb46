// Bytes of a pipe in a file, for readers that have to go back and forth.
#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "convert/io/byte_input.h"

namespace uproar {

// A file without a name in $TMPDIR (/tmp if that is not set), readable and writable by its owner.
Result<Fd> unnamed_file();
// Under which it can be opened again as long as the descriptor lives.
std::string path_of(const Fd& file);

// Everything from the beginning of `input`, of which nothing was passed over yet.
Result<Fd> spool(ByteInput& input);

}  // namespace uproar
