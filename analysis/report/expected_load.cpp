#include "analysis/report/expected_load.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/model/producer/rate_profile.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/group_shares.h"
#include "sim/scenario/store_use.h"

namespace spillway::report {
namespace {

/// Mean in s; nothing where it comes from a trace.
std::optional<double> mean_of(const Distribution& distribution) {
  if (!distribution.column.empty()) return std::nullopt;
  const double uncertain = distribution.uncertain ? distribution.uncertain->mean() : 1;
  return distribution.variate.mean() * uncertain / 1e9;
}

/// The rate of a load before its profile, and the greatest it has.
std::optional<ExpectedRate> rate_of(const LoadParameters& load, Time duration) {
  if (load.poisson) return ExpectedRate{load.poisson->per_second, load.poisson->per_second};
  if (load.constant) return ExpectedRate{load.constant->per_second, load.constant->per_second};
  if (load.renewal) {
    const double rate = 1 / mean_of(*load.renewal).value_or(std::nan(""));
    if (!std::isfinite(rate)) return std::nullopt;
    return ExpectedRate{rate, rate};
  }
  if (load.mmpp) {
    double weighted = 0, total = 0;
    ExpectedRate rate;
    for (const auto& [name, state] : load.mmpp->states) {
      const double lasts = mean_of(state.lasts).value_or(0);
      weighted += state.rate.per_second * lasts;
      total += lasts;
      rate.highest = std::max(rate.highest, state.rate.per_second);
    }
    rate.base = weighted / total;
    if (!std::isfinite(rate.base)) return std::nullopt;
    return rate;
  }
  if (load.trace && load.trace->rows && duration > 0) {
    const double rate = static_cast<double>(load.trace->rows->at.size()) / to_seconds(duration);
    return ExpectedRate{rate, rate};
  }
  return std::nullopt;
}

/// Somewhere a message goes next, and how many of it.
struct Way {
  std::string to;
  double per_message;
  const SubscriptionParameters* filtered = nullptr;  ///< only what this subscription wants
};

class Loads {
 public:
  explicit Loads(const Scenario& scenario) : scenario_(scenario), shares_(shares_read(scenario)) {
    for (const HandlerOf& handler : handlers_of(scenario)) {
      handlers_[std::string(handler.name)].push_back({handler.program, handler.runs});
    }
    for (const auto& service : scenario.services) {
      services_[service.name] = &service.parameters;
      add_slots(service.name, most_instances(service.parameters), service.parameters.concurrency);
    }
    for (const auto& queue : scenario.queues) queues_[queue.name] = &queue.parameters;
    for (const auto& topic : scenario.topics) topics_[topic.name] = &topic.parameters;
    for (const auto& log : scenario.logs) logs_[log.name] = &log.parameters;
    for (const auto& store : scenario.stores) stores_[store.name] = &store.parameters;
    for (const auto& consumer : scenario.consumers) {
      add_slots(consumer.name, most_instances(consumer.parameters),
                consumer.parameters.concurrency);
      // A partition is read by one member at a time.
      const auto share = shares_.find(consumer.name);
      if (share == shares_.end()) continue;
      const LogParameters& log = *logs_.at(consumer.parameters.from.name);
      double& slots = slots_[consumer.name];
      slots = std::min(slots, std::round(share->second * static_cast<double>(log.partitions)));
    }
  }

  std::map<std::string, ExpectedLoad> all() {
    find_ways();
    for (const auto& producer : scenario_.producers) {
      const auto rate = report::rate_of(producer.parameters, scenario_.run.duration.ns);
      loads_[producer.name].adapts = !rate.has_value();
      loads_[producer.name].offered = rate.value_or(ExpectedRate{});
    }
    spread();
    for (const auto& service : scenario_.services) {
      const bool holds = service.parameters.holds == Holds::slot;
      set_capacity(service.name, handler_time(service.name, holds, false));
    }
    for (const auto& consumer : scenario_.consumers) {
      auto time = handler_time(consumer.name, true, false);
      if (time) *time += gap_of(consumer);
      set_capacity(consumer.name, time);
    }
    return std::move(loads_);
  }

 private:
  /// Steps that a component runs, and how often for each message.
  struct Handler {
    const Program* program = nullptr;
    double runs = 1;
  };

  void add_slots(const std::string& name, Count instances, Count concurrency) {
    slots_[name] = static_cast<double>(instances) * static_cast<double>(concurrency);
  }

  void find_ways(std::vector<Way>& ways, const Handler& handler) const {
    for_each_step(*handler.program, "", [&](const StepDeclaration& step, double q, const auto&) {
      const double p = q * handler.runs;
      if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        ways.push_back({call->service.name, p});
      } else if (const auto* send = sending(step)) {
        ways.push_back({send->channel.name, p});
        // A reply is as good as sent by whoever has asked: there is one for each request.
        const auto* request = std::get_if<RequestParameters>(&step.parameters);
        if (request != nullptr && !request->reply_to.name.empty()) {
          ways.push_back({request->reply_to.name, p});
        }
      } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
        ways.push_back({submit->to.name, p});
      } else if (const auto use = store_use(step)) {
        ways.push_back({use->store(), p});
        if (const Reference* event = event_of(scenario_, *use)) ways.push_back({event->name, p});
      }
    });
  }

  void find_ways() {
    for (const auto& [name, programs] : handlers_) {
      for (const Handler& handler : programs) find_ways(ways_[name], handler);
    }
    for (const auto& topic : scenario_.topics) {
      for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
        ways_[topic.name].push_back({subscription.to.name, 1, &subscription});
      }
    }
    // Competing consumers take about as much as they have slots.
    std::map<std::string, double> slots_at;
    for (const auto& consumer : scenario_.consumers) {
      slots_at[consumer.parameters.from.name] += slots_[consumer.name];
    }
    for (const auto& consumer : scenario_.consumers) {
      const std::string& queue = consumer.parameters.from.name;
      if (queue.empty()) continue;
      const auto share = shares_.find(consumer.name);
      const double part =
          share != shares_.end() ? share->second : slots_[consumer.name] / slots_at[queue];
      ways_[queue].push_back({consumer.name, part});
    }
  }

  /// Hands rates on along the ways, each component once all that leads to it is known. What lies
  /// on a circle depends on itself and is left out. Each producer's messages are followed by
  /// themselves, wherever they come: filters may want more of one than of another.
  void spread() {
    const std::vector<std::string> order = in_order();
    std::map<std::string_view, std::size_t> places;  // what lies on a circle comes last
    for (const auto& [name, load] : loads_) places[name] = order.size();
    for (std::size_t i = 0; i < order.size(); ++i) places[order[i]] = i;
    using Place = std::pair<std::size_t, std::string_view>;
    for (const auto& producer : scenario_.producers) {
      std::map<Place, ExpectedLoad> own;
      own[{places.at(producer.name), producer.name}] = loads_[producer.name];
      // What is added lies behind: ways lead on in this order.
      for (const auto& [from, load] : own) {
        if (from.first == order.size()) break;
        if (load.offered.highest == 0 && !load.adapts) continue;
        const auto ways = ways_.find(std::string(from.second));
        if (ways == ways_.end()) continue;
        for (const Way& way : ways->second) {
          const double wanted =
              way.filtered != nullptr ? share_wanted(producer.parameters, *way.filtered) : 1;
          if (wanted == 0) continue;
          ExpectedLoad& next = own[{places.at(way.to), way.to}];
          next.offered.base += load.offered.base * way.per_message * wanted;
          next.offered.highest += load.offered.highest * way.per_message * wanted;
          next.adapts = next.adapts || load.adapts;
        }
      }
      own.erase({places.at(producer.name), producer.name});
      for (const auto& [place, load] : own) {
        ExpectedLoad& sum = loads_[std::string(place.second)];
        sum.offered.base += load.offered.base;
        sum.offered.highest += load.offered.highest;
        sum.adapts = sum.adapts || load.adapts;
      }
    }
  }

  /// Components such that each comes after all that lead to it. What lies on a circle is left out,
  /// and its load said to depend on answers.
  std::vector<std::string> in_order() {
    std::map<std::string, std::size_t> unknown;
    for (const auto& [name, programs] : handlers_) unknown.try_emplace(name, 0);
    for (const auto& [name, queue] : queues_) unknown.try_emplace(name, 0);
    for (const auto& [name, topic] : topics_) unknown.try_emplace(name, 0);
    for (const auto& [name, log] : logs_) unknown.try_emplace(name, 0);
    for (const auto& [name, store] : stores_) unknown.try_emplace(name, 0);
    for (const auto& [from, ways] : ways_) {
      for (const Way& way : ways) ++unknown[way.to];
    }
    std::vector<std::string> order;
    for (const auto& [name, count] : unknown) {
      if (count == 0) order.push_back(name);
    }
    for (std::size_t done = 0; done < order.size(); ++done) {
      for (const Way& way : ways_[order[done]]) {
        if (--unknown[way.to] == 0) order.push_back(way.to);
      }
    }
    const std::set<std::string> known(order.begin(), order.end());
    for (const auto& [name, count] : unknown) {
      if (known.contains(name)) {
        loads_.try_emplace(name);
      } else {
        loads_[name].adapts = true;
      }
    }
    return order;
  }

  /// Mean delay one way, in s.
  double network_of(const std::optional<Distribution>& own, std::string_view from,
                    std::string_view to) const {
    return mean_of(own ? *own : network_between(scenario_, from, to)).value_or(0);
  }

  /// Time of a component's handler in s, without any waiting for slots: all of it, or until it
  /// replies. `waits`: whether waiting for others counts.
  std::optional<double> handler_time(const std::string& name, bool waits, bool until_reply) {
    const auto handler = handlers_.find(name);
    if (handler == handlers_.end() || !inside_.insert(name).second) return std::nullopt;
    std::optional<double> total = 0.0;
    bool replied = false;
    const auto add = [&](double p, std::optional<double> time) {
      if (total && time) {
        *total += p * *time;
      } else {
        total = std::nullopt;
      }
    };
    double runs = 1;
    const auto add_step = [&](const StepDeclaration& step, double q, const auto&) {
      const double p = q * runs;
      if (replied && until_reply) return;
      if (std::holds_alternative<ReplyParameters>(step.parameters)) {
        replied = true;
      } else if (std::holds_alternative<ParallelParameters>(step.parameters)) {
        total = std::nullopt;  // its branches go on together
      } else if (is_conversation(step)) {
        if (waits) total = std::nullopt;
      } else if (const auto* work = std::get_if<WorkParameters>(&step.parameters)) {
        add(p, mean_of(work->time));
      } else if (const auto* wait = std::get_if<WaitParameters>(&step.parameters)) {
        if (waits) add(p, mean_of(wait->time));
      } else if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
        if (!(call->holds ? *call->holds == Holds::slot : waits)) return;
        add(p, 2 * network_of(call->network, name, call->service.name));
        add(p, handler_time(call->service.name, true, true));
      } else if (const auto* send = sending(step)) {
        if (!waits || !send->confirm) return;
        if (send->linger) total = std::nullopt;  // how long is a matter of how many send
        add(p, 2 * network_of(send->network, name, send->channel.name));
        const auto queue = queues_.find(send->channel.name);
        if (queue != queues_.end() && queue->second->confirm) {
          add(p, mean_of(*queue->second->confirm));
        }
        const auto log = logs_.find(send->channel.name);
        if (log != logs_.end() && log->second->confirm) add(p, mean_of(*log->second->confirm));
        const auto topic = topics_.find(send->channel.name);
        if (topic != topics_.end() && topic->second->confirm) {
          add(p, mean_of(*topic->second->confirm));
        }
      } else if (const auto use = store_use(step)) {
        if (!waits) return;
        add(p, 2 * network_of(use->request->network, name, use->store()));
        const auto store = stores_.find(use->store());
        if (store == stores_.end()) return;
        if (const auto& takes = time_of(*store->second, use->operation)) add(p, mean_of(*takes));
      }
    };
    for (const Handler& steps : handler->second) {
      runs = steps.runs;
      for_each_step(*steps.program, "", add_step);
    }
    inside_.erase(name);
    return total;
  }

  /// Time from an acknowledgement to the slot's next message, when nothing is fetched ahead.
  double gap_of(const Component<ConsumerParameters>& declared) const {
    const ConsumerParameters& consumer = declared.parameters;
    // A topic waits for nobody, and who reads a log fetches ahead.
    if (consumer.from.name.empty() || logs_.contains(consumer.from.name)) return 0;
    const Count batch = consumer.batch ? consumer.batch->size : 1;  // when many wait, it is full
    const Count places = consumer.concurrency * batch;
    if (consumer.prefetch.value_or(places) > places) return 0;
    const auto queue = queues_.find(consumer.from.name);
    if (queue != queues_.end() && queue->second->delivery) {
      return mean_of(*queue->second->delivery).value_or(0) / static_cast<double>(batch);
    }
    return 2 * network_of(std::nullopt, consumer.from.name, declared.name) /
           static_cast<double>(batch);
  }

  void set_capacity(const std::string& name, std::optional<double> slot_time) {
    ExpectedLoad& load = loads_[name];
    load.slot_time = slot_time;
    if (!slot_time) return;
    load.capacity =
        *slot_time > 0 ? slots_[name] / *slot_time : std::numeric_limits<double>::infinity();
  }

  const Scenario& scenario_;
  std::map<std::string_view, double> shares_;  ///< of a log's records, by reader
  std::map<std::string, std::vector<Handler>> handlers_;
  std::map<std::string, const ServiceParameters*> services_;
  std::map<std::string, const QueueParameters*> queues_;
  std::map<std::string, const LogParameters*> logs_;
  std::map<std::string, const TopicParameters*> topics_;
  std::map<std::string, const StoreParameters*> stores_;
  std::map<std::string, double> slots_;
  std::map<std::string, std::vector<Way>> ways_;
  std::map<std::string, ExpectedLoad> loads_;
  std::set<std::string> inside_;
};

}  // namespace

std::optional<ExpectedRate> rate_of(const ProducerParameters& producer, Time duration) {
  std::optional<ExpectedRate> rate = rate_of(producer.load, duration);
  if (!rate || producer.profile.empty() || producer.load.trace) return rate;
  Rate reference;
  const auto profile = RateProfile::of(Rate{rate->highest}, producer.profile, duration, &reference);
  double highest = 0;
  for (const RateProfile::Piece& piece : profile.pieces()) {
    highest = std::max({highest, piece.at_from, piece.at_until});
  }
  rate->highest = highest * reference.per_second;
  return rate;
}

std::map<std::string, ExpectedLoad> expected_loads(const Scenario& scenario) {
  return Loads(scenario).all();
}

}  // namespace spillway::report
