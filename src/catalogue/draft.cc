#include "catalogue/draft.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/canonical_json.h"
#include "base/format.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "base/json_text.h"
#include "base/real_world.h"
#include "catalogue/draft_profile.h"
#include "catalogue/draft_report.h"
#include "catalogue/draft_source.h"

namespace catalogue {
namespace {

using base::ErrorCode;
using base::Fail;
using base::Json;

constexpr std::size_t kMaxPathBytes = 4'096;
constexpr std::array<std::string_view, 3> kFormats = {"auto", "csv", "parquet"};

struct DraftRequest {
  std::string path;
  std::optional<FileFormat> format;  // none: by the first bytes
  ConfirmedClasses confirmed;
};

base::Result<ConfirmedClasses> ReadConfirmed(const base::JsonItem& item) {
  ConfirmedClasses confirmed;
  for (const base::JsonItem& each : TRY(item.Array({.max = kMaxColumns}))) {
    base::JsonReader reader = TRY(each.Object());
    std::string name = TRY(reader.Text("name", {.min = 1, .max = kMaxNameBytes}));
    const std::string text = TRY(reader.Text("class", {.max = 64}));
    TRY(reader.Finish());
    const auto column_class = ColumnClassOfName(text);
    if (!column_class) {
      return Fail(ErrorCode::kInvalid, "There is no such class of columns",
                  base::ChildPointer(each.pointer(), "class"),
                  "Use one that docs/formats/draft.md lists.");
    }
    if (!confirmed.emplace(std::move(name), *column_class).second) {
      return Fail(ErrorCode::kInvalid, "A column is confirmed twice", each.pointer());
    }
  }
  return confirmed;
}

base::Result<DraftRequest> ReadRequest(std::string_view request) {
  const Json json = TRY(base::ParseJson(request, base::kRequestJson));
  base::JsonReader reader(json, "request");
  DraftRequest draft;
  draft.path = TRY(reader.Text("path", {.min = 1, .max = kMaxPathBytes}));
  if (const auto format = TRY(reader.Optional("format"))) {
    const std::size_t which = TRY(format->OneOf(kFormats));
    if (which != 0) draft.format = which == 1 ? FileFormat::kCsv : FileFormat::kParquet;
  }
  if (const auto confirmed = TRY(reader.Optional("confirmed"))) {
    draft.confirmed = TRY(ReadConfirmed(*confirmed));
  }
  TRY(reader.Finish());
  return draft;
}

// --- the reply ----------------------------------------------------------------------------------

std::string_view DelimiterName(char delimiter) {
  switch (delimiter) {
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "bar";
    default:
      return "comma";
  }
}

std::string_view LineEndName(LineEnd line_end) {
  constexpr std::array<std::string_view, 3> kNames = {"none", "lf", "crlf"};
  return kNames[static_cast<std::size_t>(line_end)];
}

Json StraysJson(const std::vector<engine::Stray>& strays) {
  Json::Items items;
  for (const engine::Stray& stray : strays) {
    items.push_back(Json::Object({{"row", stray.row}, {"characters", stray.characters}}));
  }
  return Json::Array(std::move(items));
}

Json TypeJson(const engine::TypeVerdict& verdict) {
  return Json::Object({{"name", engine::TypeText(verdict.type)},
                       {"rule", engine::TextRuleName(verdict.rule)},
                       {"reason", verdict.reason}});
}

Json MeaningJson(const SemanticVerdict& verdict) {
  return Json::Object({{"type", verdict.rule->code},
                       {"title", verdict.rule->title},
                       {"by_name", verdict.by_name},
                       {"by_values", verdict.by_values},
                       {"form_is_known", verdict.rule->form != 0},
                       {"fitting", verdict.fitting},
                       {"of", verdict.values}});
}

Json ClassJson(const ColumnDraft& draft) {
  return Json::Object({{"name", ColumnClassName(draft.meaning.column_class)},
                       {"sure", draft.meaning.sure},
                       {"confirmed", draft.confirmed},
                       {"identifies", draft.meaning.identifies},
                       {"reason", draft.meaning.reason}});
}

Json RemarksJson(const std::vector<Remark>& remarks) {
  Json::Items items;
  for (const Remark& remark : remarks) {
    items.push_back(Json::Object({{"code", remark.code},
                                  {"sentence", remark.sentence},
                                  {"rows", remark.rows},
                                  {"first", StraysJson(remark.first)}}));
  }
  return Json::Array(std::move(items));
}

Json ColumnJson(const SourceColumn& column, const ColumnDraft& draft) {
  Json::Items treatments;
  for (const std::string_view name : TreatmentNames(draft.meaning.treatments)) {
    treatments.emplace_back(name);
  }
  return Json::Object({{"name", column.name},
                       {"shown_name", base::ShownName(column.name)},
                       {"type", TypeJson(draft.type)},
                       {"meaning", MeaningJson(draft.meaning)},
                       {"class", ClassJson(draft)},
                       {"treatments", Json::Array(std::move(treatments))},
                       {"profile", ProfileJson(column.reading, draft)},
                       {"remarks", RemarksJson(draft.remarks)}});
}

Json ReplyJson(const DraftSource& source, const std::vector<ColumnDraft>& drafts) {
  Json::Items columns;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    columns.push_back(ColumnJson(source.columns[i], drafts[i]));
  }
  const bool is_csv = source.format == FileFormat::kCsv;
  Json csv;
  if (is_csv) {
    csv = Json::Object({{"delimiter", DelimiterName(source.csv.delimiter)},
                        {"line_end", LineEndName(source.csv.line_end)},
                        {"byte_order_mark", source.csv.has_byte_order_mark}});
  }
  return Json::Object({{"kind", "file-draft-1"},
                       {"format", is_csv ? "csv" : "parquet"},
                       {"rows", source.rows},
                       {"bytes", source.bytes},
                       {"csv", std::move(csv)},
                       {"columns", Json::Array(std::move(columns))}});
}

base::Result<void> CheckConfirmed(const ConfirmedClasses& confirmed, const DraftSource& source) {
  for (const auto& [name, column_class] : confirmed) {
    if (std::ranges::find(source.columns, name, &SourceColumn::name) != source.columns.end()) {
      continue;
    }
    return Fail(ErrorCode::kInvalid,
                base::Format("The file has no column \"{}\"", base::ShownName(name)), "/confirmed",
                "Confirm columns of this file alone.");
  }
  return {};
}

// DuckDB takes these in a path for a pattern of many files.
base::Result<void> CheckPath(const engine::WorkerContext& context, const std::string& path) {
  if (path.find_first_of("*?[") != std::string::npos) {
    return Fail(ErrorCode::kInvalid, "The path holds one of the characters * ? [", "/path",
                "Rename the file or its folder.");
  }
  if (std::ranges::find(context.readable_files, path) != context.readable_files.end()) return {};
  return Fail(ErrorCode::kForbidden, "The worker was not given this file", "/path");
}

}  // namespace

base::Result<std::string> DraftFile(base::Files& files, const engine::WorkerContext& context,
                                    std::string_view request) {
  const DraftRequest draft = TRY(ReadRequest(request));
  if (context.duckdb == nullptr) {
    return Fail(ErrorCode::kInternal, "The worker has no DuckDB", std::string(kFileDraft));
  }
  TRY(CheckPath(context, draft.path));
  const auto file = TRY(files.Open(draft.path, base::OpenMode::kRead));
  const FileFormat format = draft.format ? *draft.format : TRY(FormatOf(*file));
  const DraftSource source = format == FileFormat::kCsv
                                 ? TRY(ReadCsv(*file, draft.path))
                                 : TRY(ReadParquet(*file, *context.duckdb, draft.path));
  TRY(CheckConfirmed(draft.confirmed, source));
  const auto drafts = TRY(DraftColumns(*context.duckdb, source, draft.confirmed));
  return base::WriteCanonicalJson(ReplyJson(source, drafts));
}

engine::WorkerKind FileDraftKind() {
  return {.profile = engine::WorkerProfile::kQuery,
          .run = [](const engine::WorkerContext& context, std::string_view request) {
            const auto world = base::MakeRealWorld();
            return DraftFile(world->files(), context, request);
          }};
}

}  // namespace catalogue
