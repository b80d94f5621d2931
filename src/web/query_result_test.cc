// Tests of: query_view.cc
#include "web/query_result.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "web/json_view.h"
#include "web/query_view.h"
#include "web/testing.h"

namespace web {
namespace {

using agreements::OutputColumn;
using base::Format;
using base::Json;

std::string Result(const std::string& columns, const std::string& rows) {
  return Format("{{\"columns\":[{}],\"rows\":[{}]}}\n", columns, rows);
}

constexpr const char* kAreaAndPeople =
    R"({"name":"area","type":"string"},{"name":"people","type":"long"})";

PartialResult Partial(std::string_view bytes) {
  PartialResult partial;
  partial.Add(bytes);
  return partial;
}

Json First(std::string_view bytes) { return Partial(bytes).FirstRows().value(); }

std::vector<OutputColumn> Bands() {
  OutputColumn pay;
  pay.name = "pay";
  pay.form = "band";
  pay.bands = {{"0.00", "0.00 to below 5000.00"}, {"5000.00", "5000.00 or more"}};
  return {pay};
}

Json Chart(const std::string& columns, const std::string& rows) {
  return ResultChartJson(First(Result(columns, rows)), Bands(), English());
}

}  // namespace

TEST_CASE("a result that is cut anywhere gives the rows that are whole, however it comes") {
  const std::string whole =
      Result(kAreaAndPeople, R"(["ZZ1",5],["a]\"},{[",6],["\\",null],["x",7])");
  for (std::size_t cut = whole.find("],\"rows\":[") + 10; cut <= whole.size(); ++cut) {
    PartialResult byte_by_byte;
    for (std::size_t i = 0; i < cut; ++i) byte_by_byte.Add(whole.substr(i, 1));
    const PartialResult at_once = Partial(whole.substr(0, cut));
    REQUIRE(byte_by_byte.rows() == at_once.rows());
    const Json first = at_once.FirstRows().value();
    REQUIRE(ItemsOf(first, "rows").size() == at_once.rows());
    REQUIRE(ItemsOf(first, "columns").size() == 2);
    REQUIRE(byte_by_byte.FirstRows().value() == first);
  }
  REQUIRE(Partial(whole).rows() == 4);
  REQUIRE(First(whole) == base::ParseJson(whole, base::kRequestJson).value());
  REQUIRE_FALSE(Partial(R"({"columns":[{"name":"area)").FirstRows().has_value());
  REQUIRE_FALSE(Partial("").FirstRows().has_value());
  REQUIRE_FALSE(Partial("]]}}").FirstRows().has_value());
}

TEST_CASE("a page holds so many rows, cells and bytes") {
  std::string rows = "[1]";
  for (int i = 0; i < 1'500; ++i) rows += ",[1]";
  const auto many = Partial(Result(R"({"name":"n","type":"long"})", rows));
  REQUIRE((many.IsFull() && many.rows() == kMaxShownRows + 1));
  REQUIRE(ItemsOf(many.FirstRows().value(), "rows").size() == kMaxShownRows);
  std::string columns;
  std::string row = "[";
  for (int i = 0; i < 500; ++i) {
    columns += Format("{}{{\"name\":\"c{}\",\"type\":\"long\"}}", i == 0 ? "" : ",", i);
    row += i == 0 ? "1" : ",1";
  }
  row += "]";
  std::string wide = row;
  for (int i = 1; i < 100; ++i) wide += "," + row;
  REQUIRE(ItemsOf(First(Result(columns, wide)), "rows").size() == kMaxShownCells / 500);
  const std::string long_text(kMaxShownBytes, 'x');
  REQUIRE(Partial("{\"columns\":[],\"rows\":[[\"" + long_text).IsFull());
}

TEST_CASE("a cell says what it holds, and a band its label") {
  const Json table = ResultTableJson(
      First(Result(R"j({"name":"pay","type":"decimal(12,2)"},{"name":"people","type":"long"})j",
                   R"(["5000.00",3],[null,9007199254740993],["1.00",null],[2])")),
      Bands());
  const auto& rows = ItemsOf(table, "rows");
  REQUIRE(rows.size() == 4);
  const auto cell = [&](std::size_t row, std::size_t column) {
    return ItemsOf(rows[row], "cells").at(column);
  };
  REQUIRE(TextOf(cell(0, 0), "label") == "5000.00 or more");
  REQUIRE((TextOf(cell(0, 1), "text") == "3" && IsTrue(cell(0, 1), "is_numeric")));
  REQUIRE((IsTrue(cell(1, 0), "is_null") && TextOf(cell(1, 1), "text") == "9007199254740993"));
  REQUIRE(MemberOf(cell(2, 0), "label").kind() == Json::Kind::kNull);
  REQUIRE(IsTrue(cell(3, 1), "is_null"));  // a row that is too short
  const Json hostile = ResultTableJson(
      First(Result(R"({"name":"a","type":"string"})", "[\"a\u202eb\\u0007c\"]")), {});
  const std::string shown =
      TextOf(ItemsOf(ItemsOf(hostile, "rows").front(), "cells").front(), "text");
  REQUIRE(shown.find("\u202e") == std::string::npos);
  const std::string long_text(500, 'y');
  const Json full = ResultTableJson(
      First(Result(R"({"name":"a","type":"string"})", "[\"" + long_text + "\"]")), {});
  REQUIRE(TextOf(ItemsOf(ItemsOf(full, "rows").front(), "cells").front(), "text") == long_text);
}

TEST_CASE("a chart is of one text or band and the first number, where that is clear") {
  const Json chart = Chart(kAreaAndPeople, R"(["ZZ1",5],["ZZ2",20],[null,0])");
  REQUIRE(ItemsOf(chart, "bars").size() == 3);
  REQUIRE(CountOf(ItemsOf(chart, "bars")[1], "width") ==
          4 * CountOf(ItemsOf(chart, "bars")[0], "width") - 2);  // 38 of 150, rounded
  REQUIRE(TextOf(chart, "name").find("most, 20, at ZZ2; fewest, 0, at no value") !=
          std::string::npos);
  REQUIRE_FALSE(IsTrue(chart, "is_cut"));
  const Json bands = Chart(R"j({"name":"pay","type":"decimal(12,2)"},{"name":"n","type":"long"})j",
                           R"(["0.00",5],["5000.00",6])");
  REQUIRE(TextOf(ItemsOf(bands, "bars")[1], "label") == "5000.00 or more");
  std::string rows = R"(["a",1])";
  for (int i = 0; i < 30; ++i) rows += R"(,["a",1])";
  REQUIRE(ItemsOf(Chart(kAreaAndPeople, rows), "bars").size() == kMaxBars);
  REQUIRE(IsTrue(Chart(kAreaAndPeople, rows), "is_cut"));
  for (const Json& none :
       {Chart(kAreaAndPeople, R"(["ZZ1",-5])"), Chart(kAreaAndPeople, R"(["ZZ1",null])"),
        Chart(kAreaAndPeople, ""), Chart(R"({"name":"n","type":"long"})", "[1]"),
        Chart(R"({"name":"a","type":"string"},{"name":"b","type":"string"},)"
              R"({"name":"n","type":"long"})",
              R"(["a","b",1])"),
        Chart(R"({"name":"a","type":"string"},{"name":"n","type":"double"})",
              R"(["a","Infinity"])")}) {
    REQUIRE(none.kind() == Json::Kind::kNull);
  }
}

TEST_CASE("beside the query stand the columns with their forms, and how many are not given") {
  auto columns = Bands();
  columns.push_back({});
  columns.back().name = "account";
  columns.back().form = "carried";
  agreements::Policy policy;
  policy.member_of = agreements::MemberOf{};
  policy.member_of->carry.push_back({"account", {}, {}});
  const Json view = Json::Object(QueryColumnsJson(policy, columns, 31, English()));
  REQUIRE((TextOf(view, "column_count") == "2" && TextOf(view, "own") == "1"));
  REQUIRE((TextOf(view, "carried") == "1" && TextOf(view, "others") == "30"));
  REQUIRE(
      TextOf(ItemsOf(view, "columns")[0], "form").ends_with("5000.00 stands for 5000.00 or more"));
  REQUIRE(TextOf(ItemsOf(view, "columns")[1], "form").ends_with(", carried from your list"));
  const Json none = Json::Object(QueryColumnsJson({}, {}, 0, English()));
  REQUIRE((!IsTrue(none, "has_columns") && !IsTrue(none, "has_carried")));
  REQUIRE(ElapsedWords(0, English()) == "1 milliseconds");
  REQUIRE(ElapsedWords(41, English()) == "41 milliseconds");
  REQUIRE(ElapsedWords(61'000, English()) == "1 minute, 1 second");
}

}  // namespace web
