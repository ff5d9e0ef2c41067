#include "analysis/topology/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <variant>

#include "analysis/topology/digraph.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/group_shares.h"
#include "sim/scenario/reply_ways.h"
#include "sim/scenario/store_use.h"

namespace spillway::topology {
namespace {

std::string_view word_of(Operation operation) {
  switch (operation) {
    case Operation::read:
      return ReadParameters::name;
    case Operation::write:
      return WriteParameters::name;
    case Operation::apply:
      break;
  }
  return ApplyParameters::name;
}

using Names = std::set<std::string_view>;

/// What surely happens in a handler, as long as no call fails.
struct Sureness {
  bool goes_on = true;  ///< no step before may have ended the handler
  bool replied = false;
  Names reached;  ///< who is called or sent to
};

void follow_saga(const SagaParameters& saga, Sureness& sure, std::vector<bool>& after_reply);

/// What is done when a step has failed for good: never sure.
void follow_fallback(const StepDeclaration& step, const Sureness& sure,
                     std::vector<bool>& after_reply);

/// Follows a program's steps in the order of for_each_step(), and notes for each that goes
/// somewhere whether the handler has surely replied before it.
void follow(const Program& program, Sureness& sure, std::vector<bool>& after_reply) {
  const auto reach = [&](const std::string& name) {
    after_reply.push_back(sure.replied);
    if (sure.goes_on) sure.reached.insert(name);
  };
  for (const StepDeclaration& step : program.steps) {
    if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
      // Where others may be called instead, none of them surely is.
      for (const Reference& to : callees_of(*call)) {
        after_reply.push_back(sure.replied);
        if (sure.goes_on && !call->first_healthy) sure.reached.insert(to.name);
      }
      follow_fallback(step, sure, after_reply);
    } else if (const auto* send = sending(step)) {
      reach(send->channel.name);
      follow_fallback(step, sure, after_reply);
    } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
      reach(submit->to.name);
      follow_fallback(step, sure, after_reply);
    } else if (const auto use = store_use(step)) {
      reach(use->store());
      follow_fallback(step, sure, after_reply);
    } else if (const auto* fail = std::get_if<FailParameters>(&step.parameters)) {
      if (!fail->share.column.empty() || fail->share.share.value > 0) sure.goes_on = false;
    } else if (std::holds_alternative<ReplyParameters>(step.parameters)) {
      sure.replied = true;
    } else if (const auto* repeat = std::get_if<RepeatParameters>(&step.parameters)) {
      follow(repeat->repeated.steps, sure, after_reply);
    } else if (const auto* saga = std::get_if<SagaParameters>(&step.parameters)) {
      follow_saga(*saga, sure, after_reply);
    } else if (const auto* parallel = std::get_if<ParallelParameters>(&step.parameters)) {
      // Every branch begins; whether enough end well is sure when all surely do.
      bool goes_on = sure.goes_on;
      for (const Program& branch : parallel->branches) {
        Sureness own{sure.goes_on, sure.replied, {}};
        follow(branch, own, after_reply);
        sure.reached.merge(own.reached);
        goes_on = goes_on && own.goes_on;
      }
      sure.goes_on = goes_on;
    } else if (const auto* choose = std::get_if<ChooseParameters>(&step.parameters)) {
      // Sure is what is sure whichever way is chosen.
      bool is_first = true;
      Sureness all;
      for (const ChooseParameters::Way& way : choose->ways) {
        Sureness own{sure.goes_on, sure.replied, {}};
        follow(way.program, own, after_reply);
        if (way.share.value <= 0) continue;
        if (is_first) {
          all = std::move(own);
          is_first = false;
          continue;
        }
        all.goes_on = all.goes_on && own.goes_on;
        all.replied = all.replied && own.replied;
        std::erase_if(all.reached, [&](auto name) { return !own.reached.contains(name); });
      }
      if (is_first) continue;
      sure.goes_on = all.goes_on;
      sure.replied = all.replied;
      sure.reached.merge(all.reached);
    }
  }
}

void follow_fallback(const StepDeclaration& step, const Sureness& sure,
                     std::vector<bool>& after_reply) {
  Sureness unsure{false, sure.replied, {}};
  for (const StepsInside& inside : steps_inside(step)) {
    follow(*inside.program, unsure, after_reply);
  }
}

/// The same of a saga: what undoes it is never sure. The stages come first, then what undoes them
/// and what is done at last, each in the order of the stages.
void follow_saga(const SagaParameters& saga, Sureness& sure, std::vector<bool>& after_reply) {
  for (const SagaStage& stage : saga.stages) follow(stage.steps, sure, after_reply);
  Sureness unsure{false, sure.replied, {}};
  for (const SagaStage& stage : saga.stages) {
    if (stage.undo) follow(*stage.undo, unsure, after_reply);
  }
  if (saga.fallback) follow(*saga.fallback, unsure, after_reply);
}

/// The word that a step begins with.
std::string_view name_of(const StepDeclaration& step) {
  return std::visit([]<class P>(const P&) { return P::name; }, step.parameters);
}

/// Makes the links of a scenario, whose components have their places.
class Links {
 public:
  Links(const Scenario& scenario, const std::map<std::string_view, std::size_t>& places)
      : scenario_(scenario), places_(places), links_(places.size()) {
    for (const auto& service : scenario.services) {
      holds_.emplace(service.name, service.parameters.holds == Holds::slot);
    }
  }

  std::vector<Link> all() {
    for (const HandlerOf& handler : handlers_of(scenario_)) add_steps(handler);
    add_copies();
    add_projections();
    add_events();
    add_dead_letters();
    add_deliveries();
    add_replies();
    std::vector<Link> all;
    for (auto& of_one : links_) std::ranges::move(of_one, std::back_inserter(all));
    return all;
  }

 private:
  void add_steps(const HandlerOf& handler) {
    Sureness sure;
    std::vector<bool> after_reply;
    follow(*handler.program, sure, after_reply);
    const std::size_t from = places_.at(handler.name);
    const auto service = holds_.find(handler.name);
    const bool in_service = service != holds_.end();
    // A consumer's message keeps its slot to the end; a producer has none.
    const bool holds = in_service ? service->second : handler.noun == Noun::consumer;
    std::size_t n = 0;
    const auto add = [&](Link link, const Reference& to) {
      link.from = from;
      link.to = places_.at(to.name);
      link.is_certain = sure.reached.contains(to.name);
      link.after_reply = after_reply.at(n++);
      link.at = to.at;
      links_[link.from].push_back(std::move(link));
    };
    for_each_step(
        *handler.program, handler.path,
        [&](const StepDeclaration& step, double probability, const std::string& path) {
          Link link;
          link.per_message = probability * handler.runs;
          if (const auto* call = std::get_if<CallParameters>(&step.parameters)) {
            link.kind = LinkKind::call;
            link.waits = true;
            link.holds_slot = in_service && call->holds ? *call->holds == Holds::slot : holds;
            link.path = path + ".call";
            for (const Reference& to : callees_of(*call)) {
              Link one = link;
              // While all is well the first is called, and no other.
              if (to.name != call->service.name) one.per_message = 0;
              add(std::move(one), to);
            }
          } else if (const auto* send = sending(step)) {
            link.kind = LinkKind::send;
            link.waits = send->confirm;
            link.holds_slot = send->confirm && holds;
            link.path = fmt::format("{}.{}", path, name_of(step));
            add(std::move(link), send->channel);
          } else if (const auto* submit = std::get_if<SubmitParameters>(&step.parameters)) {
            // It is accepted at once: what waits then, waits for nothing that needs its slot.
            link.kind = holds_.contains(submit->to.name) ? LinkKind::call : LinkKind::send;
            link.waits = true;
            link.holds_slot = holds;
            link.path = path + ".submit";
            add(std::move(link), submit->to);
          } else if (const auto use = store_use(step)) {
            link.kind = LinkKind::access;
            link.waits = true;
            link.holds_slot = holds;
            link.path = fmt::format("{}.{}", path, word_of(use->operation));
            add(std::move(link), use->request->store);
          }
        });
  }

  /// What a filter lets through is as much as of the producer whose messages it wants most.
  void add_copies() {
    for (const auto& topic : scenario_.topics) {
      for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
        Link link;
        link.kind = LinkKind::copy;
        link.from = places_.at(topic.name);
        link.to = places_.at(subscription.to.name);
        for (const auto& producer : scenario_.producers) {
          link.per_message =
              std::max(link.per_message, share_wanted(producer.parameters, subscription));
        }
        link.is_certain = !subscription.filter;
        link.at = subscription.to.at;
        link.path = fmt::format("topics.{}.subscriptions.{}.to", topic.name, name);
        links_[link.from].push_back(std::move(link));
      }
    }
  }

  void add_projections() {
    for (const auto& store : scenario_.stores) {
      if (!store.parameters.of) continue;
      Link link;
      link.kind = LinkKind::projection;
      link.from = places_.at(store.parameters.of->name);
      link.to = places_.at(store.name);
      link.at = store.parameters.of->at;
      link.path = fmt::format("stores.{}.of", store.name);
      links_[link.from].push_back(std::move(link));
    }
  }

  /// A reply to a reply queue that has a name. That queue hands it to who has asked, which is no
  /// message more that comes there.
  void add_replies() {
    const std::vector<ReplyWay> ways = reply_ways(scenario_);
    for (const auto& consumer : scenario_.consumers) {
      std::set<std::string_view> queues;
      double replies = 0;
      for_each_step(consumer.parameters.does, "",
                    [&](const StepDeclaration& step, double probability, const auto&) {
                      if (std::holds_alternative<ReplyParameters>(step.parameters)) {
                        replies += probability;
                      }
                    });
      const auto is_own = [&](const ReplyWay& way) { return way.consumer == consumer.name; };
      for (const ReplyWay& way : ways) {
        if (is_own(way)) queues.insert(way.replies);
      }
      const bool one = queues.size() == 1;
      for (const ReplyWay& way : ways) {
        if (!is_own(way) || queues.erase(way.replies) == 0) continue;
        Link link;
        link.kind = LinkKind::send;
        link.from = places_.at(consumer.name);
        link.to = places_.at(way.replies);
        // Where there are several, who asks decides.
        link.per_message = one ? replies : 0;
        link.at = way.at;
        link.path = fmt::format("consumers.{}.does", consumer.name);
        links_[link.from].push_back(std::move(link));
      }
    }
  }

  /// An event is as good as sent by whoever writes, who does not wait for it.
  void add_events() {
    for (const HandlerOf& handler : handlers_of(scenario_)) {
      for_each_step(*handler.program, handler.path,
                    [&](const StepDeclaration& step, double probability, const std::string&) {
                      const auto use = store_use(step);
                      const Reference* event = use ? event_of(scenario_, *use) : nullptr;
                      if (event == nullptr) return;
                      Link link;
                      link.kind = LinkKind::send;
                      link.from = places_.at(handler.name);
                      link.to = places_.at(event->name);
                      link.per_message = probability * handler.runs;
                      link.at = event->at;
                      link.path = fmt::format("stores.{}.outbox.to", use->store());
                      links_[link.from].push_back(std::move(link));
                    });
    }
  }

  void add_dead_letters() {
    const auto add = [&](const std::string& from, const Reference& to, std::string path) {
      Link link;
      link.kind = LinkKind::dead_letter;
      link.from = places_.at(from);
      link.to = places_.at(to.name);
      link.at = to.at;
      link.path = std::move(path);
      links_[link.from].push_back(std::move(link));
    };
    for (const auto& queue : scenario_.queues) {
      const auto& dead = queue.parameters.dead_letter;
      if (dead && !dead->to.name.empty())
        add(queue.name, dead->to, fmt::format("queues.{}.dead_letter.to", queue.name));
    }
    for (const auto& topic : scenario_.topics) {
      for (const auto& [name, at, subscription] : topic.parameters.subscriptions) {
        if (!subscription.dead_letter) continue;
        add(topic.name, *subscription.dead_letter,
            fmt::format("topics.{}.subscriptions.{}.dead_letter", topic.name, name));
      }
    }
  }

  /// Competing consumers take about as much as they have slots.
  void add_deliveries() {
    struct Readers {
      std::size_t count = 0;
      double slots = 0;
    };
    const auto slots_of = [](const ConsumerParameters& consumer) {
      return static_cast<double>(most_instances(consumer)) *
             static_cast<double>(consumer.concurrency);
    };
    std::map<std::string_view, Readers> readers;
    for (const auto& consumer : scenario_.consumers) {
      if (consumer.parameters.from.name.empty()) continue;
      Readers& of_queue = readers[consumer.parameters.from.name];
      ++of_queue.count;
      of_queue.slots += slots_of(consumer.parameters);
    }
    const auto shares = shares_read(scenario_);
    for (const auto& consumer : scenario_.consumers) {
      const Reference& queue = consumer.parameters.from;
      if (queue.name.empty()) continue;
      const Readers& of_queue = readers.at(queue.name);
      Link link;
      link.kind = LinkKind::delivery;
      link.from = places_.at(queue.name);
      link.to = places_.at(consumer.name);
      // Each group reads every record of a log; those in it share them.
      const auto of_log = shares.find(consumer.name);
      link.per_message =
          of_log != shares.end() ? of_log->second : slots_of(consumer.parameters) / of_queue.slots;
      link.is_certain = of_log != shares.end() ? of_log->second == 1 : of_queue.count == 1;
      link.at = queue.at;
      link.path = fmt::format("consumers.{}.from", consumer.name);
      links_[link.from].push_back(std::move(link));
    }
  }

  const Scenario& scenario_;
  const std::map<std::string_view, std::size_t>& places_;
  std::map<std::string_view, bool> holds_;
  std::vector<std::vector<Link>> links_;  ///< by where they begin
};

}  // namespace

Topology::Topology(const Scenario& scenario) {
  const auto add = [&](const auto& components, Noun noun) {
    for (const auto& component : components) {
      vertices_.push_back({component.name, noun, component.at, false});
    }
  };
  add(scenario.producers, Noun::producer);
  for (const auto& service : scenario.services) {
    vertices_.push_back({service.name, Noun::service, service.at,
                         service.parameters.accept_queue.count.value_or(1) > 0});
  }
  add(scenario.queues, Noun::queue);
  add(scenario.topics, Noun::topic);
  add(scenario.logs, Noun::log);
  add(scenario.consumers, Noun::consumer);
  add(scenario.stores, Noun::store);

  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < vertices_.size(); ++i) places.emplace(vertices_[i].name, i);
  links_ = Links(scenario, places).all();

  std::vector<Arc> arcs;
  for (const Link& link : links_) arcs.push_back({link.from, link.to});
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < scenario.producers.size(); ++i) starts.push_back(i);
  reading_order_ = nearest_first(vertices_.size(), arcs, starts);
}

}  // namespace spillway::topology
