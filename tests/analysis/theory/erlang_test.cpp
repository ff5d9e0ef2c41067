#include "analysis/theory/erlang.h"

#include <gtest/gtest.h>

#include "analysis/theory/halfin_whitt.h"

namespace spillway::theory {
namespace {

TEST(Erlang, LossAndDelayFormulasMatchTwelveDigits) {
  struct Row {
    int servers;
    double load, loss, delay;
  };
  for (const Row& row : {Row{1, .5, 1.0 / 3, .5},
                         {2, 1, .2, 1.0 / 3},
                         {2, 5.0 / 7, .129533678756, .187969924812},
                         {3, 2, .210526315789, .444444444444},
                         {5, 3, .110054347826, .236151603499},
                         {10, 5, .0183845703366, .0361053591583},
                         {10, 8, .121661064253, .409180150796},
                         {10, 9, .167963226292, .668731524108},
                         {20, 15, .0455932155898, .160429387417},
                         {50, 48, .0833373534935, .694455611197},
                         {100, 90, .0269573804644, .216940480906},
                         {1000, 950, .00364929368894, .0682534153771}}) {
    EXPECT_NEAR(erlang_b(row.servers, row.load), row.loss, 1e-12 * row.loss * 10) << row.servers;
    EXPECT_NEAR(erlang_c(row.servers, row.load), row.delay, 1e-12 * row.delay * 10) << row.servers;
  }
}

TEST(Erlang, TrafficTablesAreReproducedToTheirFourDecimals) {
  struct Row {
    double blocking;
    int servers;
    double load;
  };
  for (const Row& row : {Row{.01, 1, .0101},
                         {.01, 2, .1526},
                         {.01, 5, 1.3608},
                         {.01, 10, 4.4612},
                         {.01, 20, 12.0306},
                         {.01, 50, 37.9014},
                         {.01, 100, 84.0642},
                         {.02, 10, 5.0840},
                         {.02, 20, 13.1815},
                         {.02, 30, 21.9316},
                         {.02, 100, 87.9720},
                         {.001, 10, 3.0920},
                         {.05, 10, 6.2157}}) {
    const double load = erlang_b_load(row.servers, row.blocking);
    EXPECT_NEAR(load, row.load, .5e-4) << row.servers << " servers at " << row.blocking;
    EXPECT_NEAR(erlang_b(row.servers, load), row.blocking, 1e-12);
  }
}

TEST(Erlang, TheTablesLoadOnTenServersLosesOnePercent) {
  // One unit of the table's last digit moves the loss by less than 1e-6.
  EXPECT_NEAR(erlang_b(10, 4.4612), .01, 1e-6);
}

TEST(Erlang, EveryMessageWaitsWhenTheServersAreOverloaded) {
  EXPECT_EQ(erlang_c(3, 3), 1);
  EXPECT_EQ(erlang_c(3, 7), 1);
  EXPECT_EQ(erlang_b(0, 5), 1);
  EXPECT_EQ(erlang_b(4, 0), 0);
}

TEST(Erlang, HugePoolsNeitherOverflowNorVanish) {
  EXPECT_GT(erlang_b(100'000, 100'000), 0.002);
  EXPECT_LT(erlang_b(100'000, 100'000), 0.003);  // about sqrt(2 / (pi c))
  EXPECT_EQ(erlang_b(10'000, 10), 0);
}

TEST(HalfinWhitt, MatchesItsTableAndTheExactShareOfALargePool) {
  EXPECT_NEAR(halfin_whitt(.2), .771448, .5e-6);
  EXPECT_NEAR(halfin_whitt(.5), .504539, .5e-6);
  EXPECT_NEAR(halfin_whitt(1), .223361, .5e-6);
  EXPECT_NEAR(halfin_whitt(1.5), .084690, .5e-6);
  EXPECT_NEAR(halfin_whitt(2), .026881, .5e-6);
  EXPECT_NEAR(erlang_c(110, 100), .237008, .5e-6);
  EXPECT_EQ(halfin_whitt(0), 1);
}

}  // namespace
}  // namespace spillway::theory
