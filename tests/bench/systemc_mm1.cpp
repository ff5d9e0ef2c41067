// The M/M/1 queue on SystemC: customers arrive at rate 0.9, one server serves at rate 1; prints the
// mean sojourn time (theory: 1 / (1 - 0.9) = 10) and how many customers SystemC serves in a second
// of CPU time.
//
//   systemc_mm1 [CUSTOMERS]     default 2000000
//
// A measure for Spillway's speed, written as fast as SystemC allows: two methods (SC_METHOD, much
// faster than threads), one for the source, which says itself when it goes on, and one for the
// server, woken by an event; variates of the standard library; a waiting customer is its arrival
// time in a deque.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <random>
#include <systemc>

namespace {

constexpr double kArrivalRate = 0.9;
constexpr double kServiceRate = 1.0;

class SingleServer : public sc_core::sc_module {
 public:
  SingleServer(const sc_core::sc_module_name& name, std::uint64_t customers)
      : sc_core::sc_module(name), customers_to_come_(customers) {
    SC_METHOD(arrive);
    SC_METHOD(depart);
    sensitive << service_ends_;
    dont_initialize();
  }

  std::uint64_t served() const { return served_; }
  double mean_sojourn_s() const { return sojourn_sum_s_ / static_cast<double>(served_); }

 private:
  SC_HAS_PROCESS(SingleServer);

  void arrive() {
    if (started_) {
      arrival_times_.push_back(sc_core::sc_time_stamp());
      if (arrival_times_.size() == 1) service_ends_.notify(drawn(service_));
    }
    started_ = true;
    if (customers_to_come_ == 0) return;
    --customers_to_come_;
    next_trigger(drawn(interarrival_));
  }

  void depart() {
    sojourn_sum_s_ += (sc_core::sc_time_stamp() - arrival_times_.front()).to_seconds();
    ++served_;
    arrival_times_.pop_front();
    if (!arrival_times_.empty()) service_ends_.notify(drawn(service_));
  }

  sc_core::sc_time drawn(std::exponential_distribution<>& time) {
    return {time(random_), sc_core::SC_SEC};
  }

  std::mt19937_64 random_{1};
  std::exponential_distribution<> interarrival_{kArrivalRate};
  std::exponential_distribution<> service_{kServiceRate};
  sc_core::sc_event service_ends_;
  std::deque<sc_core::sc_time> arrival_times_;  // Of those in the system; the front is in service.
  std::uint64_t customers_to_come_;
  bool started_ = false;
  std::uint64_t served_ = 0;
  double sojourn_sum_s_ = 0;
};

}  // namespace

int sc_main(int count, char** arguments) {
  const std::uint64_t customers =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : std::uint64_t{2'000'000};
  if (customers == 0) {
    std::fputs("usage: systemc_mm1 [CUSTOMERS]\n", stderr);
    return 2;
  }
  sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
  SingleServer server("server", customers);
  const std::clock_t began = std::clock();
  sc_core::sc_start();
  const double spent = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

  std::printf("customers %llu\nmean sojourn %.6f\ncustomers per CPU second %.0f\n",
              static_cast<unsigned long long>(server.served()), server.mean_sojourn_s(),
              static_cast<double>(server.served()) / spent);
  return 0;
}
