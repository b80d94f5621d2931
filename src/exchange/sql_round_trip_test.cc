// Random queries and random damage, with DuckDB as the oracle.
// Tests of: sql_check.cc
#include <array>
#include <random>
#include <string>
#include <vector>

#include "exchange/sql_desk_test.h"

namespace exchange {
namespace {

using base::Json;

// Writes queries that DuckDB's parser takes, from a grammar of its own; whether they make sense
// does not matter to a parser. The depth falls with each step, so that every query ends.
class QueryMaker {
 public:
  explicit QueryMaker(std::uint64_t seed) : random_(seed) {}

  std::string Query(int depth) {
    std::string sql;
    if (Chance(5)) {
      const std::string name = base::Format("w{}", common_++);
      sql += "WITH " + name + (Chance(2) ? "" : "(c1)") + " AS (" + Query(depth - 1) + ") ";
      tables_.push_back(name);
      sql += Body(depth);
      tables_.pop_back();
      return sql;
    }
    return Body(depth);
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }
  bool Chance(std::size_t one_in) { return Below(one_in) == 0; }
  std::string Of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + Below(texts.size()));
  }

  std::string Body(int depth) {
    if (depth > 0 && Chance(6)) {
      return "(" + Query(depth - 1) + ") " +
             Of({"UNION", "UNION ALL", "EXCEPT", "INTERSECT ALL", "UNION BY NAME"}) + " (" +
             Query(depth - 1) + ")" + Tail(depth);
    }
    if (Chance(20)) return "VALUES (" + Value(depth - 1) + ", 1), (2, " + Value(depth - 1) + ")";
    std::string sql =
        "SELECT " + Of({"", "", "DISTINCT ", "DISTINCT ON (id, area) "}) + Items(depth);
    if (!Chance(6)) sql += " FROM " + Table(depth);
    if (Chance(2)) sql += " WHERE " + Value(depth - 1);
    if (Chance(3)) sql += " GROUP BY " + Groups(depth);
    if (Chance(5)) sql += " HAVING " + Value(depth - 1);
    if (Chance(8)) sql += " QUALIFY " + Value(depth - 1);
    return sql + Tail(depth);
  }
  std::string Items(int depth) {
    std::string items;
    for (std::size_t i = 0; i <= Below(3); ++i) {
      if (i != 0) items += ", ";
      if (Chance(8)) {
        items += Of({"*", "people.*", "* EXCLUDE (id)", "* REPLACE (1 + id AS id)"});
      } else {
        items += Value(depth - 1) + Of({"", "", " AS a", " AS \"b \"\"c\"", " d"});
      }
    }
    return items;
  }
  std::string Groups(int depth) {
    switch (Below(5)) {
      case 0:
        return "ALL";
      case 1:
        return "ROLLUP (area, " + Value(0) + ")";
      case 2:
        return "CUBE (area, sex), id";
      case 3:
        return "GROUPING SETS ((area), (sex, area), ())";
      default:
        return Value(depth - 1) + ", 2";
    }
  }
  std::string Tail(int depth) {
    std::string sql;
    if (Chance(3)) sql += " ORDER BY " + Orders(depth);
    if (Chance(4)) sql += " LIMIT " + Of({"1", "10", "$1"});
    if (Chance(6)) sql += " OFFSET " + Of({"1", "$1"});
    return sql;
  }
  std::string Orders(int depth) {
    if (Chance(8)) return "ALL";
    return Value(depth - 1) + Of({"", " ASC", " DESC"}) + Of({"", " NULLS FIRST", " NULLS LAST"}) +
           ", id";
  }
  std::string Table(int depth) {
    if (depth <= 0 || Chance(2)) {
      const std::string granted = Of({"people", "payments", "\"paye-employments\"", "People"});
      const bool is_common = !tables_.empty() && Chance(3);
      return (is_common ? tables_[Below(tables_.size())] : granted) +
             Of({"", " x", " AS y", " AS z(p, q)"});
    }
    switch (Below(5)) {
      case 0:
        return "(" + Query(depth - 1) + ") AS s";
      case 1:
        return Table(depth - 1) + ", " + Table(depth - 1);
      case 2:
        return "(" + Table(depth - 1) + " JOIN " + Table(depth - 1) + " USING (id, area))";
      case 3:
        return Table(depth - 1) + Of({" LEFT", " RIGHT", " FULL", " SEMI", " ANTI", " ASOF"}) +
               " JOIN " + Table(0) + " ON " + Value(depth - 1);
      default:
        return "(VALUES (1, 2)) AS v(a, b)";
    }
  }
  std::string Leaf() {
    switch (Below(4)) {
      case 0:
        return Of({"0", "1", "-1", "2147483648", "-9223372036854775808", "1.50", ".5", "-0.25",
                   "1e3", "-1.5e-7", "123456789012345678901234", "12345678901234567890.5"});
      case 1:
        return Of({"'text'", "'it''s'", "''", "'ä\n€'", "NULL", "TRUE", "DATE '2026-04-06'",
                   "INTERVAL 1 DAY", "'\\'", "$1", "$1"});
      default:
        return Of({"id", "area", "people.surname", "\"Odd \"\"name\"", "x.y", "born", "amount"});
    }
  }
  std::string Value(int depth) {
    if (depth <= 0 || Chance(6)) return Leaf();
    const auto inner = [&] { return Value(depth - 1); };
    switch (Below(17)) {
      case 0:
        return "(" + inner() + " " +
               Of({"+", "-", "*", "/", "//", "%", "||", "**", "<<", "&", "|", "^@"}) + " " +
               inner() + ")";
      case 1:
        return inner() + Of({" + ", " - ", " * ", " / "}) + Leaf();
      case 2:
        return "(" + inner() + " " +
               Of({"=", "<>", "<", ">=", "IS DISTINCT FROM", "LIKE", "NOT ILIKE", "GLOB"}) + " " +
               inner() + ")";
      case 3:
        return "(" + inner() + Of({" AND ", " OR "}) + inner() + Of({" AND ", " OR "}) + inner() +
               ")";
      case 4:
        return Of({"NOT (", "- (", "~(", "@(", "TRY(", "-(", "("}) + inner() + ")";
      case 5:
        return "(" + inner() + ")" +
               Of({" IS NULL", " IS NOT NULL", " IS TRUE", " IS NOT FALSE", "::VARCHAR",
                   "::DECIMAL(9,3)", "::INTEGER[]", "[1]", "[1:-2]"});
      case 6:
        return "(" + inner() + Of({" IN (", " NOT IN ("}) + inner() + ", " + Leaf() + "))";
      case 7:
        return "(" + inner() + Of({" BETWEEN ", " NOT BETWEEN "}) + Leaf() + " AND " + inner() +
               ")";
      case 8:
        return "CASE WHEN " + inner() + " THEN " + inner() + Of({"", " ELSE 1"}) + " END";
      default:
        return Composed(depth);
    }
  }
  // Calls, subqueries, lists, rows and casts.
  std::string Composed(int depth) {
    const auto inner = [&] { return Value(depth - 1); };
    switch (Below(8)) {
      case 0:
        return Of({"upper(", "abs(", "coalesce(1, ", "year(", "concat('a', ", "greatest(1, "}) +
               inner() + ")";
      case 1:
        return Of({"sum(", "count(DISTINCT ", "avg(", "list(", "max("}) + inner() +
               Of({")", " ORDER BY id DESC)", ") FILTER (WHERE id > 1)"});
      case 2:
        return Of({"sum(", "count(", "lag(", "first_value(", "max("}) + inner() + ") OVER (" +
               Of({"", "PARTITION BY area "}) + "ORDER BY " + inner() +
               Of({"", " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
                   " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES"}) +
               ")";
      case 3:
        return "(" + inner() + Of({" IN (", " = ANY (", " < ALL ("}) + Query(depth - 2) + "))";
      case 4:
        return Of({"EXISTS (", "NOT EXISTS (", "("}) + Query(depth - 2) + ")";
      case 5:
        return "[" + inner() + ", " + inner() + "]";
      case 6:
        return "((" + inner() + ", 1) = (2, " + inner() + "))";
      default:
        return Of({"CAST(", "TRY_CAST("}) + inner() + " AS " + Of({"DOUBLE", "DATE", "BIGINT"}) +
               ")";
    }
  }

  std::mt19937_64 random_;
  std::vector<std::string> tables_;  // of WITH, in scope
  int common_ = 0;
};

// Queries of numbers and truths alone, which DuckDB can run; few brackets, so that precedence
// counts.
class RunnableMaker {
 public:
  explicit RunnableMaker(std::uint64_t seed) : random_(seed) {}

  std::string Query(int depth) {
    const std::string from =
        Of({"people p JOIN payments y ON p.id = y.person_id",
            "people p LEFT JOIN payments y ON p.id < y.person_id", "people p, payments y"});
    const std::string where = " FROM " + from + " WHERE " + Truth(depth);
    switch (random_() % 4) {
      case 0:
        return "SELECT " + Number(depth) + " AS a, count(*) AS n, sum(" + Number(1) + ") AS s" +
               where + " GROUP BY ALL ORDER BY ALL";
      case 1:
        return "SELECT p.id AS a, sum(" + Number(1) + ") OVER (PARTITION BY p.id ORDER BY " +
               Number(1) + ") AS s" + where + " ORDER BY ALL";
      case 2:
        return "SELECT " + Number(depth) + " AS a" + where + " UNION SELECT " + Number(1) +
               " FROM " + from + " ORDER BY 1 LIMIT 7";
      default:
        return "SELECT DISTINCT " + Truth(depth) + " AS t, " + Number(depth) + " AS a" + where +
               " ORDER BY ALL";
    }
  }

 private:
  std::string Of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + random_() % texts.size());
  }
  std::string Number(int depth) {
    if (depth <= 0) {
      return Of({"p.id", "y.amount", "y.person_id", "1", "-2", "0.5", "- p.id", "NULL::INTEGER"});
    }
    switch (random_() % 6) {
      case 0:
        return "(" + Number(depth - 1) + ")";
      case 1:
        return "CASE WHEN " + Truth(depth - 1) + " THEN " + Number(depth - 1) + " ELSE 0 END";
      case 2:
        return Of({"abs(", "-(", "coalesce(3, ", "(SELECT max(id) FROM people) + ("}) +
               Number(depth - 1) + ")";
      default:
        return Number(depth - 1) + Of({" + ", " - ", " * ", " - "}) + Number(depth - 1);
    }
  }
  std::string Truth(int depth) {
    if (depth <= 0) return Of({"y.late", "TRUE", "p.id = 1", "y.amount IS NULL", "NOT y.late"});
    switch (random_() % 5) {
      case 0:
        return "NOT (" + Truth(depth - 1) + ")";
      case 1:
        return "(" + Truth(depth - 1) + ") IS NOT TRUE";
      case 2:
        return Number(depth - 1) + Of({" < ", " = ", " >= ", " IS DISTINCT FROM "}) +
               Number(depth - 1);
      case 3:
        return Number(depth - 1) + " IN (1, 2, " + Number(depth - 1) + ")";
      default:
        return Truth(depth - 1) + Of({" AND ", " OR "}) + Truth(depth - 1);
    }
  }

  std::mt19937_64 random_;
};

// Replaces parts of trees by other parts, and values by others of their kind.
class Vandal {
 public:
  Vandal(std::uint64_t seed, const std::vector<Json>& trees) : random_(seed) {
    for (const Json& tree : trees) Collect(tree);
  }

  Json Damaged(const Json& json, std::size_t one_in) {
    if (random_() % one_in == 0) return Other(json);
    if (json.kind() == Json::Kind::kArray) {
      Json::Items items;
      for (const Json& item : json.AsArray()) {
        items.push_back(Damaged(item, one_in));
        if (random_() % (4 * one_in) == 0) items.pop_back();
        if (random_() % (4 * one_in) == 0) items.push_back(item);
      }
      return Json::Array(std::move(items));
    }
    if (json.kind() != Json::Kind::kObject) return json;
    Json::Members members;
    for (const auto& [name, value] : json.AsObject()) {
      members.emplace_back(name, Damaged(value, one_in));
    }
    return Json::Object(std::move(members));
  }

 private:
  void Collect(const Json& json) {
    parts_.at(static_cast<std::size_t>(json.kind())).push_back(json);
    if (json.kind() == Json::Kind::kArray) {
      for (const Json& item : json.AsArray()) Collect(item);
    } else if (json.kind() == Json::Kind::kObject) {
      for (const auto& [name, value] : json.AsObject()) Collect(value);
    }
  }
  // Mostly of the same kind, so that much damage is accepted.
  Json Other(const Json& json) {
    const auto& parts =
        parts_.at(random_() % 8 == 0 ? random_() % 7 : static_cast<std::size_t>(json.kind()));
    return parts.empty() ? Json() : parts[random_() % parts.size()];
  }

  std::mt19937_64 random_;
  std::array<std::vector<Json>, 7> parts_;  // by kind
};

}  // namespace

TEST_SUITE_BEGIN("sql_round_trip");

TEST_CASE("random queries are written anew as the same tree") {
  SqlDesk desk;
  QueryMaker maker(20260406);
  int accepted = 0;
  for (int i = 0; i < 600; ++i) {
    const std::string sql = maker.Query(1 + i % 5);
    CAPTURE(sql);
    const auto parsed = desk.Parse(sql);
    if (!parsed) continue;  // nested too deeply, or a form that DuckDB has not
    const auto query = CheckSql(sql, *parsed, TestTables());
    if (!query) MESSAGE(sql << "\n" << query.error().Text());
    REQUIRE(query.has_value());
    ++accepted;
    const auto again = desk.Parse(query->sql);
    CAPTURE(query->sql);
    REQUIRE(again.has_value());
    REQUIRE(base::WriteJson(Comparable(*again)) == base::WriteJson(Comparable(*parsed)));
  }
  REQUIRE(accepted > 500);
}

TEST_CASE("random queries give the same rows when they are written anew") {
  SqlDesk desk;
  RunnableMaker maker(1979);
  int run = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string sql = maker.Query(1 + i % 4);
    const AcceptedQuery query = desk.RoundTrip(sql);
    CAPTURE(sql);
    const std::string rows = desk.Run(sql);
    REQUIRE(desk.Run(query.sql) == rows);
    if (!rows.starts_with("error")) ++run;
  }
  REQUIRE(run > 350);
}

TEST_CASE("whatever is written for a damaged tree is SQL that would be accepted itself") {
  SqlDesk desk;
  std::vector<Json> trees;
  for (const std::string& sql : SqlLines("accepted.sql")) trees.push_back(desk.Parse(sql).value());
  Vandal vandal(7, trees);
  int accepted = 0;
  for (int i = 0; i < 6'000; ++i) {
    const Json& tree = trees[static_cast<std::size_t>(i) % trees.size()];
    const Json damaged = vandal.Damaged(tree, 8U << static_cast<unsigned>(i % 7));
    const auto query = CheckSql("", damaged, TestTables());
    if (!query || damaged == tree) continue;
    ++accepted;
    CAPTURE(query->sql);
    const auto again = desk.Parse(query->sql);
    if (!again) MESSAGE(again.error().Text());
    REQUIRE(again.has_value());
    const auto next = CheckSql(query->sql, *again, TestTables());
    if (!next) MESSAGE(next.error().Text());
    REQUIRE(next.has_value());
    REQUIRE(next->tables == query->tables);
  }
  REQUIRE(accepted > 300);
}

TEST_SUITE_END();

}  // namespace exchange
