#include "base/event_log.h"

#include "base/format.h"

namespace base {
namespace {

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

}  // namespace

void LogField::AppendTo(std::string& line) const {
  line += Format("\"{}\":", name_.view());
  if (const auto* number = std::get_if<std::int64_t>(&value_)) {
    line += Format("{}", *number);
  } else {
    line += Format("\"{}\"", std::get<std::string>(value_));
  }
}

void EventLog::Write(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
  std::string line = Format(R"({{"time":"{}","level":"{}","event":"{}")", clock_.Now().Text(),
                            NameOf(level), event.view());
  for (const LogField& field : fields) {
    line.push_back(',');
    field.AppendTo(line);
  }
  line += "}\n";
  sink_(line);
}

}  // namespace base
