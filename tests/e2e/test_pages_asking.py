"""Asking for data at pages: the list, the parts of a request, the check, sending, taking back."""
# Tests of: request_pages.cc request_steps.cc request_part_pages.cc request_list.cc
# Tests of: request_selection_pages.cc
import re

import pytest

from running import PASSWORD
from sharing_world import Sharing, day
from test_pages_administration import HOSTILE, escaped
from visitor import Visitor


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


@pytest.fixture
def visit(server):
    """Somebody of the sharing, signed in at the pages."""
    def sign_in(name):
        visitor = Visitor(server.port)
        assert visitor.sign_in(f"{name}@example.org", PASSWORD).status == 303
        return visitor
    return sign_in


def begin(visitor, sharing):
    """A draft that a person began at the dataset's page; its address."""
    action = f"/datasets/{sharing.data}/request"
    begun = visitor.submit(f"/datasets/{sharing.data}", action)
    assert begun.status == 303, begun.text
    return begun.headers["Location"].removesuffix("?done=request")


def drafted(sharing, **changes):
    """A draft with every part, made by the API; its number."""
    document = sharing.document()
    document.update(changes)
    return sharing.ada.want(201, "POST", "/requests", document)["number"]


def columns_of(page):
    """The place of each column that may be given in the form, by its name."""
    return {name: place for place, name in re.findall(r'for="t-(\d+)">Treatment of ([^<]+)<', page)}


def form_of(visitor, path):
    return visitor.get(path).reader.forms[path]


def carry_of(page, name):
    """The places of a column of the list in the form."""
    return re.findall(rf'for="k-(\d+)">Whether {name} is carried', page)


def declare(visitor, url, kind, **more):
    page = visitor.get(f"{url}/documents")
    token = dict(page.reader.forms[f"{url}/documents"])
    fields = {"form_token": token["form_token"], "revision": token["revision"], "kind": kind,
              "document_title": f"A {kind}", "date": "01 09 2026", "held_by": "the team",
              "party": "", **more}
    done = visitor.post(f"{url}/documents", fields)
    assert done.status == 303, done.text


def verdict_of(sharing, url):
    number = url.rsplit("/", 1)[1]
    verdict = sharing.ada.want(200, "POST", f"/requests/{number}/check")
    return [each for each in verdict["findings"] if each["outcome"] != "holds"]


def test_a_request_begins_at_a_dataset_and_lists_its_parts(sharing, visit, nobody):
    page = nobody.get(f"/datasets/{sharing.data}").text
    assert "Ask for access" not in page and f"/sign-in?return=/datasets/{sharing.data}" in page
    for other in ("olu", "cyn"):
        assert "Ask for access" not in visit(other).get(f"/datasets/{sharing.data}").text
    refused = visit("cyn").post(f"/datasets/{sharing.data}/request", {})
    assert refused.status == 403
    ada = visit("ada")
    url = begin(ada, sharing)
    page = ada.get(url + "?done=request").text
    assert "A draft is begun" in page and "You have completed 0 of 8 parts" in page
    for part in ("data", "why", "power", "protection", "dates", "security"):
        assert f'href="{url}/{part}"' in page
    assert f'href="{url}/people"' not in page and "Cannot start yet" in page
    assert "Not checked yet" in page and "Legal check so far" in page
    assert ada.ask("GET", f"{url}/people").headers["Location"] == f"{url}/data"
    assert "Draft" in ada.get("/requests").text


def choose_data(ada, url, sharing):
    """Columns, two conditions and a list of one's own, saved and checked."""
    places = columns_of(ada.get(f"{url}/data").text)
    data = dict(form_of(ada, f"{url}/data"))
    data.update({f"t-{places['employer_name']}": "show",
                 f"w-{places['employer_name']}": "Address the order",
                 f"t-{places['date_of_birth']}": "year",
                 f"w-{places['date_of_birth']}": "Tell two people apart",
                 f"t-{places['taxable_pay_to_date']}": "band",
                 f"b-{places['taxable_pay_to_date']}": "0, 5000, 10000",
                 f"w-{places['taxable_pay_to_date']}": "See what they can afford",
                 "conditions": "2",
                 "c0-column": places["local_authority_code"], "c0-test": "own-area",
                 "c0-value": "", "c1-column": places["employment_end_date"],
                 "c1-test": "is-null", "c1-value": "", "list": sharing.list,
                 "list-column": places["national_insurance_number"], "list-least": "10",
                 "action": "check"})
    saved = ada.post(f"{url}/data", data)
    assert saved.status == 303 and saved.headers["Location"] == f"{url}/data", saved.text


def answer(ada, url, sharing):
    """Every part but the data; the power has questions of its own once it is chosen."""
    parties = {f"proposal.{body}.{field}": value for body in ("asker", "owner")
               for field, value in (("role", "controller"), ("regime", "general"),
                                    ("basis", "public-task"))}
    answers = [
        ("why", {"title": "Employers of people who owe council tax", "sentence": "A tells B.",
                 "proposal.purpose": "Collect overdue council tax",
                 "proposal.need": "Billing authority for council tax"}),
        ("people", {"policy.recipients": sharing.ada.id, "policy.uses_per_day": "20",
                    "policy.purposes": "council-tax-recovery"}),
        ("power", {"proposal.power": "dea-48", "proposal.territory": ["england"],
                   "proposal.held_for.function": "Collecting income tax"}),
        ("power", {"proposal.act": "collect-debt", "proposal.debt.owed_to": "public-authority",
                   "proposal.debt.due": "31 03 2026", "proposal.territory": ["england"]}),
        ("protection", {**parties, "proposal.informing": "The privacy notices say it"}),
        ("dates", {"proposal.start": day(1), "proposal.end": day(300),
                   "proposal.review": day(100), "proposal.retention": "P6Y",
                   "proposal.deletion": "By the revenues team"}),
        ("security", {"proposal.contact": "rights@example.org"})]
    seen = []
    for part, fields in answers:
        done = ada.submit(f"{url}/{part}", **fields)
        assert done.status == 303, (part, done.text)
        seen.append(done.headers["Location"])
    assert seen[2:4] == [f"{url}/power", f"{url}?done=saved"]
    for kind in ("dpia", "dpo-advice", "business-case", "code-statement", "security-plan"):
        declare(ada, url, kind)


def test_the_data_that_was_chosen_is_said_in_words(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    choose_data(ada, url, sharing)
    page = ada.get(f"{url}/data").text
    assert "3 of 31 columns" in page and "Rows that meet 3 conditions" in page
    assert "local_authority_code is your own area, E07000999" in page
    assert "employment_end_date is empty" in page and "on your list overdue-2026" in page
    assert "Carried from your list overdue-2026" in page and "5000 to below 10000" in page
    assert "which has 6,000, where" in page
    kept = dict(form_of(ada, f"{url}/data"))
    kept.update({f"k-{place}": "carry" for place in carry_of(page, "your_reference")})
    assert ada.post(f"{url}/data", {**kept, "action": "continue"}).status == 303
    assert "plus 1 carried from your list" in ada.get(url).text


def test_every_part_is_answered_at_pages_and_the_request_is_sent(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    choose_data(ada, url, sharing)
    answer(ada, url, sharing)
    page = ada.get(url).text
    assert "You have completed 7 of 8 parts" in page
    assert f'href="{url}/submit"' in page, verdict_of(sharing, url)
    send = ada.get(f"{url}/submit").text
    assert "A tells B." in send and "3 of 31 columns" in send
    sent = ada.submit(f"{url}/submit")
    assert sent.status == 303 and sent.headers["Location"] == f"{url}?done=sent", sent.text
    page = ada.get(url).text
    assert "Sent. An approver of HM Revenue and Customs takes it next" in page
    assert f"{url}/why" not in page and f"{url}/withdraw" in page
    # What was sent is no form any more.
    assert ada.get(f"{url}/why").status == 404 and ada.get(f"{url}/data").status == 404


def test_a_day_that_does_not_exist_is_kept_and_said_at_its_field(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    wrong = ada.submit(f"{url}/dates", **{"proposal.start": "31 02 2027"})
    assert wrong.status == 422 and 'value="31 02 2027"' in wrong.text
    assert 'href="#proposal.start"' in wrong.text and "Error: Dates and deletion" in wrong.text
    early = ada.submit(f"{url}/dates", **{"proposal.start": day(10), "proposal.end": day(5)})
    assert early.status == 422 and 'href="#proposal.end"' in early.text


def test_an_error_in_the_data_keeps_what_was_chosen(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    page = ada.get(f"{url}/data").text
    assert "Nothing is saved yet" in page and "Never given" in page
    places = columns_of(page)
    nino, left = places["national_insurance_number"], places["employment_end_date"]
    fields = dict(form_of(ada, f"{url}/data"))
    none = ada.post(f"{url}/data", {**fields, "action": "check"})
    assert none.status == 422 and "Choose at least one column" in none.text
    added = ada.post(f"{url}/data", {**fields, f"t-{nino}": "token", "action": "add"})
    assert added.status == 200 and 'name="c0-column"' in added.text
    assert '<option value="token" selected>' in added.text
    removed = ada.post(f"{url}/data", {**fields, "conditions": "1", "remove": "0"})
    assert removed.status == 200 and 'name="c0-column"' not in removed.text
    wrong = ada.post(f"{url}/data", {
        **fields, f"t-{nino}": "show", "conditions": "2", "c0-column": left,
        "c0-test": "greater", "c0-value": "31 02 2026", "c1-column": "", "c1-test": "equal",
        "list": sharing.list, "list-column": "", "list-least": "100000000", "action": "check"})
    assert wrong.status == 422 and "Error: Which data" in wrong.text
    assert "HM Revenue and Customs does not allow national_insurance_number" in wrong.text
    assert "Show as it is (not allowed)" in wrong.text and f'href="#t-{nino}"' in wrong.text
    assert 'value="31 02 2026"' in wrong.text and 'href="#c0-value"' in wrong.text
    assert 'href="#c1-column"' in wrong.text and 'href="#list-column"' in wrong.text
    assert "fewer entries than the least" in wrong.text
    assert "Not saved yet" in wrong.text and "Correct 5 answers" in wrong.text
    edges = ada.post(f"{url}/data", {**fields, f"t-{places['taxable_pay_to_date']}": "band",
                                     f"b-{places['taxable_pay_to_date']}": "10, 5"})
    assert edges.status == 422 and f"#b-{places['taxable_pay_to_date']}" in edges.text
    assert "0 of 8 parts" in ada.get(url).text


def test_a_test_that_the_page_does_not_offer_is_refused(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    shown = ada.get(f"{url}/data")
    places = columns_of(shown.text)
    fields = {**dict(shown.reader.forms[f"{url}/data"]), "conditions": "1", "action": "save",
              f"t-{places['employer_name']}": "show", "c0-column": places["employer_name"],
              "c0-value": "x"}
    for test in ("not", "and", "or", "between", "nearly", ""):
        page = ada.post(f"{url}/data", {**fields, "c0-test": test})
        assert page.status == 422, test
        assert 'href="#c0-test"' in page.text, test
    assert sharing.ada.want(200, "GET", "/requests/" + url.rsplit("/", 1)[1]).get("policy") is None


def test_no_page_of_the_asker_counts_rows_that_match(sharing, visit):
    number = drafted(sharing)
    ada = visit("ada")
    sharing.ada.want(200, "POST", f"/requests/{number}/check")
    for part in ("", "/data", "/check", "/submit"):
        page = ada.get(f"/requests/{number}{part}").text
        assert "rows match is shown to HM Revenue and Customs" in page or part == "/submit", part
        assert not re.search(r"\d rows match|\d accounts match", page)


def test_alternatives_that_the_page_does_not_know_are_kept(sharing, visit):
    document = sharing.document()
    document["policy"]["condition"]["conditions"].append({"test": "or", "conditions": [
        {"test": "is-null", "column": "employment_end_date"},
        {"test": "greater", "column": "employment_end_date", "value": "2026-01-01"}]})
    number = sharing.ada.want(201, "POST", "/requests", document)["number"]
    ada = visit("ada")
    page = ada.get(f"/requests/{number}/data").text
    words = "(employment_end_date is empty or employment_end_date is more than 1 January 2026)"
    assert page.count(words) == 2 and 'name="c2-kept" value="2"' in page
    fields = dict(form_of(ada, f"/requests/{number}/data"))
    assert ada.post(f"/requests/{number}/data", {**fields, "action": "check"}).status == 303
    saved = sharing.ada.want(200, "GET", f"/requests/{number}")["document"]["policy"]
    for member in ("condition", "member_of", "purposes", "recipients"):
        assert saved[member] == document["policy"][member], member
    by_name = {each["name"]: each for each in saved["columns"]}
    assert by_name == {each["name"]: each for each in document["policy"]["columns"]}


def test_the_check_says_what_holds_and_what_stops(sharing, visit):
    number = drafted(sharing)
    ada = visit("ada")
    page = ada.get(f"/requests/{number}/check").text
    assert "The legal check was not run yet" in page
    ran = ada.submit(f"/requests/{number}/check")
    assert ran.headers["Location"] == f"/requests/{number}/check"
    page = ada.get(f"/requests/{number}/check").text
    assert "No rule refuses this" in page and "What holds: the power" in page
    assert "Rule <code>DEA-48-1</code>" in page and "Declared, not seen by Tabularium" in page
    assert "lawful</h1>" not in page
    refused = sharing.document(power="srsa-45a")
    number = sharing.ada.want(201, "POST", "/requests", refused)["number"]
    ada.submit(f"/requests/{number}/check")
    page = ada.get(f"/requests/{number}/check").text
    assert "This power cannot carry your request" in page and "What stops it" in page
    assert "Powers that both bodies may use" in page and "section 48" in page
    assert "There is a problem" in ada.get(f"/requests/{number}").text
    assert "Cannot start yet" in ada.get(f"/requests/{number}").text
    sent = ada.submit(f"/requests/{number}/submit")
    assert sent.status == 409 and "Error: Check your answers" in sent.text


def test_a_colleague_was_faster_and_nothing_is_overwritten(sharing, visit):
    number = drafted(sharing)
    ada = visit("ada")
    url = f"/requests/{number}"
    for part, fields in (("dates", {"proposal.deletion": "By nobody"}),
                         ("why", {"title": "Another"}), ("data", {"action": "check"}),
                         ("submit", {}), ("withdraw", {})):
        old = dict(form_of(ada, f"{url}/{part}"))
        document = sharing.ada.want(200, "GET", f"/requests/{number}")
        sharing.ada.want(200, "PUT", f"/requests/{number}", document["document"],
                         {"If-Match": f'"{document["revision"]}"'})
        late = ada.post(f"{url}/{part}", {**old, **fields})
        assert late.status == 409, part
        assert "A colleague changed this request on" in late.text
        assert all(value in late.text for name, value in fields.items() if name != "action")
        kept = sharing.ada.want(200, "GET", f"/requests/{number}")
        assert kept["document"] == document["document"] and kept["state"] == "draft"
    # The form that came back names the new revision: saving again is a choice.
    again = dict(late.reader.forms[f"{url}/withdraw"])
    assert ada.post(f"{url}/withdraw", again).status == 303


def test_a_returned_request_says_what_to_mend(sharing, visit):
    number = sharing.in_review()
    olu = visit("olu")
    page = olu.get(f"/requests/{number}").text
    assert f'href="/requests/{number}/decision"' in page and "Who" in page
    assert f"/requests/{number}/withdraw" not in page
    assert "Decide" in olu.get("/requests").text
    sharing.step(sharing.olu, number, "decision", 3, body={"decision": "return",
                                                           "words": f"Say why {HOSTILE}"})
    ada = visit("ada")
    listed = ada.get("/requests").text
    assert "1 waits for you" in listed and "Mend it and send it again" in listed
    page = ada.get(f"/requests/{number}").text
    assert "sent this back" in page and escaped(HOSTILE) in page and HOSTILE not in page
    assert f'href="/requests/{number}/why"' in page


def test_a_request_is_taken_back_for_good(sharing, visit):
    number = drafted(sharing)
    ada = visit("ada")
    page = ada.get(f"/requests/{number}/withdraw").text
    assert f"Withdraw request {number}?" in page and "never saw it" in page
    done = ada.submit(f"/requests/{number}/withdraw")
    assert done.headers["Location"] == "/requests?done=withdrawn"
    assert "Withdrawn" in ada.get("/requests").text
    assert "withdrew it" in ada.get(f"/requests/{number}").text
    assert ada.get(f"/requests/{number}/withdraw").status == 404


def test_who_may_sign_sees_the_agreement_wait(sharing, visit):
    number = sharing.in_review()
    decided = sharing.step(sharing.olu, number, "decision", 3,
                           body={"decision": "approve", "words": "It fits."})
    agreement = decided["agreement"]
    page = visit("cyn").get("/requests").text
    assert f'href="/agreements/{agreement}/sign"' in page and "Waiting for signature" in page
    assert "Sent by others at Ambleford District Council" in page and number in page
    mine = visit("ada").get("/requests").text
    assert f"{agreement}/sign" not in mine and f"Agreement {agreement}" in mine
    assert f'href="/agreements/{agreement}"' in visit("ada").get(f"/requests/{number}").text


def test_strangers_and_forms_of_strangers_get_nowhere(sharing, visit, nobody):
    number = drafted(sharing, title=f"Title {HOSTILE}")
    url = f"/requests/{number}"
    parts = ("", "/data", "/why", "/people", "/power", "/protection", "/dates", "/security",
             "/documents", "/check", "/submit", "/withdraw")
    for name in ("sam", "olu"):
        stranger = visit(name)
        nothing = stranger.get("/requests/DSR-2026-9999").body
        for part in parts:
            page = stranger.get(url + part)
            assert page.status == 404 and page.body == nothing, (name, part)
        assert number not in stranger.get("/requests").text
    for part in parts:
        assert nobody.ask("GET", url + part).headers["Location"] == f"/sign-in?return={url}{part}"
    # A colleague who is no explorer reads and does not write.
    cyn = visit("cyn")
    page = cyn.get(url)
    assert page.status == 200 and "A draft." in page.text and escaped(HOSTILE) not in page.text
    assert cyn.get(f"{url}/why").status == 404
    ada = visit("ada")
    assert escaped(HOSTILE) in ada.get(f"{url}/why").text
    assert HOSTILE not in ada.get("/requests").text
    for part in parts[1:]:
        assert ada.post(url + part, {"revision": "1"}).status == 403, part
        assert ada.post(url + part, {"form_token": "x"}, {"Origin": "http://x.example"}
                        ).status == 403


def test_documents_are_declared_and_taken_away(sharing, visit):
    ada = visit("ada")
    url = begin(ada, sharing)
    assert "No document is declared yet" in ada.get(f"{url}/documents").text
    wrong = ada.submit(f"{url}/documents", kind="", document_title="", date="31 02 2026")
    assert wrong.status == 422 and 'href="#kind"' in wrong.text and 'href="#date"' in wrong.text
    assert 'value="31 02 2026"' in wrong.text
    declare(ada, url, "dpia", document_title=f"A {HOSTILE}")
    page = ada.get(f"{url}/documents").text
    assert "1 September 2026, held by the team" in page and HOSTILE not in page
    form = dict(form_of(ada, f"{url}/documents"))
    gone = ada.post(f"{url}/documents", {"form_token": form["form_token"],
                                         "revision": form["revision"], "remove": "0"})
    assert gone.status == 303
    assert "No document is declared yet" in ada.get(f"{url}/documents").text
