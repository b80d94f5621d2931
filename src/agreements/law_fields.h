// One list of fields for reading and for writing: a struct names its JSON fields once, in a
// function
//
//   template <typename Fields>
//   void Visit(Fields& fields, Party& party) {
//     fields.Text("name", party.name, {.max = kMaxNameLength});
//
// and FieldReader and FieldWriter both follow it. So the two cannot part, and nobody forgets to
// refuse what is too long.
//
// A FieldReader keeps the first failure and reads nothing more; ReadFields gives it. A field may be
// absent where its text may be empty. FieldWriter leaves out what is empty, false or not there.
// Each is for one value and one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_reader.h"
#include "base/slug.h"
#include "base/time.h"

namespace agreements {

inline constexpr std::size_t kDayBytes = 10;  // 2026-11-24

class FieldReader {
 public:
  explicit FieldReader(base::JsonReader& reader) : reader_(&reader) {}

  void Text(std::string_view name, std::string& value, base::JsonTextLength length) {
    Step([&]() -> base::Result<void> {
      if (length.min > 0) {
        value = TRY(reader_->Text(name, length));
      } else {
        value = TRY(reader_->OptionalText(name, length)).value_or("");
      }
      return {};
    });
  }

  // A name from a list of the law; may be absent.
  void Slug(std::string_view name, std::string& value) {
    Step([&]() -> base::Result<void> {
      const auto item = TRY(reader_->Optional(name));
      if (item) value = TRY(ReadSlug(*item));
      return {};
    });
  }
  // The same where the field must be there.
  void Id(std::string_view name, std::string& value) {
    Step([&]() -> base::Result<void> {
      value = TRY(ReadSlug(TRY(reader_->Field(name))));
      return {};
    });
  }

  void Flag(std::string_view name, bool& value) {
    Step([&]() -> base::Result<void> {
      value = TRY(reader_->OptionalBool(name)).value_or(value);
      return {};
    });
  }

  void Number(std::string_view name, std::optional<std::int64_t>& value, std::int64_t max) {
    Step([&]() -> base::Result<void> {
      value = TRY(reader_->OptionalInteger(name, 0, max));
      return {};
    });
  }

  void Day(std::string_view name, std::optional<base::CivilDay>& value) {
    Step([&]() -> base::Result<void> {
      const auto item = TRY(reader_->Optional(name));
      if (!item) return {};
      value = base::ParseCivilDay(TRY(item->Text({.max = kDayBytes})));
      if (!value) {
        return base::Fail(base::ErrorCode::kInvalid, "There is no such day", item->pointer(),
                          "Write year, month and day, such as 2026-11-24.");
      }
      return {};
    });
  }

  void Slugs(std::string_view name, std::vector<std::string>& values, std::size_t max) {
    Items(name, max, [&](const base::JsonItem& item) -> base::Result<void> {
      values.push_back(TRY(ReadSlug(item)));
      return {};
    });
  }
  void Texts(std::string_view name, std::vector<std::string>& values, std::size_t max,
             base::JsonTextLength length) {
    Items(name, max, [&](const base::JsonItem& item) -> base::Result<void> {
      values.push_back(TRY(item.Text(length)));
      return {};
    });
  }
  void Numbers(std::string_view name, std::vector<std::int64_t>& values, std::size_t max,
               std::int64_t greatest) {
    Items(name, max, [&](const base::JsonItem& item) -> base::Result<void> {
      values.push_back(TRY(item.Integer(0, greatest)));
      return {};
    });
  }

  // A word that stands for the enumerator at its place. The word at place 0 may be "": then the
  // field may be absent, and is where the value is the first.
  template <typename Enumeration>
  void Word(std::string_view name, Enumeration& value, std::span<const std::string_view> words) {
    Step([&]() -> base::Result<void> {
      if (words.front().empty()) {
        const auto item = TRY(reader_->Optional(name));
        value = static_cast<Enumeration>(item ? TRY(item->OneOf(words.subspan(1))) + 1 : 0);
      } else {
        value = static_cast<Enumeration>(TRY(reader_->OneOf(name, words)));
      }
      return {};
    });
  }

  template <typename T>
  void Object(std::string_view name, T& value) {
    Step([&]() -> base::Result<void> {
      const auto item = TRY(reader_->Optional(name));
      if (item) TRY(ReadFields(*item, value));
      return {};
    });
  }
  template <typename T>
  void Object(std::string_view name, std::optional<T>& value) {
    Step([&]() -> base::Result<void> {
      const auto item = TRY(reader_->Optional(name));
      if (item) TRY(ReadFields(*item, value.emplace()));
      return {};
    });
  }
  template <typename T>
  void Array(std::string_view name, std::vector<T>& values, std::size_t max) {
    Items(name, max,
          [&](const base::JsonItem& item) { return ReadFields(item, values.emplace_back()); });
  }

  // A value that is kept as it is, unread.
  void Opaque(std::string_view name, base::Json& value) {
    Step([&]() -> base::Result<void> {
      const auto item = TRY(reader_->Optional(name));
      if (item) value = item->json();
      return {};
    });
  }

  // All of an object into `value`, by its Visit; an unknown field is refused.
  template <typename T>
  static base::Result<void> ReadFields(const base::JsonItem& item, T& value) {
    base::JsonReader reader = TRY(item.Object());
    FieldReader fields(reader);
    Visit(fields, value);
    TRY(std::move(fields.state_));
    return reader.Finish();
  }

 private:
  static base::Result<std::string> ReadSlug(const base::JsonItem& item) {
    std::string text = TRY(item.Text({.min = 1, .max = base::kMaxSlugBytes}));
    if (!base::IsSlug(text)) {
      return base::Fail(base::ErrorCode::kInvalid, "This is no name of a list", item.pointer(),
                        "Write small letters and digits, words joined by hyphens.");
    }
    return text;
  }

  template <typename Read>
  void Items(std::string_view name, std::size_t max, const Read& read) {
    Step([&]() -> base::Result<void> {
      const auto list = TRY(reader_->Optional(name));
      if (!list) return {};
      for (const base::JsonItem& item : TRY(list->Array({.max = max}))) TRY(read(item));
      return {};
    });
  }

  template <typename Read>
  void Step(const Read& read) {
    if (state_) state_ = read();
  }

  base::JsonReader* reader_;
  base::Result<void> state_;
};

class FieldWriter {
 public:
  void Text(std::string_view name, const std::string& value, base::JsonTextLength /*length*/) {
    if (!value.empty()) Add(name, value);
  }
  void Slug(std::string_view name, const std::string& value) { Text(name, value, {.max = 0}); }
  void Id(std::string_view name, const std::string& value) { Add(name, value); }
  void Flag(std::string_view name, bool value) {
    if (value) Add(name, value);
  }
  void Number(std::string_view name, const std::optional<std::int64_t>& value,
              std::int64_t /*max*/) {
    if (value) Add(name, *value);
  }
  void Day(std::string_view name, const std::optional<base::CivilDay>& value) {
    if (value) Add(name, value->Text());
  }
  void Slugs(std::string_view name, const std::vector<std::string>& values, std::size_t /*max*/) {
    if (!values.empty()) Add(name, base::Json::Array({values.begin(), values.end()}));
  }
  void Texts(std::string_view name, const std::vector<std::string>& values, std::size_t max,
             base::JsonTextLength /*length*/) {
    Slugs(name, values, max);
  }
  template <typename Enumeration>
  void Word(std::string_view name, Enumeration value, std::span<const std::string_view> words) {
    const std::string_view word = words[static_cast<std::size_t>(value)];
    if (!word.empty()) Add(name, word);
  }
  template <typename T>
  void Object(std::string_view name, T& value) {
    base::Json written = Written(value);
    if (!written.AsObject().empty()) Add(name, std::move(written));
  }
  template <typename T>
  void Object(std::string_view name, std::optional<T>& value) {
    if (value) Add(name, Written(*value));
  }
  template <typename T>
  void Array(std::string_view name, std::vector<T>& values, std::size_t /*max*/) {
    base::Json::Items items;
    for (T& value : values) items.push_back(Written(value));
    if (!items.empty()) Add(name, base::Json::Array(std::move(items)));
  }
  void Opaque(std::string_view name, const base::Json& value) {
    if (value.kind() != base::Json::Kind::kNull) Add(name, value);
  }

  // An object of what the Visit of `value` names.
  template <typename T>
  static base::Json Written(T& value) {
    FieldWriter fields;
    Visit(fields, value);
    return base::Json::Object(std::move(fields.members_));
  }

 private:
  void Add(std::string_view name, base::Json value) {
    members_.emplace_back(std::string(name), std::move(value));
  }

  base::Json::Members members_;
};

}  // namespace agreements
