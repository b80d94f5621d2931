// What a publisher says when publishing a draft, and the schema that follows from it.
//
// What is not said stays as the draft proposes it. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json_reader.h"
#include "base/result.h"
#include "catalogue/key.h"
#include "catalogue/schema.h"

namespace catalogue {

inline constexpr std::size_t kMaxAcceptedColumns = 4'000;  // went or changed type

struct ConfirmedColumn {
  std::string name;
  std::optional<std::string> title = {};
  std::optional<ColumnClass> column_class = {};
  std::optional<bool> confirmed = {};  // the class
  std::optional<bool> identifies = {};
  std::optional<std::uint32_t> treatments = {};
  // Another type than the proposed one: string, always; long or date for a column of text whose
  // other values become empty and are counted.
  std::optional<engine::ColumnType> type = {};
  bool strays_become_empty = false;
};

struct Confirmation {
  std::vector<ConfirmedColumn> columns = {};
  std::optional<DatasetKey> key = {};
  // Columns that live policies name and that may go or change type all the same: the agreements are
  // suspended.
  std::vector<std::string> accepted = {};
  // The version that the publisher compared the draft with, 0 for none; nothing: whichever it is.
  std::optional<std::uint64_t> previous_version = {};
};

// The body of a publication (docs/formats/dataset.md).
base::Result<Confirmation> ReadConfirmation(const base::JsonItem& item);

// The schema to publish. kInvalid, naming the column, for one that the proposal does not have, that
// is named twice, whose type may not be chosen, for a key that is no column, and for what
// CheckSchema refuses.
base::Result<Schema> ConfirmSchema(const Schema& proposal, const Confirmation& confirmation);

}  // namespace catalogue
