// Sending a request, and taking it back.
#include "base/format.h"
#include "web/access.h"
#include "web/request_pages.h"
#include "web/verdict_view.h"
#include "web/words.h"

namespace web {
namespace {

using agreements::RequestState;
using base::ErrorCode;
using base::Json;

bool IsOver(RequestState state) {
  return state == RequestState::kAccepted || state == RequestState::kRejected ||
         state == RequestState::kCancelled;
}

// What whoever sent the form can mend or must know: shown at the form. Others are pages of theirs.
bool IsAboutStep(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kConflict || code == ErrorCode::kStale;
}

int StatusOf(ErrorCode code) { return code == ErrorCode::kInvalid ? 422 : 409; }

Json SummaryJson(const std::string& error) {
  if (error.empty()) return {};
  return Json::Object(
      {{"errors",
        Json::Array({Json::Object({{"url", "#submit"}, {"words", Json::Repaired(error)}})})}});
}

// Where an error stands is a part of the document, which says no more than the sentence does.
std::string WordsOf(const base::Error& error, const SeenRequest& seen, const Texts& texts) {
  if (error.code == ErrorCode::kStale) return StaleWords(seen, texts);
  return base::Format("{}. {}", error.what, error.Remedy());
}

}  // namespace

http::Response RequestPages::ShowSubmitPage(const SeenRequest& seen, const std::string& error,
                                            int status) {
  const Texts& texts = desk_.texts();
  Page page{"request_submit", texts.Get("submit.title")};
  page.status = status;
  page.has_error = !error.empty();
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  page.view = {{"error_summary", SummaryJson(error)},
               {"number", seen.request.number},
               {"owner", Json::Repaired(ShownText(seen.request.owner.name))},
               {"asker", Json::Repaired(ShownText(seen.request.asker.name))},
               {"sentence", Json::Repaired(ShownText(seen.document.sentence))},
               {"summary_rows", RequestRowsJson(seen.document, seen.Sources(desk_.law()), texts)},
               {"verdict", VerdictView(seen.request.verdict, seen.Url("check"), texts)},
               {"submit_url", seen.Url("submit")},
               {"request_url", seen.Url()},
               {"form_token", seen.visitor.FormToken()},
               {"revision", seen.Revision()}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::ShowSubmit(const http::Request& request,
                                               const PathParts& parts) {
  const SeenRequest seen = TRY(LookToEdit(desk_, request, parts[0]));
  return ShowSubmitPage(seen, {}, 200);
}

RequestPages::Handled RequestPages::Submit(const http::Request& request, const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, seen.visitor));
  if (!seen.is_asker || !IsRequester(seen.visitor)) return NothingHere();
  const auto sent =
      desk_.requests().Submit(*seen.visitor.principal, seen.request.number, TRY(RevisionOf(form)));
  if (sent) return SeeOther(seen.Url() + "?done=sent");
  if (!IsAboutStep(sent.error().code)) return base::Fail(sent.error());
  return ShowSubmitPage(seen, WordsOf(sent.error(), seen, desk_.texts()),
                        StatusOf(sent.error().code));
}

http::Response RequestPages::ShowWithdrawPage(const SeenRequest& seen, const std::string& error,
                                              int status) {
  const Texts& texts = desk_.texts();
  Page page{"request_withdraw",
            texts.Get("withdraw_request.question", {{"number", seen.request.number}})};
  page.status = status;
  page.has_error = !error.empty();
  page.section = Section::kRequests;
  page.back = {texts.Get("asking.all_parts"), seen.Url()};
  page.view = {{"error_summary", SummaryJson(error)},
               {"owner", Json::Repaired(ShownText(seen.request.owner.name))},
               {"is_seen", seen.request.state != RequestState::kDraft},
               {"withdraw_url", seen.Url("withdraw")},
               {"request_url", seen.Url()},
               {"form_token", seen.visitor.FormToken()},
               {"revision", seen.Revision()}};
  return desk_.Show(page, seen.visitor);
}

RequestPages::Handled RequestPages::ShowWithdraw(const http::Request& request,
                                                 const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  if (!seen.is_asker || !IsRequester(seen.visitor) || IsOver(seen.request.state)) {
    return NothingHere();
  }
  return ShowWithdrawPage(seen, {}, 200);
}

RequestPages::Handled RequestPages::Withdraw(const http::Request& request, const PathParts& parts) {
  const SeenRequest seen = TRY(LookAtRequest(desk_, request, parts[0]));
  const Form form = TRY(desk_.AcceptForm(request, seen.visitor));
  if (!seen.is_asker || !IsRequester(seen.visitor)) return NothingHere();
  const auto done =
      desk_.requests().Cancel(*seen.visitor.principal, seen.request.number, TRY(RevisionOf(form)));
  if (done) return SeeOther("/requests?done=withdrawn");
  if (!IsAboutStep(done.error().code)) return base::Fail(done.error());
  return ShowWithdrawPage(seen, WordsOf(done.error(), seen, desk_.texts()),
                          StatusOf(done.error().code));
}

}  // namespace web
