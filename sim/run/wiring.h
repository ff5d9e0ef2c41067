#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/run/world.h"
#include "sim/scenario/reply_ways.h"
#include "sim/scenario/struck.h"

namespace spillway {

/// Probabilities are compared with whole numbers below 2^53: happens if drawn < threshold.
inline std::int64_t threshold(double share) {
  return static_cast<std::int64_t>(share * 9007199254740992.0 + 0.5);
}

/// The lane of a name: tells random numbers of different paths apart.
inline std::uint32_t lane_of(std::string_view name) {
  return static_cast<std::uint32_t>(hash64(name));
}

/// Turns a scenario into the parts of a world. Components are wired in the order of their names,
/// so that their order in the file means nothing.
class Wiring {
 public:
  Wiring(const Scenario& scenario, World& world) : scenario_(scenario), world_(world) {}

  void wire();

 private:
  /// Where a program stands while it is compiled.
  struct Place {
    std::string component;
    std::string path;                                 ///< of its steps, for the sites' names
    bool in_service = false;                          ///< only there can a slot be given away
    bool holds = true;                                ///< slots are kept while waiting
    std::map<std::string, std::uint32_t>* exchanges;  ///< made so far, by whose numbers they draw
  };

  /// Who pushes messages to a consumer that takes none from a queue.
  struct Source {
    std::string topic;
    std::uint32_t first_taker = 0;  ///< the topic's number of the consumer's instance 0
  };

  void place_components();
  void find_sources();
  void cut_timeline();
  void wire_producer(const Component<ProducerParameters>& declared);
  void wire_limits();
  /// The limit that a component shares; nullptr: none.
  SharedLimit* shared_limit_of(const std::string& component) const;
  /// How long a message waits at a consumer for a permit of it before it is dropped: pollers drop
  /// what their queue shows again.
  Time patience_of(const ConsumerParameters& parameters) const;
  void wire_service(const Component<ServiceParameters>& declared);
  void balance(const Component<ServiceParameters>& declared, const ServiceWiring& each);
  bool ejects(const std::string& service) const;
  /// How it protects itself; `wiring` then has its places inside where all share the slots.
  Protection protection_of(const Component<ServiceParameters>& declared,
                           ServiceWiring& wiring) const;
  bool may_stand_still(const std::string& component) const;
  void wire_instance_fault(const Component<FaultParameters>& declared, Fault::Wiring& wiring);
  void strike_instances(const Component<FaultParameters>& declared, const Struck& struck,
                        Impairment& impairment);
  void wire_queue(const Component<QueueParameters>& declared);
  void place_caches();
  void wire_stores();
  void wire_store(const Component<StoreParameters>& declared);
  /// Compiles how events are sent on.
  Outbox::Wiring compile_outbox(const Component<StoreParameters>& declared);
  void wire_topic(const Component<TopicParameters>& declared);
  void retry_copies(Topic::SubscriptionWiring& subscription, const SubscriptionParameters& says,
                    const TopicParameters& topic);
  void wire_log(const Component<LogParameters>& declared);
  static void become_reader(Consumer::Wiring& wiring);
  void make_spaces();
  void wire_broker(const Component<BrokerParameters>& declared);
  PollRules poll_rules(const std::string& queue, const QueuePollParameters& says);
  void place_log(const Component<LogParameters>& declared, Broker::Wiring& wiring);
  void put_on_broker(const Component<QueueParameters>& declared, Queue::Wiring& wiring);
  void spread_impairment(const Impairment& impairment);
  /// Compiles what a consumer does with each message, and with each batch.
  void compile_consumer(const Component<ConsumerParameters>& declared, Consumer::Wiring& wiring);
  void wire_consumer(const Component<ConsumerParameters>& declared);
  void wire_fault(const Component<FaultParameters>& declared);
  void wire_edge_faults(const Component<FaultParameters>& declared);
  void add_hop_fault(const std::string& edge, bool back, HopFault fault);
  /// The instances of a component that says how it scales; else nothing.
  template <class P>
  std::unique_ptr<Fleet> fleet_of(const Component<P>& declared);
  void wire_scalers();
  void wire_triggers();
  /// Lets nobody wait for what is certain and takes no time: wire_confirms.cpp.
  void spare_confirms();
  /// Says of each call, once all of it is known, whether it is ordinary.
  void tell_ordinary_calls();
  std::vector<bool> queues_that_take_all() const;
  void send_directly(Producer& producer);
  void list_metrics();
  void watch_objectives();  ///< wire_objectives.cpp
  void list_charges();
  template <class C, class P>
  void charge(const std::vector<Component<P>>& components, const auto& dollars_of);

  /// Gives each type that producers name its place.
  void name_types();
  std::uint32_t type_named(const std::string& name) const;
  AttributeTable attributes_of(const Component<ProducerParameters>& declared);

  std::uint32_t compile(const std::string& component, const Program& program,
                        std::optional<Holds> of_service = {});
  void compile_steps(const Program& program, const Place& place);
  void compile_step(const WorkParameters& step, const Place& place);
  void compile_step(const WaitParameters& step, const Place& place);
  bool is_told_of_cancellation(const std::string& service) const;
  void compile_step(const CallParameters& step, const Place& place);
  /// The exchange of a call with one of its services, by what they do not share.
  std::uint32_t add_call(const CallParameters& step, const Reference& to, const Place& place);
  /// Compiles a call to the first healthy service; `first`: its exchange with the first of all.
  void compile_failover(std::uint32_t first, const CallParameters& step, const Place& place);
  /// Who checks the service at the end of an edge; the calls of an edge share it.
  std::uint32_t health_check_of(std::uint32_t edge, const HealthRules& rules);
  void compile_step(const SendParameters& step, const Place& place);
  void compile_step(const PublishParameters& step, const Place& place);
  std::uint32_t envelope_of(const SendParameters& step, const Place& place);
  void compile_sending(std::uint8_t op, const SendParameters& step, const Place& place);
  /// Lets the records of an exchange linger in the client of its edge.
  void let_linger(std::uint32_t number, const SendParameters& step, const Place& place);
  void crash_clients(const Struck& struck, const Impairment& impairment, Fault::Wiring& wiring);
  void compile_step(const FailParameters& step, const Place& place);
  void compile_step(const ChooseParameters& step, const Place& place);
  void compile_step(const ReplyParameters& step, const Place& place);
  void compile_step(const ReadParameters& step, const Place& place);
  void compile_step(const WriteParameters& step, const Place& place);
  void compile_step(const ApplyParameters& step, const Place& place);
  void compile_step(const ParallelParameters& step, const Place& place);
  void compile_step(const RepeatParameters& step, const Place& place);
  void compile_step(const SagaParameters& step, const Place& place);
  void compile_step(const RequestParameters& step, const Place& place);
  void compile_step(const GatherParameters& step, const Place& place);
  void compile_step(const SubmitParameters& step, const Place& place);
  void compile_asking(std::uint8_t op, const SendParameters& step, Asking asking,
                      const Place& place);
  std::uint32_t add_asking(Asking asking);
  Address add_correspondence(std::string name, Address queue, std::uint32_t edge);
  void take_replies(const std::string& queue, Queue::Wiring& wiring);
  void route_replies(const RequestParameters& step, Asking& asking, const Place& place);
  /// Who takes from a channel, in the order of their names.
  const std::vector<const Component<ConsumerParameters>*>& consumers_of(const std::string& channel);
  /// Whether some send to this queue is delayed.
  bool some_send_delays(const std::string& queue);
  /// Whether somebody submits jobs to it: its handler then says when one is done.
  bool has_jobs(const std::string& component);
  void compile_inside(const Program& program, const Place& place, const std::string& name);
  /// Who runs the branches of a component's handlers.
  Address branches_of(const std::string& component);
  void compile_miss(const ReadParameters& step, std::uint32_t exchange, const Place& place);
  /// Returns its exchange.
  std::uint32_t compile_access(std::uint8_t op, const StoreRequest& request, Access access,
                               const Place& place);
  void choose_key(Access& access, const std::string& key, const Reference& store,
                  const Place& place);
  std::uint32_t add_popular_keys(const std::string& site,
                                 const Component<ProducerParameters>& writer);
  std::uint32_t add_exchange(const std::string& to, const std::string& edge,
                             const std::string& drawn_by,
                             const std::optional<Distribution>& network, bool holds,
                             const Place& place);
  void limit(Exchange& exchange, const std::optional<Distribution>& timeout,
             const std::optional<Duration>& deadline, const Place& place);
  void try_again(Exchange& exchange, const RetryParameters& retry, const Place& place);
  /// The breaker that the calls of an edge share.
  std::uint16_t breaker_of(std::uint32_t edge, const BreakerRules& rules);
  std::uint16_t hedge_of(const HedgeParameters& says, const Place& place);
  /// The connections that they share.
  std::uint16_t pool_of(std::uint32_t edge, const PoolRules& rules);
  void compile_fallback(std::uint32_t exchange, const std::optional<Program>& fallback,
                        const Place& place);
  LaneId timer_lane(Time span);
  bool may_vanish(const std::string& callee) const;
  void emit(std::uint8_t op, std::uint32_t argument);

  std::uint32_t add_site(const std::string& name, Variate variate);
  std::uint32_t add_site(const std::string& name, const Distribution& distribution);
  std::shared_ptr<const std::vector<double>> trace_column(const std::string& name) const;
  std::uint32_t add_edge(const std::string& name, Address to, const Distribution& network);
  Hop add_hop(const std::string& name, const Distribution& network);
  Address address_of(const std::string& name) const { return addresses_.at(name); }

  const Scenario& scenario_;
  World& world_;
  std::map<std::string, Address> addresses_;
  std::vector<ReplyWay> reply_ways_;
  std::map<std::string, Source> sources_;            ///< by consumer
  std::optional<std::set<std::string>> job_takers_;  ///< channels of jobs and who handles them
  std::optional<std::set<std::string>> delayed_;     ///< channels that some send is delayed to
  std::optional<std::map<std::string, std::vector<const Component<ConsumerParameters>*>>>
      consumers_;                                    ///< by channel
  std::map<std::string, Address> branches_;          ///< by component
  std::map<std::string, std::uint32_t> arrives_by_;  ///< of consumers: the edge
  std::map<std::string, std::uint32_t> edges_;
  std::map<Time, std::pair<PipeId, PipeId>> pipes_;       ///< by network delay
  std::map<std::uint32_t, std::uint16_t> breakers_;       ///< by edge
  std::map<std::uint32_t, std::uint16_t> connections_;    ///< by edge: their pool
  std::map<std::uint32_t, Address> batchers_;             ///< by edge
  std::map<std::string, std::vector<Address>> clients_;   ///< by sender: that nobody waits for
  std::optional<std::uint32_t> inside_;                   ///< the edge to those
  std::vector<std::uint32_t> sends_;                      ///< exchanges of `send` and `publish`
  std::map<std::uint32_t, std::uint32_t> health_checks_;  ///< by edge: their numbers
  std::map<Time, LaneId> timer_lanes_;                    ///< by timeout
  std::map<std::string, std::uint32_t> first_takers_;
  std::map<std::string, SharedLimit*> limits_;                 ///< by component
  std::map<std::string, BrokerSpace*> spaces_;                 ///< by broker
  std::map<std::string, std::shared_ptr<History>> histories_;  ///< of sources
  std::map<std::string, std::uint32_t> caches_;                ///< places in the context
  std::map<std::string, std::uint32_t> fixed_keys_;            ///< numbers of words
  std::map<std::string, std::uint32_t> group_names_;           ///< numbers of words
  std::map<std::uint64_t, std::string> site_hashes_;
  bool random_ = false;
};

}  // namespace spillway
