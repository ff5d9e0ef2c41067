#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/flow/context.h"
#include "sim/model/service/ejection.h"
#include "sim/model/service/rotation.h"

namespace spillway {

/// Chooses an instance for each request, knows which one has it, and hears how it ended.
///
///   request ──► balancer ──► instance 2 ──► ended well, or not ──► too often in a row: ejected
///
/// Where all that serve are ejected, all get requests again: nobody would answer else.
class Balancer {
 public:
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

  struct Wiring {
    Balancing by = Balancing::round_robin;
    std::uint32_t site = 0;  ///< of what is drawn for a choice
    std::optional<Ejection::Rules> ejection;
    Next back;  ///< what is said when the ejection of instance 0 is over; its payload counts on
  };

  explicit Balancer(const Wiring& wiring) : wiring_(wiring), rotation_(wiring.by) {
    if (wiring.ejection) ejection_.emplace(*wiring.ejection);
  }

  /// `serves`: by instance, whether it takes requests.
  void begin(std::vector<bool> serves, Context& context, const Demand& demand) {
    const auto instances = static_cast<std::uint32_t>(serves.size());
    rotation_.restart(instances);
    serves_ = std::move(serves);
    at_.clear();
    if (ejection_) ejection_->begin(instances, context, demand);
    change();
  }

  /// An instance takes requests from now on, or no more.
  void serve(std::uint32_t instance, bool serves, Context& context) {
    serves_[instance] = serves;
    if (ejection_ && !serves) ejection_->forget(instance, context);
    change();
  }

  /// Who takes this request; kNobody: no instance serves.
  template <class Inside>
  std::uint32_t choose(Handle request, const Inside& inside, Context& context) {
    if (rotation_.empty()) return kNobody;
    const std::int64_t drawn =
        rotation_.draws() ? context.draw(wiring_.site, context.messages[request]) : 0;
    const std::uint32_t instance = rotation_.next(drawn, inside);
    put(request, instance);
    return instance;
  }

  /// The instances that requests may come to, ascending.
  const std::vector<std::uint32_t>& takers() const { return rotation_.takers(); }

  /// The instance that has a request, or that had it, of the frame in this place.
  std::uint32_t instance_of(Handle request) const { return at_[place(request)]; }
  /// A frame has moved to another place.
  void moved(Handle from, Handle to) {
    if (from != to) put(to, instance_of(from));
  }

  /// A request has ended at an instance, or somebody has waited for it for too long.
  void ended(std::uint32_t instance, bool well, Context& context) {
    if (!ejection_) return;
    const Next back{wiring_.back.target, wiring_.back.payload + instance};
    if (ejection_->ended(instance, well, serving_, back, context)) change();
  }
  /// The ejection of an instance is over.
  void comes_back(std::uint32_t instance, const Context& context) {
    ejection_->comes_back(instance, context);
    change();
  }

  EjectionMetrics* ejections() { return ejection_ ? &ejection_->metrics() : nullptr; }

 private:
  static std::size_t place(Handle request) {
    return request & ((1u << Slab<Message>::kIndexBits) - 1);
  }
  void put(Handle request, std::uint32_t instance) {
    if (place(request) >= at_.size()) at_.resize(2 * place(request) + 1);
    at_[place(request)] = instance;
  }

  void change() {
    std::vector<std::uint32_t> all, takers;
    for (std::uint32_t instance = 0; instance < serves_.size(); ++instance) {
      if (!serves_[instance]) continue;
      all.push_back(instance);
      if (!ejection_ || !ejection_->is_out(instance)) takers.push_back(instance);
    }
    serving_ = all.size();
    rotation_.set(takers.empty() ? std::move(all) : std::move(takers));
  }

  Wiring wiring_;
  Rotation rotation_;
  std::optional<Ejection> ejection_;
  std::vector<bool> serves_;
  std::size_t serving_ = 0;
  std::vector<std::uint32_t> at_;  ///< by place in the slab
};

}  // namespace spillway
