#pragma once

#include "sim/scenario/objective_reader.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

// What has to hold between the components of a scenario. All of it is checked when the file is
// loaded, so that a run never meets a name, a column or a window that isn't there.

namespace spillway {

/// Gives every component the prices that are said of all and that it doesn't say itself.
void spread_prices(const PriceParameters& prices, Scenario& scenario);

/// Lists what has a cost; warns of prices that nothing is paid by.
void check_prices(Reader& reader, const Node& tree, const Scenario& scenario, Nameable& names);

/// Checks names of components: each stands once in the whole file.
void check_names(Reader& reader, const Scenario& scenario, Nameable& names);

/// Checks that each reference names a component of the right noun.
void check_references(Reader& reader, const Nameable& names);

/// Checks windows and profiles against the run, and lists what objectives may name.
void check_windows(Reader& reader, const Scenario& scenario, Nameable& names);

/// Checks handlers: replies, edges said once, columns that every message brings; warns about what
/// nothing reaches. Columns and warnings only where all was read.
void check_flow(Reader& reader, const Scenario& scenario, Nameable& names);

/// Checks branches and repeated steps: no reply and no slot in a branch, as many branches as are
/// waited for, no more steps than a handler may have.
void check_branches(Reader& reader, const Scenario& scenario);

/// Checks handlers that crash by themselves. Errors: where nobody waits for them, or where more
/// than their message would be lost.
void check_crashes(Reader& reader, const Scenario& scenario);

/// Checks what is asked by messages: that somebody replies, and only where somebody asks.
void check_conversations(Reader& reader, const Scenario& scenario);

/// Checks reply queues: nobody but who asks takes from them, nothing but replies comes there, and
/// they hand a reply on as soon as they can.
void check_reply_queues(Reader& reader, const Scenario& scenario);

/// Checks that what a fault hits has an answer to it.
void check_faults(Reader& reader, const Scenario& scenario);

/// Says how long faults last that follow from what they hit: a rolling restart, and what is set for
/// good. Before anything asks.
void complete_faults(Scenario& scenario);

/// Checks how urgent calls are. Errors: a priority where the service has no use for it, calls of
/// one edge with different ones.
void check_urgency(Reader& reader, const Scenario& scenario);

/// Checks faults that strike single instances, and lists the services that eject some. Errors:
/// faults that have no answer there, as many as there are or more.
void check_balancing(Reader& reader, const Scenario& scenario, Nameable& names);

/// Checks limits that components share: each shares one, and once.
void check_limits(Reader& reader, const Scenario& scenario);

/// Checks who has cores and who works on them. Errors: cores that no work shares, work without
/// cores, cores of what scales or shares its slots.
void check_cores(Reader& reader, const Scenario& scenario);

/// Finds out what sets faults off that wait for load. Errors: no such metric, or none that can be
/// looked at while the run goes on.
void check_triggers(Reader& reader, Scenario& scenario, const Nameable& names);

/// Checks what ends instances or changes their number, and gives such components a fleet whose
/// number nothing else changes. Errors: components that scale, or that have no answer.
void check_instance_faults(Reader& reader, Scenario& scenario, Nameable& names);

/// Checks that faults of the network strike edges that are there, and that nobody waits for ever
/// for what they lose.
void check_edge_faults(Reader& reader, const Scenario& scenario);

/// Checks what messages say of themselves: columns of their producer's trace, names of types.
void check_messages(Reader& reader, const Scenario& scenario);

/// Checks topics: that each consumer has one source, that filters want types that are sent.
void check_topics(Reader& reader, const Scenario& scenario, const Nameable& names);

/// Checks logs: that the consumers of a group agree, and that only who reads a log says what a
/// member of a group does. Warns of members that no partition is left for.
void check_logs(Reader& reader, const Scenario& scenario, const Nameable& names);

/// Checks what scales: that there is a queue to look at, and room for the instances of the
/// beginning. Lists what has a number of instances as a metric.
void check_scale(Reader& reader, const Scenario& scenario, Nameable& names);

/// Checks what steps say of their edges: each leads to one component; a send says one that leads by
/// its queue to a call, so that no two messages draw the same numbers.
void check_edges(Reader& reader, const Scenario& scenario);

/// Checks what is asked of stores: that each can do it, and that keys and writes are there.
void check_stores(Reader& reader, const Scenario& scenario);

/// Checks queues against who sends to them and takes from them.
void check_queues(Reader& reader, const Scenario& scenario);

/// Checks batches of consumers: only from a queue or a log, acknowledged together, prefetched
/// whole.
void check_batches(Reader& reader, const Scenario& scenario, const Nameable& names);

/// Checks brokers against the queues on them, their faults, and what sends say of persistence.
void check_brokers(Reader& reader, const Scenario& scenario);

/// Checks that each message has a group where its queue has groups, and only there, and that what a
/// queue is to know a message by is there.
void check_groups(Reader& reader, const Scenario& scenario);

/// Checks that what is said to be urgent comes to a queue with priorities.
void check_priorities(Reader& reader, const Scenario& scenario);

/// Checks dead-letter queues: no cycles.
void check_dead_letters(Reader& reader, const Scenario& scenario);

/// Checks that the zones of distances and faults are there, and that no queue is elsewhere than its
/// broker.
void check_zones(Reader& reader, const Scenario& scenario);

/// Checks objectives on the time outside the others: some of those must be judged over time, and
/// there must be a fault whose incidents are meant.
void check_missed_time(Reader& reader, const Scenario& scenario);

/// Reads what counts as a collapse, and checks it against the producers, the windows and the run.
void read_collapse(Reader& reader, const Entry& section, Scenario& scenario, Nameable& names);

/// Checks loads: rows of traces within the run, the number of messages and slots, and warns where
/// more work is offered than there are slots for.
void check_load(Reader& reader, Scenario& scenario);

}  // namespace spillway
