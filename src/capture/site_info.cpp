#include "capture/site_info.h"

namespace uproar {

SiteInfo site_info(const ProbePlan& plan, const ProbeSite& site) {
  return {site.path,         site.file_offset - site.slid_by,
          site.symbol,       site.symbol_offset,
          site.offset_given, plan.file.build_id};
}

}  // namespace uproar
