#include "sim/model/service/service.h"

namespace spillway {

/// Whether a request that has come may go on to a slot or the accept queue.
bool Service::admits(const Message& request, Context& context) {
  if (condition_.down()) return false;
  if (protection_ == nullptr) return true;
  auto& limit = protection_->rate_limit;
  if (limit && !limit->admits(context.now())) {
    metrics_.throttled.add(request.segment);
    return false;
  }
  return true;
}

}  // namespace spillway
