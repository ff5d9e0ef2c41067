#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/language/field.h"
#include "sim/language/location.h"
#include "sim/scenario/scenario.h"

// The architecture of a scenario as a graph: who hands messages to whom, who waits meanwhile, and
// who keeps a slot while it waits.
//
//   shop ──call──► checkout ──send──► orders ══delivery══► workers
//        ◄─waits─                       └─ ─dead letter─ ─► failed
//
// Left out: what failures, rejections and redeliveries add, which depends on the load.

namespace spillway::topology {

struct Vertex {
  std::string name;
  Noun noun = Noun::none;
  Location at;
  /// Whether who finds all slots busy waits here for one, for as long as it takes.
  bool has_waiting_room = false;
};

enum class LinkKind : std::uint8_t {
  call,
  send,
  copy,
  delivery,
  dead_letter,
  access,      ///< what is asked of a store
  projection,  ///< from a store to one that shows what was committed there
};

/// One way from a component to another: a step of a handler, or what a queue or topic does with
/// messages.
struct Link {
  LinkKind kind = LinkKind::call;
  std::size_t from = 0;
  std::size_t to = 0;
  /// How many messages go this way for each one that comes to `from`, on average, when nothing
  /// fails but what says so (`fail`); 0 for dead letters and fallbacks, whose number depends on the
  /// run, and for projections, where no message goes.
  double per_message = 0;
  /// Whether each message that comes to `from` makes at least one to `to`.
  bool is_certain = false;
  /// Whether the handler stands still until `to` has answered or confirmed.
  bool waits = false;
  /// Whether it keeps its slot meanwhile.
  bool holds_slot = false;
  /// Whether its own caller has surely been answered before.
  bool after_reply = false;
  Location at;       ///< the name of `to` in the scenario
  std::string path;  ///< `services.checkout.does[2].call`
};

/// The graph of one scenario that was loaded without errors.
///
/// Cost: proportional to the scenario's steps, but for logarithms.
class Topology {
 public:
  explicit Topology(const Scenario& scenario);

  /// Producers, services, queues, topics, consumers and stores, each in the file's order.
  const std::vector<Vertex>& vertices() const { return vertices_; }
  /// In the order of `from`, and of its steps.
  const std::vector<Link>& links() const { return links_; }

  /// The order in which messages of the producers come to the components, nearest first; what they
  /// never come to follows in the order of vertices(). Each place by the component's index.
  const std::vector<std::size_t>& reading_order() const { return reading_order_; }

 private:
  std::vector<Vertex> vertices_;
  std::vector<Link> links_;
  std::vector<std::size_t> reading_order_;
};

}  // namespace spillway::topology
