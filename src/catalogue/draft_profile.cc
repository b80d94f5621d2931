#include "catalogue/draft_profile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <span>

#include "base/bytes.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_text.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Format;

constexpr std::size_t kColumnsAtOnce = 200;  // in one query, so that no statement grows too long
// Counts of different values come as JSON: at most kMaxCountedValues of kMaxShownCharacters each.
constexpr base::JsonLimits kCountsJson{
    .max_bytes = std::size_t{4} << 20U, .max_depth = 4, .max_values = 4'000};

std::unexpected<base::Error> ProfileFailure(const base::Error& error) {
  if (error.code == ErrorCode::kTooLarge) {
    return Fail(ErrorCode::kTooLarge, "Profiling the file needs more memory than allowed", {},
                "Split the file.");
  }
  return Fail(ErrorCode::kInvalid, "The file cannot be read a second time", {},
              "Check that nobody changes the file meanwhile, and try again.");
}

bool IsNumber(const engine::ColumnType& type) {
  return type.kind == engine::ColumnKind::kLong || type.kind == engine::ColumnKind::kDouble ||
         type.kind == engine::ColumnKind::kDecimal;
}

// "1 value" and "2 values".
std::string Counted(std::uint64_t count, std::string_view noun) {
  return Format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string FirstRow(const engine::Stray& stray) {
  return Format("the first is row {}, {} long", stray.row, Counted(stray.characters, "character"));
}

// The value of the column in SQL, as its type.
std::string Typed(const SourceColumn& column, const ColumnDraft& draft) {
  if (column.declared_name.empty()) {
    return engine::TypedSql(draft.type.rule, draft.type.type, column.sql_name);
  }
  return Format("CAST({} AS {})", column.sql_name, engine::DuckdbType(draft.type.type));
}

// What a confirmed class changes. A class that protects takes away; a public one gives.
void Confirm(ColumnClass confirmed, ColumnDraft& draft) {
  SemanticVerdict& meaning = draft.meaning;
  draft.confirmed = true;
  meaning.sure = true;
  if (meaning.column_class == confirmed) return;
  meaning.column_class = confirmed;
  meaning.reason = "The owner confirmed this class.";
  if (confirmed == ColumnClass::kPublic) {
    meaning.identifies = false;
    meaning.treatments = kShow;
  } else if (confirmed != ColumnClass::kPersonal) {
    meaning.treatments = kDrop;
  }
}

void AddRemarks(const SourceColumn& column, ColumnDraft& draft) {
  if (draft.type.strays) {
    const engine::Strays& strays = *draft.type.strays;
    draft.remarks.push_back(
        {"stray-values",
         Format("{} of {} {} not of the form \"{}\": {}.", Counted(strays.count, "value"),
                column.reading.values(), strays.count == 1 ? "is" : "are", strays.nearly,
                FirstRow(strays.first.at(0))),
         strays.count, strays.first});
  }
  if (const std::uint64_t count = column.reading.blank_edges(); count != 0) {
    const engine::Stray& first = column.reading.first_blank_edge();
    draft.remarks.push_back(
        {"blank-edges",
         Format("{} {} with a blank: {}.", Counted(count, "value"),
                count == 1 ? "begins or ends" : "begin or end", FirstRow(first)),
         count,
         {first}});
  }
  for (const HiddenIdentifiers& hidden : column.reading.meanings().Hidden(draft.meaning)) {
    draft.remarks.push_back(
        {"hidden-identifiers",
         Format("{} {} the form of another kind: {}.", Counted(hidden.count, "value"),
                hidden.count == 1 ? "has" : "have", hidden.rule->title),
         hidden.count,
         {}});
  }
}

ColumnDraft DraftOf(const SourceColumn& column, const ConfirmedClasses& confirmed) {
  ColumnDraft draft;
  if (column.declared_name.empty()) {
    draft.type = column.reading.types().Verdict();
  } else {
    draft.type = {.type = column.declared_type,
                  .rule = engine::TextRule::kText,
                  .reason = Format("The file declares {}.", column.declared_name),
                  .strays = std::nullopt};
  }
  draft.meaning = column.reading.meanings().Verdict(column.name, draft.type.type);
  // A public column in which a person's number hides is not public until somebody has looked.
  if (draft.meaning.column_class == ColumnClass::kPublic &&
      !column.reading.meanings().Hidden(draft.meaning).empty()) {
    draft.meaning.column_class = ColumnClass::kPersonal;
    draft.meaning.sure = false;
    draft.meaning.treatments = kDrop;
    draft.meaning.reason = "Some values have the form of an identifier of persons.";
  }
  if (const auto found = confirmed.find(column.name); found != confirmed.end()) {
    Confirm(found->second, draft);
  }
  AddRemarks(column, draft);
  return draft;
}

// --- what DuckDB is asked -----------------------------------------------------------------------

// One query for some columns: rows that the type does not fit, and of public columns the estimate
// of different values and the extremes.
class ProofQuery {
 public:
  ProofQuery(const DraftSource& source, std::vector<ColumnDraft>& drafts, std::size_t first)
      : source_(source),
        drafts_(drafts),
        first_(first),
        last_(std::min(first + kColumnsAtOnce, drafts.size())) {}

  [[nodiscard]] base::Result<void> Run(engine::Duckdb& duckdb) const;

 private:
  [[nodiscard]] std::string Sql() const;
  void Take(const std::vector<std::optional<std::string>>& answers) const;

  const DraftSource& source_;
  std::vector<ColumnDraft>& drafts_;
  std::size_t first_;
  std::size_t last_;
};

std::string ProofQuery::Sql() const {
  std::string sql = "SELECT count(*) AS n";
  for (std::size_t i = first_; i < last_; ++i) {
    const SourceColumn& column = source_.columns[i];
    const std::string typed = Typed(column, drafts_[i]);
    const bool is_public = drafts_[i].meaning.column_class == ColumnClass::kPublic;
    if (drafts_[i].type.type.kind == engine::ColumnKind::kString) {
      sql += Format(", 0 AS m{}", i);
    } else {
      sql += Format(", count(*) FILTER (CAST({} AS VARCHAR) <> '' AND {} IS NULL) AS m{}",
                    column.sql_name, typed, i);
    }
    if (is_public) {
      sql += Format(", approx_count_distinct({0}) AS d{1}, min({0}) AS a{1}, max({0}) AS z{1}",
                    typed, i);
    }
  }
  return sql + " FROM " + source_.from_sql;
}

std::optional<std::string> Shown(const std::optional<std::string>& value) {
  if (!value || base::CountCodePoints(*value) > kMaxShownCharacters) return std::nullopt;
  return value;
}

void ProofQuery::Take(const std::vector<std::optional<std::string>>& answers) const {
  std::size_t next = 1;
  for (std::size_t i = first_; i < last_; ++i) {
    ColumnDraft& draft = drafts_[i];
    const std::uint64_t misread = base::ParseDecimal(answers[next++].value_or("0")).value_or(0);
    if (draft.meaning.column_class == ColumnClass::kPublic) {
      PublicValues values;
      // The estimate may exceed what can be.
      values.distinct = std::min(base::ParseDecimal(answers[next].value_or("0")).value_or(0),
                                 source_.columns[i].reading.values());
      values.min = Shown(answers[next + 1]);
      values.max = Shown(answers[next + 2]);
      next += 3;
      draft.values = std::move(values);
    }
    if (misread == 0) continue;
    draft.type = {
        .type = {},
        .rule = engine::TextRule::kText,
        .reason = Format("{} of the values cannot be converted, so the column is text.", misread),
        .strays = std::nullopt};
    draft.values.reset();  // they were of the other type
  }
}

base::Result<void> ProofQuery::Run(engine::Duckdb& duckdb) const {
  const auto table = duckdb.Query(Sql(), 1);
  if (!table) return ProfileFailure(table.error());
  const auto rows = base::ParseDecimal(table->rows.at(0).at(0).value_or("0"));
  if (rows != source_.rows) {
    return Fail(ErrorCode::kInvalid,
                Format("Two readings of the file part: {} rows and {} rows", source_.rows,
                       rows.value_or(0)),
                {}, "Check that nobody changes the file meanwhile, and try again.");
  }
  Take(table->rows[0]);
  return {};
}

// The counts of a column's values, from the JSON of DuckDB's histogram; keys are texts.
base::Result<std::vector<ValueCount>> CountsOf(const std::optional<std::string>& text) {
  std::vector<ValueCount> counts;
  if (!text) return counts;
  const base::Json json = TRY(base::ParseJson(*text, kCountsJson));
  if (json.kind() != base::Json::Kind::kArray) return counts;
  for (const base::Json& entry : json.AsArray()) {
    const base::Json* key = entry.Find("key");
    const base::Json* value = entry.Find("value");
    if (key == nullptr || value == nullptr || key->kind() != base::Json::Kind::kString ||
        value->kind() != base::Json::Kind::kInteger) {
      continue;
    }
    counts.push_back({key->AsString(), static_cast<std::uint64_t>(value->AsInteger())});
  }
  return counts;
}

std::optional<double> NumberOf(const std::optional<std::string>& text) {
  double number = 0;
  if (!text) return std::nullopt;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return number;
}

// The number of the bucket that a value falls into, in SQL; nothing when there is but one value.
std::optional<std::string> BucketSql(const std::string& typed, const PublicValues& values) {
  const auto low = NumberOf(values.min);
  const auto high = NumberOf(values.max);
  if (!low || !high || *high <= *low || !std::isfinite(*high - *low)) return std::nullopt;
  return Format("least({}, greatest(0, floor((CAST({} AS DOUBLE) - ({})) / {})))",
                kHistogramBuckets - 1, typed, *low,
                (*high - *low) / static_cast<double>(kHistogramBuckets));
}

std::string HistogramSql(std::string_view value) {
  return Format("CAST(to_json(map_entries(histogram(CAST({} AS VARCHAR)))) AS VARCHAR)", value);
}

void TakeCounts(std::vector<ValueCount> counts, ColumnDraft& draft) {
  PublicValues& values = *draft.values;
  values.distinct = counts.size();
  values.distinct_is_exact = true;
  std::ranges::sort(counts, [](const ValueCount& a, const ValueCount& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.value < b.value;
  });
  std::map<std::string, std::uint64_t> by_lower_case;
  for (const ValueCount& each : counts) {
    std::string lower = each.value;
    for (char& c : lower) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
    ++by_lower_case[lower];
  }
  const auto variants = static_cast<std::uint64_t>(std::ranges::count_if(
      by_lower_case, [](const auto& spelling) { return spelling.second > 1; }));
  if (variants != 0) {
    draft.remarks.push_back(
        {"letter-case",
         Format("{} in more than one spelling of capital and small letters.",
                variants == 1 ? "1 value stands" : Format("{} values stand", variants)),
         variants,
         {}});
  }
  counts.resize(std::min(counts.size(), kTopValues));
  values.top = std::move(counts);
}

void TakeBuckets(const std::vector<ValueCount>& counts, PublicValues& values) {
  values.histogram.assign(kHistogramBuckets, 0);
  for (const ValueCount& each : counts) {
    const auto bucket = NumberOf(each.value);
    if (!bucket || *bucket < 0 || *bucket >= static_cast<double>(kHistogramBuckets)) continue;
    values.histogram[static_cast<std::size_t>(*bucket)] += each.rows;
  }
}

// One more pass over some columns: the counts of those with few values, the buckets of numbers.
base::Result<void> CountValues(engine::Duckdb& duckdb, const DraftSource& source,
                               std::vector<ColumnDraft>& drafts, std::size_t first) {
  using Taker = std::function<void(std::vector<ValueCount>)>;
  std::string sql;
  std::vector<Taker> takers;
  const auto ask = [&sql, &takers](std::string_view value, Taker taker) {
    sql += Format("{}{} AS h{}", sql.empty() ? "" : ", ", HistogramSql(value), takers.size());
    takers.push_back(std::move(taker));
  };
  for (std::size_t i = first; i < std::min(first + kColumnsAtOnce, drafts.size()); ++i) {
    ColumnDraft& draft = drafts[i];
    if (!draft.values) continue;
    const std::string typed = Typed(source.columns[i], draft);
    if (draft.values->distinct <= kMaxCountedValues &&
        source.columns[i].reading.max_characters() <= kMaxShownCharacters) {
      ask(typed, [&draft](auto counts) { TakeCounts(std::move(counts), draft); });
    }
    if (!IsNumber(draft.type.type)) continue;
    if (const auto bucket = BucketSql(typed, *draft.values)) {
      ask(*bucket, [&draft](const auto& counts) { TakeBuckets(counts, *draft.values); });
    }
  }
  if (sql.empty()) return {};
  const auto table = duckdb.Query("SELECT " + sql + " FROM " + source.from_sql, 1);
  if (!table) return ProfileFailure(table.error());
  for (std::size_t i = 0; i < takers.size(); ++i) {
    auto counts = CountsOf(table->rows.at(0).at(i));
    if (!counts) return ProfileFailure(counts.error());
    takers[i](*std::move(counts));
  }
  return {};
}

}  // namespace

base::Result<std::vector<ColumnDraft>> DraftColumns(engine::Duckdb& duckdb,
                                                    const DraftSource& source,
                                                    const ConfirmedClasses& confirmed) {
  std::vector<ColumnDraft> drafts;
  drafts.reserve(source.columns.size());
  for (const SourceColumn& column : source.columns) drafts.push_back(DraftOf(column, confirmed));
  for (std::size_t first = 0; first < drafts.size(); first += kColumnsAtOnce) {
    TRY(ProofQuery(source, drafts, first).Run(duckdb));
    TRY(CountValues(duckdb, source, drafts, first));
  }
  return drafts;
}

}  // namespace catalogue
