#include "sim/run/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "sim/run/wiring.h"

namespace spillway {

World::World(const Scenario& scenario, const Demand& demand, const Limits& limits)
    : demand_(demand), limits_(limits) {
  context_.messages.set_limit(limits.messages);
  Wiring(scenario, *this).wire();
}

World::~World() = default;

const std::string& World::name_of(Address address) const {
  return names_[kind_in(address)][index_of(address)];
}

void World::use_stream(std::string_view site, const Mrg32k3a& stream) {
  for (std::size_t i = 0; i < site_names_.size(); ++i) {
    if (site_names_[i] == site) {
      context_.sites[i].use(stream);
      return;
    }
  }
  assert(false && "no site of this name");
}

void World::begin(std::uint64_t seed, std::uint32_t replication) {
  context_.restart(seed, replication);
  for (const Uncertain& uncertain : uncertain_) {
    const auto factor = static_cast<double>(context_.sites[uncertain.factor].at(0, 0));
    Variate variate = uncertain.variate;
    variate.times *= factor;
    Site& site = context_.sites[uncertain.site];
    site = Site(uncertain.name, std::move(variate));
    site.begin(seed, replication);
  }
  draw_faults();
  for (Edge& edge : context_.edges) begin_measures(edge.metrics, context_.timeline, demand_);
  for (const auto& limit : shared_limits_) limit->begin(context_.timeline, demand_);
  if (watch_ != nullptr) watch_->begin(plan_.duration, besides_);
  fingerprint_.clear();
  stood_for_ = 0;
  looked_at_ = -1;
  each_component([&](auto& component) { component.begin(context_, demand_); });
}

/// Faults first: when they strike at random, the windows of metrics follow from it.
void World::draw_faults() {
  const Time duration = plan_.duration;
  bool drawn = false;
  std::size_t strikes = 0;
  for (Fault& fault : std::get<std::vector<Fault>>(pools_)) {
    const Fault::Spans& spans = fault.draw(context_, duration);
    strikes += spans.size();
    if (strikes > Fault::kMostSpans) throw OutOfFaults{};
    for (NamedSpans& named : named_) {
      if (!named.drawn || named.name != name_of(fault.address())) continue;
      named.spans = spans;
      drawn = true;
    }
  }
  if (!drawn) return;
  context_.timeline = Timeline(plan_.warmup, duration, windows_of(named_, plan_.warmup, duration));
}

void World::run_until(Time until, bool draining, Result& result) {
  Event event;
  std::uint32_t until_look = kSaidBetweenLooks;
  Fingerprint fingerprint = fingerprint_;  // in registers
  std::uint64_t events = result.events;
  while (context_.events.pop(event, until)) {
    ++events;
    fingerprint.add(event);
    Next next = event.action;
    do {
      // Looked at from time to time only, and within an event too: what goes round for ever at one
      // instant never ends one.
      if (--until_look == 0) [[unlikely]] {
        result.events = events;
        look(result);
        until_look = kSaidBetweenLooks;
      }
      next = dispatch(pools_, next, context_);
      if (!next) next = context_.take_post();
    } while (next);
    if (draining && nothing_left()) break;
  }
  result.events = events;
  fingerprint_ = fingerprint;
}

void World::look(const Result& result) {
  if (limits_.stop != nullptr && limits_.stop->load()) throw Stopped{};
  const Time now = context_.now();
  stood_for_ = now == looked_at_ ? stood_for_ + kSaidBetweenLooks : 0;
  looked_at_ = now;
  if (stood_for_ > limits_.said_at_once) {
    throw Stopped{fmt::format("livelock: the clock stands still at {} s", to_seconds(now))};
  }
  if (result.events >= limits_.events) {
    throw Stopped{
        fmt::format("too many events: {}, reached after {} s", limits_.events, to_seconds(now))};
  }
}

void World::mark(Time now, std::uint32_t segment) {
  each_measured([&](const std::string&, auto& metrics) { mark_measures(metrics, now, segment); });
  for (Queue& queue : std::get<std::vector<Queue>>(pools_)) queue.mark(now);
  for (Log& log : std::get<std::vector<Log>>(pools_)) log.mark(now);
}

Result World::run(std::uint64_t seed, std::uint32_t replication) {
  Result result;
  result.replication = replication;
  try {
    begin(seed, replication);
    run_through(result);
  } catch (const Stopped& stopped) {
    result.interrupted = stopped.why.empty();
    result.failure = stopped.why;
    return result;
  } catch (const OutOfFaults&) {
    result.failure = fmt::format("too many faults: they strike more than {} times in {} s",
                                 Fault::kMostSpans, to_seconds(plan_.duration));
    return result;
  } catch (const OutOfMessages&) {
    result.failure =
        fmt::format("too many messages: {} at once, reached after {} s: more arrives than is done",
                    limits_.messages, to_seconds(context_.now()));
    return result;
  } catch (const TooManyStateChanges& changes) {
    result.failure =
        fmt::format("too many changes of the load's state: {} of '{}', by {} s", changes.most,
                    name_of(changes.producer), to_seconds(context_.now()));
    return result;
  }
  result.ended_at = context_.now();
  result.open = open();
  result.alive = context_.alive();
  result.fingerprint = fingerprint_.value();
  result.failure = broken_invariant();
  if (result.failure.empty()) collect(result);
  return result;
}

void World::run_through(Result& result) {
  const Timeline& timeline = context_.timeline;
  for (std::uint32_t segment = 0; segment < timeline.segments(); ++segment) {
    const Time end =
        segment + 1 < timeline.segments() ? timeline.begin_of(segment + 1) : timeline.duration();
    // Events at the end itself belong to what follows.
    if (end > 0) run_until(end - 1, false, result);
    mark(end, segment);
  }
  if (!nothing_left()) run_until(drain_until_, true, result);
}

std::uint64_t World::open() const {
  std::uint64_t open = 0;
  for (const Producer& producer : std::get<std::vector<Producer>>(pools_)) open += producer.open();
  return open;
}

std::vector<Ledger> World::ledgers() const {
  std::vector<Ledger> all;
  for (const Queue& queue : std::get<std::vector<Queue>>(pools_)) all.push_back(queue.ledger());
  for (const Topic& topic : std::get<std::vector<Topic>>(pools_)) {
    for (const auto& subscription : topic.subscriptions()) all.push_back(subscription.ledger());
  }
  for (const Log& log : std::get<std::vector<Log>>(pools_)) {
    for (const Log::Group& group : log.groups()) all.push_back(group.ledger());
  }
  return all;
}

std::string World::broken_invariant() const {
  const std::vector<Ledger> all = ledgers();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].balances()) continue;
    return "the ledger of " + plan_.channels[i] + " does not balance: sent " +
           std::to_string(all[i].sent) + ", accounted for " + std::to_string(all[i].accounted());
  }
  if (context_.alive() == 0 && open() != 0) {
    return std::to_string(open()) + " messages were born, are nowhere, and were never done";
  }
  return {};
}

void World::collect(Result& result) {
  const auto& windows = context_.timeline.windows();
  each_measured([&](const std::string&, auto& metrics) {
    using Metrics = std::remove_cvref_t<decltype(metrics)>;
    for_each_metric<Metrics>([&](const auto& metric) {
      auto&& measure = std::invoke(metric.member, metrics);
      using Measure = std::remove_cvref_t<decltype(measure)>;
      for (const Window& window : windows) {
        if (is_taken_over<Measure>(window)) result.samples.push_back(measure.sample(window));
      }
      if constexpr (HasSeries<Measure>) {
        result.series.push_back(measure.series());
      }
    });
  });
  if (!charges_.empty()) collect_costs(result);
  if (collapse_) {
    Sample& sample = result.samples.emplace_back();
    sample.kind = Sample::Kind::happened;
    sample.n = 1;
    sample.total = collapsed() ? 1 : 0;
  }
  if (watch_ != nullptr) collect_missed_time(result);
  result.ledgers = ledgers();
}

void World::collect_missed_time(Result& result) const {
  std::vector<Time> steps;
  for (const SeriesKey& series : plan_.series) steps.push_back(series.step);
  const auto& windows = context_.timeline.windows();
  const ObjectiveWatch::Spans missed = watch_->missed(result.series, steps, windows);
  std::vector<Time> strikes;
  for (const std::uint32_t window : incidents_) {
    for (const auto& [from, until] : windows[window].spans) strikes.push_back(from);
  }
  std::ranges::sort(strikes);
  for (std::uint32_t window = 0; window < windows.size(); ++window) {
    const bool incident = std::ranges::find(incidents_, window) != incidents_.end();
    if (!incident && window != 0) continue;
    Time measured = 0, inside = 0, after = 0;
    for (const auto& [from, until] : windows[window].spans) {
      measured += until - from;
      inside += overlap(missed, from, until);
      const auto next = std::ranges::upper_bound(strikes, from);
      after += overlap(missed, from, next == strikes.end() ? plan_.duration : *next);
    }
    Sample& available = result.samples.emplace_back();
    available.kind = Sample::Kind::share;
    available.n = windows[window].spans.size();
    available.total = to_seconds(measured - inside);
    available.weight = to_seconds(measured);
    if (!incident) continue;
    Sample& outside = result.samples.emplace_back();
    outside.kind = Sample::Kind::share;
    outside.n = windows[window].spans.size();
    outside.total = to_seconds(after);
    outside.weight = static_cast<double>(outside.n);
  }
}

bool World::collapsed() const {
  const RateOverTime& answers = std::get<std::vector<Producer>>(pools_)[watched_].metrics().answers;
  const double before = answers.rate_in(plan_.warmup, collapse_->before_until);
  return answers.rate_in(collapse_->from, plan_.duration) < collapse_->share * before;
}

void World::collect_costs(Result& result) const {
  const auto sample = [&](double dollars) {
    Sample& taken = result.samples.emplace_back();
    taken.kind = Sample::Kind::value;
    taken.total = dollars;
  };
  double of_run = 0;
  for (const Window& window : context_.timeline.windows()) {
    double total = 0;
    for (const Charge& charge : charges_) {
      const double dollars = charge.dollars(window);
      total += dollars;
      sample(dollars);
    }
    sample(total);
    if (&window == &context_.timeline.windows().front()) of_run = total;
  }
  if (represents_ != 0) sample(of_run * kHoursOfMonth * 3600 / to_seconds(represents_));
}

}  // namespace spillway
