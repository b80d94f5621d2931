// The kinds `extract.write` and `extract.count` in real workers: the file that they write holds,
// row by row, what the evaluator gives that was written from docs/formats/policy.md alone.
#include "exchange/extract_writer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "agreements/policy_generator.h"
#include "base/bytes.h"
#include "engine/worker.h"

namespace exchange {
namespace {

using agreements::PolicyEvaluator;
using base::ErrorCode;

constexpr std::size_t kRows = 120;
constexpr std::size_t kListRows = 40;
constexpr std::int64_t kWorkMs = 60'000;

// The tables of one seed as Parquet files, and orders for policies over them.
struct Scene {
  explicit Scene(std::uint64_t seed)
      : generator(seed), dataset(generator.Dataset(kRows)), key(generator.KeyColumn(dataset)) {
    list = generator.List(key == nullptr ? "string" : key->Find("type")->AsString(), kListRows);
    order.dataset = Source("dataset", dataset);
    order.list = Source("list", list);
    order.token_key = agreements::kTestTokenKey;
    order.output = folder.Make("out") + "/extract.parquet";
  }

  ExtractSource Source(const std::string& name, const PolicyEvaluator::Table& table) {
    const auto schema = agreements::SchemaOf(table.schema);
    desk.MakeTable(name, schema, table.rows);
    const auto from = desk.MakeFiles(name, schema, kRows, kRows).from;
    const std::size_t begin = from.find('\'') + 1;
    return {.path = from.substr(begin, from.rfind('\'') - begin), .schema = schema};
  }
  base::Json NextPolicy(bool has_list) {
    return generator.Policy(dataset, has_list ? key : nullptr, list);
  }
  void Take(const base::Json& policy) {
    order.policy = agreements::ReadPolicy(base::JsonItem(policy, "")).value();
  }
  PolicyEvaluator::Result Expected(const base::Json& policy) {
    return PolicyEvaluator(policy, dataset, list, agreements::kTestTokenKey).Evaluate();
  }
  base::Result<std::string> Ask(std::string_view kind, std::uint64_t file_bytes = 1U << 30U) {
    const bool writes = kind == kExtractWrite;
    engine::WorkerStart start =
        engine::StartOf(std::string(kind),
                        writes ? engine::WorkerProfile::kTrusted : engine::WorkerProfile::kQuery);
    start.readable_files = {order.dataset.path, order.list->path};
    if (writes) start.writable_folder = folder.path() + "/out";
    start.limits.written_file_bytes = file_bytes;
    auto worker = TRY(engine::Worker::Start(*world, start, engine::kStartMs));
    return worker->Ask(ExtractRequestText(order), kWorkMs);
  }
  // The rows of the file that was written.
  std::vector<agreements::Row> Rows(const std::vector<std::string>& types) const {
    const auto duckdb =
        engine::Duckdb::Open(
            {.library_path = engine::TestLibrary(), .threads = 1, .readable_files = {order.output}})
            .value();
    const auto table =
        duckdb->Query("FROM read_parquet(" + engine::SqlText(order.output) + ")", kRows).value();
    std::vector<agreements::Row> rows;
    for (const auto& texts : table.rows) {
      agreements::Row row;
      for (std::size_t i = 0; i < texts.size(); ++i) {
        row.push_back(agreements::CellOf(texts[i], types.at(i)));
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::unique_ptr<base::World> world = base::MakeRealWorld();
  engine::TemporaryFolder folder;
  agreements::PolicyDesk desk;
  agreements::PolicyGenerator generator;
  PolicyEvaluator::Table dataset;
  PolicyEvaluator::Table list;
  const base::Json* key = nullptr;
  ExtractOrder order;
};

bool IsFit(const ExtractOrder& order, const PolicyEvaluator::Result& expected) {
  if (!order.policy.member_of) return true;
  const auto entries = static_cast<std::int64_t>(expected.entries);
  return expected.keys == expected.entries && entries >= order.policy.member_of->least_entries &&
         entries <= order.policy.member_of->greatest_entries;
}

void RequireSame(Scene& scene, const base::Json& policy) {
  CAPTURE(base::WriteJson(policy));
  scene.Take(policy);
  if (scene.order.policy.member_of) {
    // Lists of the generator are small; their size is another test's.
    scene.order.policy.member_of->least_entries = 1;
    scene.order.policy.member_of->greatest_entries = kListRows;
  }
  const auto expected = scene.Expected(policy);
  const auto written = scene.Ask(kExtractWrite);
  const auto counted = scene.Ask(kExtractCount);
  if (!IsFit(scene.order, expected)) {
    REQUIRE(written.error().code == ErrorCode::kConflict);
    REQUIRE(counted.error().code == ErrorCode::kConflict);
    return;
  }
  if (!written) MESSAGE(written.error().Text());
  REQUIRE(ReadWrittenExtract(written.value()).value() == expected.rows.size());
  const auto rows = scene.Rows(expected.types);
  REQUIRE(std::ranges::equal(rows, expected.rows, [](const auto& left, const auto& right) {
    return std::ranges::equal(left, right, agreements::SameCell);
  }));
  const auto counts = ReadRehearsalCounts(counted.value()).value();
  REQUIRE(counts.rows.rows == kRows);
  REQUIRE(counts.rows.after_step == expected.after_step);
  REQUIRE(counts.rows.left_empty == expected.left_empty);
  REQUIRE(counts.list.has_value() == scene.order.policy.member_of.has_value());
  if (counts.list) REQUIRE(counts.list->entries == expected.entries);
}

}  // namespace

TEST_CASE("an extract holds what its policy's definition gives, with lists and without" *
          doctest::skip(engine::kIsSanitized)) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Scene scene(seed);
    for (const bool has_list : {false, true, true}) {
      if (has_list && scene.key == nullptr) continue;
      RequireSame(scene, scene.NextPolicy(has_list));
      static_cast<void>(scene.world->files().Remove(scene.order.output));
    }
  }
}

TEST_CASE("a full disk is told as such, and a file that was not granted is not read" *
          doctest::skip(engine::kIsSanitized)) {
  Scene scene(2);
  scene.Take(scene.NextPolicy(false));
  REQUIRE(scene.Ask(kExtractWrite, 64).error().code == ErrorCode::kStorageFull);
  const ExtractOrder order = scene.order;
  scene.order.dataset.path = scene.folder.Write("secret.parquet", "PAR1");
  const std::string request = ExtractRequestText(scene.order);
  scene.order = order;
  engine::WorkerStart start =
      engine::StartOf(std::string(kExtractWrite), engine::WorkerProfile::kTrusted);
  start.readable_files = {order.dataset.path};
  start.writable_folder = scene.folder.path() + "/out";
  auto worker = engine::Worker::Start(*scene.world, start, engine::kStartMs).value();
  REQUIRE(worker->Ask(request, kWorkMs).error().code == ErrorCode::kForbidden);
}

TEST_CASE("a request without a key of the right size makes no tokens, and a reply is checked" *
          doctest::skip(engine::kIsSanitized)) {
  Scene scene(3);
  scene.Take(scene.NextPolicy(false));
  scene.order.token_key = "short";
  REQUIRE(scene.Ask(kExtractWrite).error().code == ErrorCode::kInvalid);
  scene.order.token_key.clear();
  REQUIRE(scene.Ask(kExtractWrite).error().code == ErrorCode::kInvalid);
  for (const char* reply : {"", "{}", R"({"kind":"extract-written-1","rows":-1})",
                            R"({"kind":"extract-written-2","rows":1})",
                            R"({"kind":"extract-written-1","more":1,"rows":1})"}) {
    REQUIRE(ReadWrittenExtract(reply).error().code == ErrorCode::kUnavailable);
    REQUIRE(ReadRehearsalCounts(reply).error().code == ErrorCode::kUnavailable);
  }
}

}  // namespace exchange
