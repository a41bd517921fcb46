#include "capture/fallback_backend.h"

#include <utility>

namespace uproar {
namespace {

class FallbackBackend : public CaptureBackend {
 public:
  FallbackBackend(std::unique_ptr<CaptureBackend> first, std::unique_ptr<CaptureBackend> second)
      : used_(std::move(first)), other_(std::move(second)) {}

  std::string via() const override { return used_->via(); }
  std::string via_reason() const override { return reason_; }

  Result<void> define() override {
    Result<void> defined = used_->define();
    if (defined.ok()) return defined;
    reason_ = "instead of " + used_->via() + ": " + defined.error().message;
    TRY(used_->remove());
    std::swap(used_, other_);
    return used_->define();
  }

  Result<std::vector<EventInfo>> schemas() override { return used_->schemas(); }
  Result<void> restrict(const TaskChoice& tasks) override { return used_->restrict(tasks); }
  Result<void> arm(RecordSink& sink) override { return used_->arm(sink); }
  std::vector<int> poll_fds() const override { return used_->poll_fds(); }
  Result<void> drain(Drain how_much) override { return used_->drain(how_much); }
  Result<void> disarm() override { return used_->disarm(); }
  Result<HitReport> settle(uint64_t now_ns) override { return used_->settle(now_ns); }
  Result<void> remove() override { return used_->remove(); }

 private:
  std::unique_ptr<CaptureBackend> used_;
  std::unique_ptr<CaptureBackend> other_;
  std::string reason_;  // why it is not the first
};

}  // namespace

std::unique_ptr<CaptureBackend> make_fallback_backend(std::unique_ptr<CaptureBackend> first,
                                                      std::unique_ptr<CaptureBackend> second) {
  return std::make_unique<FallbackBackend>(std::move(first), std::move(second));
}

}  // namespace uproar
