#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <tuple>
#include <vector>

#include "sim/model/service/service.h"
#include "tests/sim/flow/bench.h"

namespace spillway {

inline constexpr Address kCaller = component_address(0, 0);
inline constexpr Address kService = component_address(1, 0);
inline constexpr Address kDownstream = component_address(1, 1);

/// A service alone, its callers and its downstream played by the test.
class ServiceBench : public testing::Test {
 protected:
  ServiceBench() : edge_(bench_.edge()), down_(bench_.edge()) {
    bench_.context.edges[edge_].to = kService;
    bench_.context.edges[down_].to = kDownstream;
  }

  void open(std::uint64_t slots, std::uint64_t room, std::uint32_t program,
            const Protection& protection = {}) {
    Service::Wiring wiring;
    wiring.address = kService;
    wiring.program = program;
    wiring.slots = slots;
    wiring.room = room;
    service_.emplace(wiring, protection);
    bench_.begin(*service_);
  }
  /// A request of a caller that waits for its answer.
  Handle ask() {
    const Handle request = bench_.request(bench_.root(kCaller, asked_++), kCaller, edge_);
    bench_.tell<Offer>(*service_, request);
    return request;
  }
  void run(Time time) { bench_.run(*service_, time); }
  std::uint32_t fault(FaultKind kind, double times = 1) {
    return bench_.fault(kind, kService, times);
  }
  void strike(std::uint32_t fault) { bench_.strike(*service_, fault); }
  void heal(std::uint32_t fault) { bench_.heal(*service_, fault); }
  /// So many requests come now; the number of those that are refused at once.
  std::size_t refused_of(std::size_t requests) {
    const std::uint64_t before = refused();
    for (std::size_t i = 0; i < requests; ++i) ask();
    return refused() - before;
  }
  /// The caller of a request has gone.
  void leave(Handle request) { message(request).parent = 0; }
  /// And says so.
  void cancel(Handle request) {
    leave(request);
    message(request).flags |= flag::kCancelled;
    bench_.tell<Cancel>(*service_, request);
  }
  void answer_of_downstream(Handle request, Outcome outcome) {
    message(request).outcome = outcome;
    bench_.tell<Reply>(*service_, request);
  }
  /// When and with what outcome the caller was answered since the last time.
  std::vector<std::tuple<Time, std::uint32_t, Outcome>> answers() {
    std::vector<std::tuple<Time, std::uint32_t, Outcome>> all;
    for (const Bench::Said& said : bench_.said) {
      EXPECT_EQ(said.next.target, say<Reply>(kCaller));
      const Message& answer = message(said.next.payload);
      all.emplace_back(said.at, answer.ordinal, answer.outcome);
    }
    bench_.said.clear();
    return all;
  }
  /// The requests made to the downstream since the last time.
  std::vector<Handle> calls() {
    std::vector<Handle> all;
    for (const Next next : bench_.heard()) {
      if (next.target == say<Offer>(kDownstream)) all.push_back(next.payload);
    }
    return all;
  }
  Message& message(Handle handle) { return bench_.context.messages[handle]; }
  std::int64_t busy() const { return service_->metrics().busy.level(); }
  std::int64_t waiting() const { return service_->metrics().waiting.level(); }
  std::uint64_t refused() const { return service_->metrics().refused.at(1); }
  std::uint64_t cancelled() const { return service_->metrics().cancelled.at(1); }
  Sample wasted() {
    return service_->metrics().wasted().sample(bench_.context.timeline.windows()[0]);
  }
  Sample latency() {
    return service_->metrics().answered_after.sample(bench_.context.timeline.windows()[0]);
  }

  Bench bench_;
  std::uint32_t edge_;
  std::uint32_t down_;
  std::optional<Service> service_;
  std::uint32_t asked_ = 0;
};

using Answer = std::tuple<Time, std::uint32_t, Outcome>;
inline constexpr std::uint64_t kUnbounded = ~std::uint64_t{0};

}  // namespace spillway
