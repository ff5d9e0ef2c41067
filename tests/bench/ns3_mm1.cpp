// The M/M/1 queue on ns-3: customers arrive at rate 0.9, one server serves at rate 1; prints the
// mean sojourn time (theory: 1 / (1 - 0.9) = 10) and how many customers ns-3 serves in a second of
// CPU time.
//
//   ns3_mm1 [CUSTOMERS]     default 2000000
//
// The measure for Spillway's speed, so it is written as ns-3's users write models, and as fast as
// that allows: two events per customer (arrival, departure), each a member function scheduled
// without arguments; the fastest of ns-3's schedulers here, PriorityQueueScheduler; its own
// exponential variates on two MRG32k3a streams; a waiting customer is its arrival time in a deque.
// Packets, nodes, channels, tracing and attributes, which would cost more, are left out.
#include <ns3/core-module.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>

namespace {

constexpr double kArrivalRate = 0.9;
constexpr double kServiceRate = 1.0;

class SingleServer {
 public:
  explicit SingleServer(std::uint64_t customers) : customers_to_come_(customers) {
    interarrival_->SetAttribute("Mean", ns3::DoubleValue(1.0 / kArrivalRate));
    interarrival_->SetStream(1);
    service_->SetAttribute("Mean", ns3::DoubleValue(1.0 / kServiceRate));
    service_->SetStream(2);
  }

  void start() { schedule_arrival(); }

  std::uint64_t served() const { return served_; }
  double mean_sojourn_s() const { return sojourn_sum_s_ / static_cast<double>(served_); }

 private:
  void schedule_arrival() {
    if (customers_to_come_ == 0) return;
    --customers_to_come_;
    ns3::Simulator::Schedule(ns3::Seconds(interarrival_->GetValue()), &SingleServer::arrive, this);
  }

  void schedule_departure() {
    ns3::Simulator::Schedule(ns3::Seconds(service_->GetValue()), &SingleServer::depart, this);
  }

  void arrive() {
    arrival_times_.push_back(ns3::Simulator::Now());
    if (arrival_times_.size() == 1) schedule_departure();
    schedule_arrival();
  }

  void depart() {
    sojourn_sum_s_ += (ns3::Simulator::Now() - arrival_times_.front()).GetSeconds();
    ++served_;
    arrival_times_.pop_front();
    if (!arrival_times_.empty()) schedule_departure();
  }

  ns3::Ptr<ns3::ExponentialRandomVariable> interarrival_ =
      ns3::CreateObject<ns3::ExponentialRandomVariable>();
  ns3::Ptr<ns3::ExponentialRandomVariable> service_ =
      ns3::CreateObject<ns3::ExponentialRandomVariable>();
  std::deque<ns3::Time> arrival_times_;  // Of those in the system; the front is in service.
  std::uint64_t customers_to_come_;
  std::uint64_t served_ = 0;
  double sojourn_sum_s_ = 0;
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t customers =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : std::uint64_t{2'000'000};
  if (customers == 0) {
    std::fputs("usage: ns3_mm1 [CUSTOMERS]\n", stderr);
    return 2;
  }
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId("ns3::PriorityQueueScheduler");
  ns3::Simulator::SetScheduler(scheduler);

  SingleServer server(customers);
  const double began = cpu_seconds();
  server.start();
  ns3::Simulator::Run();
  const double spent = cpu_seconds() - began;
  ns3::Simulator::Destroy();

  std::printf("customers %llu\nmean sojourn %.6f\ncustomers per CPU second %.0f\n",
              static_cast<unsigned long long>(server.served()), server.mean_sojourn_s(),
              static_cast<double>(server.served()) / spent);
  return 0;
}
