// The M/M/1 queue on SimGrid: customers arrive at rate 0.9, one server serves at rate 1; prints the
// mean sojourn time (theory: 1 / (1 - 0.9) = 10) and how many customers SimGrid serves in a second
// of CPU time.
//
//   simgrid_mm1 [CUSTOMERS]     default 200000
//
// A measure for Spillway's speed, written as fast as SimGrid allows: two actors, the source and the
// server, on one host without links, which sleep; a semaphore counts who waits; SimGrid's own
// exponential variates; a waiting customer is its arrival time in a deque.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <simgrid/s4u.hpp>
#include <xbt/random.hpp>

namespace {

constexpr double kArrivalRate = 0.9;
constexpr double kServiceRate = 1.0;

struct Line {
  simgrid::s4u::SemaphorePtr waiting = simgrid::s4u::Semaphore::create(0);
  std::deque<double> arrival_times_s;
};

void send_customers(Line& line, std::uint64_t customers) {
  simgrid::xbt::random::XbtRandom random(1);
  for (std::uint64_t i = 0; i < customers; ++i) {
    simgrid::s4u::this_actor::sleep_for(random.exponential(kArrivalRate));
    line.arrival_times_s.push_back(simgrid::s4u::Engine::get_clock());
    line.waiting->release();
  }
}

void serve_customers(Line& line, std::uint64_t customers, double& sojourn_sum_s) {
  simgrid::xbt::random::XbtRandom random(2);
  for (std::uint64_t i = 0; i < customers; ++i) {
    line.waiting->acquire();
    simgrid::s4u::this_actor::sleep_for(random.exponential(kServiceRate));
    sojourn_sum_s += simgrid::s4u::Engine::get_clock() - line.arrival_times_s.front();
    line.arrival_times_s.pop_front();
  }
}

}  // namespace

int main(int count, char** arguments) {
  simgrid::s4u::Engine engine(&count, arguments);
  const std::uint64_t customers =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : std::uint64_t{200'000};
  if (customers == 0) {
    std::fputs("usage: simgrid_mm1 [CUSTOMERS]\n", stderr);
    return 2;
  }
  simgrid::s4u::NetZone* const zone = simgrid::s4u::create_full_zone("zone");
  simgrid::s4u::Host* const host = zone->create_host("host", 1e9)->seal();
  zone->seal();

  double sojourn_sum_s = 0;
  Line line;
  simgrid::s4u::Actor::create("source", host, [&] { send_customers(line, customers); });
  simgrid::s4u::Actor::create("server", host,
                              [&] { serve_customers(line, customers, sojourn_sum_s); });
  const std::clock_t began = std::clock();
  engine.run();
  const double spent = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

  std::printf("customers %llu\nmean sojourn %.6f\ncustomers per CPU second %.0f\n",
              static_cast<unsigned long long>(customers),
              sojourn_sum_s / static_cast<double>(customers),
              static_cast<double>(customers) / spent);
  return 0;
}
