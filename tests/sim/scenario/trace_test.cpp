#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::string traced(const std::string& trace, const std::string& work = "8ms") {
  return "run: {duration: 1s}\n"
         "producers: {p: {load: {trace: {" +
         trace + "}}, does: [work: " + work + "]}}\n";
}

constexpr std::string_view kRows =
    "t_arrival_ms,service_ms,fails,\"note, quoted\"\r\n"
    "0,5,0,\"a \"\"b\"\"\"\r\n"
    "0.5,6.5,1,\"two\nlines\"\r\n"
    "\r\n"
    "999,7,0,\r\n";

TEST(Traces, AreReadWithTheirColumns) {
  const Folder folder;
  folder.write("t.csv", kRows);
  folder.pack("t.csv.gz", std::string(kRows));
  for (const char* name : {"t.csv", "t.csv.gz"}) {
    const ScenarioFile good = load(
        "run: {duration: 1s}\nproducers:\n  p:\n    load: {trace: {file: " + std::string(name) +
            ", at: t_arrival_ms, unit: ms, columns: {service: service_ms, tries: fails}}}\n"
            "    does: [{work: {column: service, unit: ms, plus: 1ms}}, {fail: {column: tries}}]\n",
        {}, folder.scenario());
    EXPECT_EQ(findings(good), "");
    const auto& producer = good.variants.at(0).producers.at(0).parameters;
    ASSERT_TRUE(producer.load.trace->rows);
    EXPECT_EQ(producer.load.trace->rows->at, (std::vector<std::int64_t>{0, 500'000, 999'000'000}));
    ASSERT_EQ(producer.load.trace->rows->columns.size(), 2U);
    EXPECT_EQ(producer.load.trace->rows->columns[0].first, "service");
    EXPECT_EQ(*producer.load.trace->rows->columns[0].second, (std::vector<double>{5, 6.5, 7}));
    const auto& time = std::get<WorkParameters>(producer.does.steps.at(0).parameters).time;
    EXPECT_EQ(time.column, "service");
    EXPECT_DOUBLE_EQ(time.variate.times, 1e6);
    EXPECT_DOUBLE_EQ(time.variate.plus, 1e6);
    EXPECT_EQ(std::get<FailParameters>(producer.does.steps.at(1).parameters).share.column, "tries");
  }
}

TEST(Traces, LeaveOutRowsBeyondTheRun) {
  const Folder folder;
  folder.write("t.csv", "ms\n0\n999.999\n1000\n5000\n");
  const ScenarioFile file = load(traced("file: t.csv, at: ms, unit: ms"), {}, folder.scenario());
  EXPECT_EQ(findings(file),
            "2:13 warning: producers.p.load.trace: 2 of 4 rows lie beyond the run of 1s and are "
            "ignored [rows-ignored]\n");
  EXPECT_EQ(file.variants.at(0).producers.at(0).parameters.load.trace->rows->at.size(), 2U);
}

TEST(Traces, NameTheRowThatIsWrong) {
  const Folder folder;
  const auto wrong = [&](std::string_view text, const std::string& more = "") {
    folder.write("t.csv", text);
    return findings(load(traced("file: t.csv, at: ms, unit: ms" + more), {}, folder.scenario()));
  };
  EXPECT_EQ(wrong("ms\n1\n3\n2\n"),
            "t.csv:4:0 producers.p.load.trace: row 2 arrives before the row above it "
            "[out-of-order] (sort the rows by arrival)\n");
  EXPECT_EQ(wrong("ms\n1\nnan\n"),
            "t.csv:3:0 producers.p.load.trace: column 'ms': expected a number; found 'nan' (not a "
            "number) [not-a-number]\n");
  EXPECT_EQ(wrong("ms\n-1\n"),
            "t.csv:2:0 producers.p.load.trace: column 'ms': expected a number; found '-1' "
            "(negative) [not-a-number]\n");
  EXPECT_EQ(wrong("ms,x\n1,2\n2\n"),
            "t.csv:3:0 producers.p.load.trace: this row has 1 fields, the header has 2 [csv]\n");
  EXPECT_EQ(wrong("ms\n\"1\n"),
            "t.csv:2:0 producers.p.load.trace: quotes that aren't closed [csv]\n");
  EXPECT_EQ(wrong("ms\n" + std::string(2 << 20, '1') + "\n"),
            "t.csv:2:0 producers.p.load.trace: a row of more than 1 MiB [csv]\n");
  EXPECT_EQ(wrong("ms\n1\"2\"\n"),
            "t.csv:2:0 producers.p.load.trace: quotes in the middle of a field [csv]\n");
  EXPECT_EQ(wrong("ms\n"), "2:38 producers.p.load.trace: t.csv: the file has no rows [csv]\n");
  EXPECT_EQ(wrong(""),
            "2:38 producers.p.load.trace: t.csv: the file is empty [csv] (its first line names the "
            "columns)\n");
  EXPECT_EQ(wrong("ms,ms\n1,1\n"),
            "t.csv:1:0 producers.p.load.trace: the column 'ms' stands twice [csv]\n");
  EXPECT_EQ(wrong("time\n1\n"),
            "2:49 producers.p.load.trace: there is no column 'ms' in t.csv [unknown-column] (its "
            "columns are time)\n");
  EXPECT_EQ(wrong("ms,service\n1,1\n2,x\n", ", columns: {s: service}"),
            "t.csv:3:0 producers.p.load.trace: column 'service': expected a number; found 'x' (not "
            "a number) [not-a-number]\n");
  EXPECT_EQ(wrong("ms,service\n1,1\n", ", columns: {s: sevrice}"),
            "2:76 producers.p.load.trace: there is no column 'sevrice' in t.csv [unknown-column] "
            "(did you mean 'service'?)\n");
  EXPECT_EQ(
      findings(load(traced("file: t.csv, at: ms, unit: min"), {}, folder.scenario())),
      "2:59 producers.p.load.trace.unit: expected ns, us, ms or s; found min [unknown-unit]\n");
}

TEST(Traces, OfOtherPlacesAreNotOpened) {
  const Folder folder;
  const auto refused = [&](const std::string& name) {
    const ScenarioFile file =
        load(traced("file: '" + name + "', at: ms, unit: ms"), {}, folder.scenario());
    return file.diagnostics.at(0).message + " [" + file.diagnostics.at(0).code + "]";
  };
  fs::create_directory(folder.path() / "inner");
  folder.write("inner/t.csv", "ms\n1\n");
  EXPECT_EQ(findings(load(traced("file: inner/t.csv, at: ms, unit: ms"), {}, folder.scenario())),
            "");
  EXPECT_EQ(
      findings(load(traced("file: inner/../inner/t.csv, at: ms, unit: ms"), {}, folder.scenario())),
      "");
  EXPECT_EQ(refused("/etc/passwd"), "'/etc/passwd' is an absolute path [bad-path]");
  EXPECT_EQ(refused("../x.csv"), "'../x.csv' lies outside of the scenario's folder [bad-path]");
  EXPECT_EQ(refused("inner/../../x.csv"),
            "'inner/../../x.csv' lies outside of the scenario's folder [bad-path]");
  EXPECT_EQ(refused("inner"), "'inner' is not a regular file [bad-path]");
  EXPECT_EQ(refused("none.csv"), "there is no file 'none.csv' [no-such-file]");
  EXPECT_EQ(refused(""), "expected the name of a file [bad-path]");
  fs::create_symlink("/etc/passwd", folder.path() / "link.csv");
  EXPECT_EQ(refused("link.csv"), "'link.csv' lies outside of the scenario's folder [bad-path]");
  fs::create_symlink("/dev/zero", folder.path() / "zero.csv");
  EXPECT_EQ(refused("zero.csv"), "'zero.csv' lies outside of the scenario's folder [bad-path]");
  ASSERT_EQ(mkfifo((folder.path() / "pipe.csv").c_str(), 0600), 0);
  EXPECT_EQ(refused("pipe.csv"), "'pipe.csv' is not a regular file [bad-path]");
  folder.write("damaged.csv.gz", "\x1f\x8b\x08 and nothing that follows");
  EXPECT_EQ(refused("damaged.csv.gz"), "damaged.csv.gz: the packed data is damaged [unreadable]");
}

TEST(Traces, CanBeShortPacksOfMuch) {
  const Folder folder;
  // 600 MiB of empty lines in some hundred KB: one packed MiB, many times.
  folder.pack("piece.gz", std::string(1 << 20, '\n'));
  std::ostringstream piece;
  piece << std::ifstream(folder.path() / "piece.gz", std::ios::binary).rdbuf();
  folder.pack("head.gz", "ms\n");
  std::ostringstream head;
  head << std::ifstream(folder.path() / "head.gz", std::ios::binary).rdbuf();
  std::string bomb = head.str();
  for (int i = 0; i < 600; ++i) bomb += piece.str();
  ASSERT_LT(bomb.size(), 1U << 20);
  folder.write("bomb.csv.gz", bomb);
  EXPECT_EQ(findings(load(traced("file: bomb.csv.gz, at: ms, unit: ms"), {}, folder.scenario())),
            "2:38 producers.p.load.trace: bomb.csv.gz: the files of a scenario have more than 512 "
            "MiB unpacked [too-large]\n");
}

TEST(Columns, AreBroughtByEveryProducerThatReachesTheStep) {
  const Folder folder;
  folder.write("t.csv", "ms,service,tries\n0,5,0\n1,-5,0.5\n");
  const auto design = [&](const std::string& other, const std::string& step,
                          const std::string& columns = "service: service") {
    return findings(
        load("run: {duration: 10s}\n"
             "producers:\n"
             "  a: {load: {trace: {file: t.csv, at: ms, unit: ms, columns: {" +
                 columns + "}}}, does: [send: q]}\n" + other +
                 "queues: {q: {}}\n"
                 "consumers: {w: {from: q, does: [" +
                 step + "]}}\n",
             {}, folder.scenario()));
  };
  EXPECT_EQ(design("", "work: {column: service, unit: ms}"),
            "5:39 consumers.w.does[1].work: expected durations in column 'service'; row 1 has -5 "
            "[out-of-range] (rows are counted from 0, below the header)\n");
  EXPECT_EQ(design("", "fail: {column: tries}", "tries: tries"),
            "5:39 consumers.w.does[1].fail: expected whole numbers of attempts in column 'tries'; "
            "row 1 has 0.5 [out-of-range] (rows are counted from 0, below the header)\n");
  EXPECT_EQ(design("", "work: {column: servce, unit: ms}"),
            "5:39 consumers.w.does[1].work: no trace has a column 'servce' [unknown-column] (did "
            "you mean 'service'?)\n");
  EXPECT_EQ(
      design("  b: {load: {poisson: 1/s}, does: [send: q]}\n", "work: {column: service, unit: ms}"),
      "6:39 consumers.w.does[1].work: messages of 'b' come here, and they have no column "
      "'service' [missing-column] (every producer whose messages reach this step needs a "
      "trace with the column)\n");
  EXPECT_EQ(
      design("  b: {load: {poisson: 1/s}, does: []}\n", "work: {column: at, unit: ms}", "at: ms"),
      "")
      << "b's messages stay away";
  folder.write("u.csv", "ms,service\n0,1\n");
  EXPECT_EQ(design("  b: {load: {trace: {file: u.csv, at: ms, unit: ms, columns: {at: service}}}, "
                   "does: [send: q]}\n",
                   "work: {column: at, unit: ms}", "at: ms"),
            "4:3 producers.b.load.trace.columns.at: 'a' has another column of this name "
            "[duplicate-name] (give columns of different traces different names)\n");
  EXPECT_EQ(findings("run: {duration: 1s}\nproducers: {p: {load: {renewal: {column: x, unit: "
                     "ms}}, does: []}}\n"),
            "2:33 producers.p.load.renewal: only a step has a message to take a column from "
            "[wrong-place]\n");
}

}  // namespace
}  // namespace spillway
