#include "cli/sample_records.h"

#include <array>
#include <functional>

#include "base/bytes.h"
#include "base/format.h"
#include "base/time.h"

// How the counts come out exact
//
// Of n rows, k shall be marked, evenly spread and without a list of them: row i is marked when
// (i + 1) * k / n is larger than i * k / n, in whole numbers. The quotient grows by one exactly k
// times, and it is also the number of the marked row. The area is marked among all rows, the
// current jobs among those of the area, the people of the list among those. Whoever is in the area
// has one job; elsewhere every tenth row is another job of the person before.

namespace cli {
namespace {

using base::Format;

constexpr std::uint64_t kNumbers = 4'000'000;        // QQ, six digits, A to D
constexpr std::uint64_t kSpread = 2'654'435'761ULL;  // odd and no multiple of 5: spreads one to one
constexpr std::size_t kWriteBytes = 1U << 20U;
constexpr std::int64_t kDaySeconds = 86'400;

constexpr std::array kForenames = {"Asha", "Ben",   "Carys", "Dev",     "Elin",  "Femi", "Grace",
                                   "Hana", "Idris", "Joan",  "Kofi",    "Lena",  "Maya", "Noor",
                                   "Owen", "Priya", "Rhys",  "Saoirse", "Tariq", "Una"};
constexpr std::array kSurnames = {"Example",  "Sample",    "Placeholder", "Specimen", "Invented",
                                  "Imagined", "Fictional", "Standin",     "Mockford", "Testerly"};
constexpr std::array kEmployers = {"Example Foods Ltd", "Sample Logistics plc",
                                   "Specimen Care Ltd", "Placeholder Retail Ltd",
                                   "Invented Council",  "Imagined Schools Trust"};
constexpr std::array kTowns = {"Ambleford", "Samplewick", "Mockham", "Placeholder Regis"};
constexpr std::array kFrequencies = {"monthly", "weekly", "fortnightly", "four-weekly"};
constexpr std::array kTaxCodes = {"1257L", "BR", "K475", "0T"};
constexpr std::array kIndustries = {"10710", "47110", "49410", "84110", "85200", "87300"};
constexpr std::array kNationalInsuranceCategories = {"A", "B", "C", "M"};

// Steele, Lea and Flood's SplitMix64: one step makes well-mixed bits of any number.
std::uint64_t Mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

// The choices of one person or job: the n-th is always the same.
class Choices {
 public:
  Choices(std::uint64_t seed, std::uint64_t subject) : state_(Mixed(seed * kSpread ^ subject)) {}
  std::uint64_t Below(std::uint64_t limit) { return (state_ = Mixed(state_)) % limit; }
  template <typename List>
  const char* Of(const List& list) {
    return list[Below(list.size())];
  }

 private:
  std::uint64_t state_;
};

// Whether row `index` of `total` is one of `marked`, and which.
struct Mark {
  bool is_marked = false;
  std::uint64_t number = 0;
};

Mark MarkOf(std::uint64_t index, std::uint64_t marked, std::uint64_t total) {
  if (total == 0) return {};
  const std::uint64_t number = index * marked / total;
  return {(index + 1) * marked / total > number, number};
}

// The index of the marked row with this number: the least i with (i + 1) * marked / total > number.
std::uint64_t IndexOf(std::uint64_t number, std::uint64_t marked, std::uint64_t total) {
  return ((number + 1) * total + marked - 1) / marked - 1;
}

std::string NumberOf(std::uint64_t person) {
  const std::uint64_t spread = person % kNumbers * kSpread % kNumbers;
  return Format("QQ{:06}{}", spread / 4, "ABCD"[spread % 4]);
}

std::string DayText(std::int32_t first_day, std::uint64_t offset) {
  return base::CivilDay{first_day + static_cast<std::int32_t>(offset)}.Text();
}

struct Job {
  bool is_in_area = false;
  bool is_current = false;
  std::uint64_t person = 0;
};

Job JobOf(const SampleShape& shape, std::uint64_t row) {
  Job job;
  const Mark area = MarkOf(row, shape.InArea(), shape.rows);
  job.is_in_area = area.is_marked;
  job.person = row;
  if (area.is_marked) {
    job.is_current = MarkOf(area.number, shape.Current(), shape.InArea()).is_marked;
    return job;
  }
  job.is_current = Choices(shape.seed, row ^ kNumbers).Below(100) < 84;
  const bool has_another_before = row % 10 == 9 && !JobOf(shape, row - 1).is_in_area;
  if (has_another_before) job.person = row - 1;
  return job;
}

std::string PersonFields(const SampleShape& shape, const Job& job) {
  constexpr std::int32_t kFirstBirth = -7'305;  // 1950-01-01
  Choices choose(shape.seed, job.person);
  const bool is_woman = choose.Below(2) == 0;
  const std::string previous = is_woman && choose.Below(4) == 0 ? choose.Of(kSurnames) : "";
  const char* forename = choose.Of(kForenames);
  const std::uint64_t house = choose.Below(200) + 1;
  const std::string area =
      job.is_in_area ? std::string(kSampleAreaCode) : Format("E07000{:03}", 900 + choose.Below(90));
  return Format("{},{},{},{},{},{},{},{},{},{},ZZ{} {}ZZ,{},{},person{}@example.org,07700 900{:03}",
                NumberOf(job.person), is_woman ? "Ms" : "Mr", forename, choose.Of(kSurnames),
                previous, DayText(kFirstBirth, choose.Below(20'000)), is_woman ? "F" : "M",
                Format("{} Sample Road", house), house % 7 == 0 ? "Flat 2" : "", choose.Of(kTowns),
                choose.Below(99) + 1, choose.Below(10), 900'000'000'000ULL + job.person, area,
                job.person, choose.Below(1'000));
}

std::string JobFields(const SampleShape& shape, const Job& job, std::uint64_t row) {
  constexpr std::int32_t kFirstStart = 16'071;  // 2014-01-01
  constexpr std::int32_t kReported = 20'546;    // 2026-04-03
  Choices choose(shape.seed ^ 0x70b5ULL, row);
  const std::uint64_t employer = choose.Below(kEmployers.size());
  const std::uint64_t started = choose.Below(3'600);
  const std::string ended =
      job.is_current ? "" : DayText(kFirstStart, started + 30 + choose.Below(800));
  std::uint64_t pay_pence = 900'000 + choose.Below(5'000'000);
  if (shape.edition > 1 && Mixed(row) % 50 == 0) pay_pence += shape.edition * 10'000;
  const base::Instant reported{
      (kReported * kDaySeconds + static_cast<std::int64_t>(choose.Below(kDaySeconds))) *
      base::kMicrosecondsPerSecond};
  return Format(
      "{},{:03}/AB{:05},{} Sample Park,ZZ{} 1ZZ,{},{},{},{},{},{}.{:02},{}.{:02},{},{},{},{}",
      kEmployers[employer], 100 + employer, 45'000 + employer, employer + 1, employer + 1,
      choose.Of(kIndustries), DayText(kFirstStart, started), ended,
      job.is_current ? "current" : "ended", choose.Of(kFrequencies), pay_pence / 100,
      pay_pence % 100, pay_pence / 1'200, pay_pence % 100, choose.Of(kTaxCodes),
      choose.Below(3) == 0 ? "plan 2" : "", choose.Of(kNationalInsuranceCategories),
      reported.Text());
}

// Writes lines in pieces of about a mebibyte, so that memory does not grow with the file.
base::Result<void> WriteLines(base::Files& files, const std::string& path, std::string_view header,
                              std::uint64_t count,
                              const std::function<std::string(std::uint64_t)>& line) {
  const auto file = TRY(files.Open(path, base::OpenMode::kCreateNew));
  std::uint64_t offset = 0;
  std::string piece(header);
  piece += '\n';
  for (std::uint64_t i = 0; i < count; ++i) {
    piece += line(i);
    piece += '\n';
    if (piece.size() < kWriteBytes) continue;
    TRY(file->WriteAt(offset, piece));
    offset += piece.size();
    piece.clear();
  }
  TRY(file->WriteAt(offset, piece));
  return file->Sync();
}

}  // namespace

std::string_view EmploymentHeader() {
  return "record_id,national_insurance_number,title,forename,surname,previous_surname,date_of_"
         "birth,"
         "sex,address_line_1,address_line_2,town,postcode,uprn,local_authority_code,email,"
         "telephone,"
         "employer_name,employer_paye_reference,employer_address,employer_postcode,industry_code,"
         "employment_start_date,employment_end_date,employment_status,pay_frequency,"
         "taxable_pay_to_date,pay_in_period,tax_code,student_loan_plan,ni_category,reported_at";
}

std::string EmploymentLine(const SampleShape& shape, std::uint64_t row) {
  const Job job = JobOf(shape, row);
  return Format("J{:09},{},{}", row + 1, PersonFields(shape, job), JobFields(shape, job, row));
}

std::string_view OverdueHeader() {
  return "your_reference,national_insurance_number,amount_overdue,overdue_since";
}

// The first Matching() accounts belong to people with a current job in the area, the others to
// nobody in the data; a one-to-one shuffle mixes them.
std::string OverdueLine(const SampleShape& shape, std::uint64_t account) {
  constexpr std::int32_t kFirstOverdue = 20'179;  // 2025-04-01
  const std::uint64_t listed = shape.Listed();
  // 7,919 is prime and no divisor of any list's length below it, so this meets every number once.
  const std::uint64_t mixed = listed % 7'919 == 0 ? account : account * 7'919 % listed;
  std::uint64_t person = shape.rows + mixed;
  if (mixed < shape.Matching()) {
    const std::uint64_t current = IndexOf(mixed, shape.Matching(), shape.Current());
    const std::uint64_t in_area = IndexOf(current, shape.Current(), shape.InArea());
    person = IndexOf(in_area, shape.InArea(), shape.rows);
  }
  Choices choose(shape.seed ^ 0x0dd5ULL, account);
  return Format("AMB-{:06},{},{}.{:02},{}", account + 1, NumberOf(person), 80 + choose.Below(2'400),
                choose.Below(100), DayText(kFirstOverdue, choose.Below(360)));
}

base::Result<void> WriteSampleFiles(base::Files& files, const std::string& folder,
                                    const SampleShape& shape) {
  if (shape.rows == 0 || shape.rows > kMaxSampleRows) {
    return base::Fail(base::ErrorCode::kInvalid,
                      Format("The number of rows is not from 1 to {}", kMaxSampleRows), "--rows");
  }
  TRY(WriteLines(files, base::JoinPath(folder, "paye-employments.csv"), EmploymentHeader(),
                 shape.rows, [&](std::uint64_t row) { return EmploymentLine(shape, row); }));
  TRY(WriteLines(files, base::JoinPath(folder, "overdue-2026.csv"), OverdueHeader(), shape.Listed(),
                 [&](std::uint64_t account) { return OverdueLine(shape, account); }));
  return files.SyncFolder(folder);
}

}  // namespace cli
