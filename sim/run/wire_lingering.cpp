#include <algorithm>

#include "sim/run/wiring.h"

namespace spillway {

void Wiring::let_linger(std::uint32_t number, const SendParameters& step, const Place& place) {
  Context& context = world_.context_;
  const std::uint32_t edge = context.exchanges[number].edge;
  const auto [known, is_first] = batchers_.emplace(edge, 0);
  if (!inside_) {
    inside_ = static_cast<std::uint32_t>(context.edges.size());
    context.edges.emplace_back();
  }
  if (is_first) {
    auto& names = world_.names_[kind_of<Batcher>];
    auto& pool = std::get<std::vector<Batcher>>(world_.pools_);
    Batcher::Wiring wiring;
    wiring.address = component_address(kind_of<Batcher>, static_cast<std::uint32_t>(pool.size()));
    known->second = wiring.address;
    wiring.log = say<Together>(address_of(step.channel.name));
    wiring.edge = edge;
    wiring.inside = *inside_;
    wiring.confirm = step.confirm;
    wiring.linger = step.linger->ns;
    if (step.batch && step.batch->size) wiring.most_records = *step.batch->size;
    if (step.batch && step.batch->bytes) wiring.most_bytes = step.batch->bytes->bytes;
    wiring.partitions = static_cast<std::uint32_t>(
        std::ranges::find(scenario_.logs, step.channel.name, &Component<LogParameters>::name)
            ->parameters.partitions);
    wiring.exchange = static_cast<std::uint32_t>(context.exchanges.size());
    Exchange batch = context.exchanges[number];
    batch.to = say<Offer>(wiring.address);
    batch.passes = true;  // its records' lane has the edge already
    batch.repeat = 0;
    limit(batch, step.timeout, {}, place);
    if (step.retry) try_again(batch, *step.retry, place);
    context.exchanges.push_back(batch);
    // A batch stands behind this step, which no handler comes to.
    const auto past = static_cast<std::uint32_t>(context.code.size()) + 2;
    emit(op_of<Jump>, past);
    emit(op_of<Send>, wiring.exchange);
    wiring.pc = past;
    if (!step.confirm) clients_[place.component].push_back(wiring.address);
    names.push_back(context.edges[edge].name);
    pool.emplace_back(wiring);
  }
  Exchange& exchange = context.exchanges[number];
  exchange.to = say<Offer>(known->second);
  exchange.edge = *inside_;
}

/// What has gathered is lost when all of its sender crashes. Who waits for a confirm goes then, by
/// which its client knows.
void Wiring::crash_clients(const Struck& struck, const Impairment& impairment,
                           Fault::Wiring& wiring) {
  const auto clients = clients_.find(struck.name);
  if (struck.kind != FaultKind::crash || impairment.instances != 0 || clients == clients_.end()) {
    return;
  }
  for (const Address client : clients->second) {
    Impairment of_client = impairment;
    of_client.target = client;
    wiring.strikes.push_back({static_cast<std::uint32_t>(world_.context_.impairments.size()), 0});
    world_.context_.impairments.push_back(of_client);
  }
}

}  // namespace spillway
