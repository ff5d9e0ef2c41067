#include <gtest/gtest.h>

#include "tests/sim/scenario/loading.h"

namespace spillway {
namespace {

std::string with(const std::string& message, const std::string& load = "poisson: 1/s") {
  return "run: {duration: 10min}\n"
         "producers:\n"
         "  p:\n"
         "    load: {" +
         load +
         "}\n"
         "    message: {" +
         message +
         "}\n"
         "    does: [work: 8ms]\n";
}

MessageParameters message(const std::string& text) {
  const ScenarioFile file = load(with(text));
  EXPECT_EQ(findings(file), "");
  return *file.variants.at(0).producers.at(0).parameters.message;
}

TEST(Messages, SayTypeKeyAndSize) {
  const MessageParameters all = message(
      "type: {placed: 80%, cancelled: 0.2}, key: {zipf: {keys: 10000, exponent: 1.1}}, "
      "size: {lognormal: {mean: 2KiB, p99: 20KiB}}");
  ASSERT_EQ(all.type->shares.size(), 2U);
  EXPECT_EQ(all.type->shares[0].first, "placed");
  EXPECT_DOUBLE_EQ(all.type->shares[0].second.value, 0.8);
  EXPECT_EQ(all.key->zipf->keys, 10'000);
  EXPECT_DOUBLE_EQ(all.key->zipf->exponent.value, 1.1);
  EXPECT_NEAR(all.size->mean(), 2048, 1e-9);
  EXPECT_EQ(message("key: {uniform: 200}").key->uniform, 200);
  EXPECT_EQ(message("size: 2kB").size->fixed(), 2000);
  EXPECT_DOUBLE_EQ(message("size: {exponential: 1KiB, times: 2, plus: 10B}").size->mean(), 2058);
  EXPECT_DOUBLE_EQ(message("size: {uniform: [1KiB, 3KiB]}").size->mean(), 2048);
  EXPECT_DOUBLE_EQ(message("size: {mixture: {50%: 1B, 0.5: 3B}}").size->mean(), 2);
}

TEST(Messages, TakeColumnsOfTheTrace) {
  const Folder folder;
  folder.write("t.csv", "ms,type,customer,kB\n0,placed,ann,2\n5,cancelled,bob,3\n9,placed,ann,1\n");
  const std::string trace =
      "trace: {file: t.csv, at: ms, unit: ms, columns: {type: type, key: customer, size: kB}}";
  const auto found = [&](const std::string& text) {
    return findings(load(with(text, trace), {}, folder.scenario()));
  };
  const ScenarioFile file =
      load(with("type: {column: type}, key: {column: key}, size: {column: size, unit: kB}", trace),
           {}, folder.scenario());
  EXPECT_EQ(findings(file), "");
  const auto& producer = file.variants.at(0).producers.at(0).parameters;
  const auto& rows = *producer.load.trace->rows;
  EXPECT_EQ(rows.words.at("type"), (std::vector<std::string>{"placed", "cancelled"}));
  EXPECT_EQ(rows.words.at("key"), (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(rows.words.count("size"), 0U);
  EXPECT_EQ(*rows.columns.at(0).second, (std::vector<double>{0, 1, 0}));
  EXPECT_DOUBLE_EQ(producer.message->size->variate.times, 1000);

  EXPECT_EQ(found("type: {column: size}"),
            "5:21 producers.p.message.type: expected a column of words; 'size' holds numbers "
            "[wrong-kind]\n");
  EXPECT_EQ(found("size: {column: key}"),
            "5:21 producers.p.message.size: expected a column of numbers; 'key' holds words "
            "[wrong-kind]\n");
  EXPECT_EQ(found("key: {column: kye}"),
            "5:29 producers.p.message.key: the trace has no column 'kye' [unknown-column] (did you "
            "mean 'key'?)\n");
  folder.write("t.csv", "ms,type,customer,kB\n0,placed,1.5,-2\n5,cancelled,2,3\n");
  EXPECT_EQ(found("key: {column: key}"),
            "5:29 producers.p.message.key: expected whole numbers in column 'key'; row 0 has 1.5 "
            "[out-of-range] (rows are counted from 0, below the header)\n");
  EXPECT_EQ(found("size: {column: size}"),
            "5:21 producers.p.message.size: expected sizes in column 'size'; row 0 has -2 "
            "[out-of-range] (rows are counted from 0, below the header)\n");
  folder.write("t.csv", "ms,type,customer,kB\n0,order placed,1,2\n");
  EXPECT_EQ(found("type: {column: type}"),
            "5:21 producers.p.message.type: the type 'order placed' in column 'type' has other "
            "characters than letters from a to z, digits, - and _ [bad-name] (a type's name is "
            "made of letters, digits, - and _)\n");
}

TEST(Messages, MayExpire) {
  const auto sent = [](const std::string& ttl) {
    return "run: {duration: 10min}\n"
           "producers: {p: {load: {poisson: 1/s}, message: {ttl: " +
           ttl +
           "}, does: [send: q]}}\n"
           "queues: {q: {}}\nconsumers: {c: {from: q, does: [work: 8ms]}}\n";
  };
  const ScenarioFile file = load(sent("{exponential: 30s}"));
  EXPECT_EQ(findings(file), "");
  EXPECT_DOUBLE_EQ(file.variants.at(0).producers.at(0).parameters.message->ttl->mean(), 30e9);
  EXPECT_EQ(findings(sent("{column: ttl, unit: s}")),
            "2:54 producers.p.message.ttl: 'p' has no trace to take a column from "
            "[unknown-column] (columns are named under load: {trace: {columns: …}})\n");
  EXPECT_EQ(findings(with("ttl: 5s")),
            "5:20 warning: producers.p.message.ttl: these messages never wait in a queue, where "
            "they could expire [unused]\n");
}

TEST(Messages, SayWhatIsWrong) {
  const auto wrong = [](const std::string& text) { return findings(with(text)); };
  EXPECT_EQ(wrong("type: placed"),
            "5:21 producers.p.message.type: expected types with their shares, such as {placed: "
            "80%, cancelled: 20%}, or {column: NAME} of the trace; found placed [wrong-kind]\n");
  EXPECT_EQ(wrong("type: {placed: 80%}"),
            "5:21 producers.p.message.type: expected shares that add up to 100%; found 80% "
            "[shares-sum]\n");
  EXPECT_EQ(wrong("type: {a b: 100%}"),
            "5:22 producers.p.message.type.a b: the type's name 'a b' has other characters than "
            "letters from a to z, digits, - and _ [bad-name] (a name is made of letters, digits, - "
            "and _, such as orders-db)\n");
  EXPECT_EQ(wrong("type: {column: kind}"),
            "5:21 producers.p.message.type: 'p' has no trace to take a column from "
            "[unknown-column] (columns are named under load: {trace: {columns: …}})\n");
  EXPECT_EQ(wrong("key: {zipf: {keys: 2000000, exponent: 1}}"),
            "5:34 producers.p.message.key.zipf.keys: expected a count from 1 to 1000000, such as "
            "4; found 2000000 [out-of-range]\n");
  EXPECT_EQ(wrong("key: {zipf: {keys: 2, exponent: 1}, uniform: 3}"),
            "5:51 producers.p.message.key: expected one of zipf, uniform or column; found zipf and "
            "uniform [several-kinds] (keep one of them)\n");
  EXPECT_EQ(wrong("size: 8ms"),
            "5:21 producers.p.message.size: expected a size or a distribution of sizes, such as "
            "2KiB or {exponential: 2KiB}; found 8ms (unknown unit 'ms') "
            "[unknown-unit] (did you mean 'MB'? units that fit: B, kB, MB, GB, TB, KiB, MiB, GiB, "
            "TiB)\n");
  EXPECT_EQ(wrong("size: {column: s, unit: 0B}"),
            "5:39 producers.p.message.size.column: expected B, kB, MB, GB, TB, KiB, MiB, GiB or "
            "TiB; found 0B [unknown-unit]\n");
}

}  // namespace
}  // namespace spillway
