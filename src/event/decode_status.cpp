#include "event/decode_status.h"

namespace uproar {

const char* describe(DecodeStatus status) {
  switch (status) {
    case DecodeStatus::Ok:
      return "ok";
    case DecodeStatus::RecordShorterThanHeader:
      return "record is shorter than its header";
    case DecodeStatus::RecordShorterThanFields:
      return "record is shorter than its fields";
    case DecodeStatus::StringOutsideRecord:
      return "string lies outside its record";
    case DecodeStatus::UnknownEventType:
      return "record is of an unknown event type";
    case DecodeStatus::PageShorterThanHeader:
      return "page is shorter than its header";
    case DecodeStatus::PageCommitBeyondEnd:
      return "page claims more data than it has";
    case DecodeStatus::PageEventBeyondCommit:
      return "event reaches beyond the page's data";
    case DecodeStatus::PageEventLengthInvalid:
      return "event has an impossible length";
    case DecodeStatus::PageStartBeyondCommit:
      return "reading would start beyond the page's data";
  }
  return "unknown status";
}

}  // namespace uproar
