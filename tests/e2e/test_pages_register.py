"""The register of agreements, an agreement, and receipts of accesses, over HTTP."""
# Tests of: agreement_register_pages.cc agreement_pages.cc access_receipt_pages.cc
import csv
import html
import io
import json
import re

import pytest

from running import PASSWORD, Server
from sharing_world import Sharing
from test_pages_query import BANDS, ask, at_pages, words_of
from visitor import Visitor

PURPOSE = "Collect overdue council tax from people who have a current job"
HOSTILE = "<b>Tax</b> \u202egnp.exe & \"more\""


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def test_an_empty_register_says_so(nobody):
    page = nobody.get("/agreements")
    assert page.status == 200 and "There is no agreement yet" in words_of(page)
    assert page.headers["Cache-Control"] == "no-cache"
    assert nobody.get("/agreements.csv").text.startswith("id,purpose,sentence,")
    assert json.loads(nobody.get("/agreements.json").text) == {"items": []}


def test_the_register_is_filtered_and_exported(sharing, nobody):
    active = sharing.in_force()
    number = sharing.in_review()
    waiting = sharing.step(sharing.olu, number, "decision", 3, body={
        "decision": "approve", "words": "It fits."})["agreement"]
    slugs = {each["name"]: each["slug"]
             for each in sharing.administrator.want(200, "GET", "/organisations")["items"]}
    revenue, council = slugs["HM Revenue and Customs"], slugs["Ambleford District Council"]
    page = nobody.get("/agreements")
    words = words_of(page)
    assert "2 agreements, 1 in force" in words and PURPOSE in words
    assert "Digital Economy Act 2017, section 48" in words
    assert page.text.index(waiting) < page.text.index(active)
    assert re.search(r'<strong class="govuk-tag govuk-tag--green [^"]*">In force<', page.text)
    for query, found in (("state=active", [active]), ("state=awaiting-signature", [waiting]),
                         ("law=dea-48", [waiting, active]), ("law=dea-56", []),
                         (f"gives={revenue}", [waiting, active]),
                         (f"receives={revenue}", []), ("state=nonsense", []),
                         ("gives=nobody-of-this-name", []),
                         (f"receives={council}&state=active", [active])):
        page = nobody.get(f"/agreements?{query}")
        assert page.status == 200
        links = re.findall(r'href="/agreements/(DSA-[\d-]+)"', page.text)
        assert links == found, query
        rows = list(csv.reader(io.StringIO(nobody.get(f"/agreements.csv?{query}").text)))
        assert [row[0] for row in rows[1:]] == found, query
        items = json.loads(nobody.get(f"/agreements.json?{query}").text)["items"]
        assert [each["number"] for each in items] == found, query
        if not found:
            assert "No agreement matches. 2 without filters" in words_of(page)
    row = dict(zip(*list(csv.reader(io.StringIO(nobody.get("/agreements.csv").text)))[:2]))
    assert row["state"] == "awaiting-signature" and row["retention-period"] == "P6Y"
    assert row["legal-power-disclosure"] == "Digital Economy Act 2017, section 48"
    assert "taxable_pay_to_date (band)" in row["disclosed-information"]
    assert row["processor-names"] == "Ambleford District Council"
    public = json.loads(nobody.get("/agreements.json").text)["items"][0]
    assert public["register"]["power"] == "dea-48" and "policy" not in public
    assert sharing.list not in nobody.get("/agreements.json").text
    for query in ("cursor=nonsense", "cursor=x&state=active"):
        assert nobody.get(f"/agreements?{query}").status == 422


def test_the_register_goes_on_page_by_page(sharing, nobody):
    document = sharing.document()
    numbers = []
    for _ in range(52):
        number = sharing.in_review(document)
        numbers.append(sharing.step(sharing.olu, number, "decision", 3, body={
            "decision": "approve", "words": "It fits."})["agreement"])
    page = nobody.get("/agreements?law=dea-48")
    found = re.findall(r'href="/agreements/(DSA-[\d-]+)"', page.text)
    assert len(found) == 50 and "52 agreements, 0 in force" in words_of(page)
    onward = html.unescape(re.search(r'href="(/agreements\?[^"]*cursor=[^"]+)"', page.text)[1])
    second = nobody.get(onward)
    found += re.findall(r'href="/agreements/(DSA-[\d-]+)"', second.text)
    assert found == numbers[::-1] and "First page" in words_of(second)
    assert nobody.get("/agreements.csv").text.count("\r\n") == 53


def test_an_agreement_says_what_it_lets_whom_see(sharing, nobody):
    agreement = sharing.in_force()
    page = nobody.get(f"/agreements/{agreement}")
    words = words_of(page)
    assert page.status == 200 and page.reader.title.startswith(PURPOSE)
    for said in ("HM Revenue and Customs tells Ambleford District Council who employs people",
                 "Digital Economy Act 2017, section 48", "Article 6(1)(e)", "England",
                 "6 years", "information.rights@example.org",
                 "12 of 31 columns, plus 1 carried from the recipient’s list",
                 "As a code that means nothing elsewhere", "Year only", "First half only",
                 "As the lower edge of one of 6 bands: 15000.00 stands for",
                 "your_reference", "It does not see", "surname",
                 "HM Revenue and Customs approved", "“It fits the purpose.”",
                 "Ambleford District Council signed. Data began to flow", "Review",
                 "If nobody reviews it, it pauses by itself", "It has not been used",
                 "times opened so far", "Sign in to act"):
        assert said in words, said
    for entry in re.findall(r'href="(/register-log/\d+)"', page.text):
        assert nobody.get(entry).status == 200
    for secret in (sharing.list, sharing.ada.id, "employment_status is"):
        assert secret not in page.text
    assert nobody.get("/agreements/DSA-2026-9999").status == 404
    assert nobody.get("/agreements/nonsense").status == 404
    assert nobody.get("/api/v1/agreements/" + agreement).status == 200


def test_uses_are_told_to_the_hour_and_receipts_to_the_two_bodies(program, sharing, nobody):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    for sql in (BANDS, "SELECT surname FROM paye_employments"):
        ask(ada, agreement, sql)
    path = f"/agreements/{agreement}"
    page = ada.get(path)
    words = words_of(page)
    assert "Opened 2 times" in words and "Latest uses" in words
    assert re.search(r"2 3 \d+ \w+ \d{4}, \d+ to \d+ Query Refused", words), words
    assert re.search(r"0 1 \d+ \w+ \d{4}, \d+ to \d+ Query 5 Allowed", words), words
    assert 'class="m"' in page.text and 'href="/receipts/0"' in page.text
    assert "It has not been used" in words_of(nobody.get(path))  # published once an hour
    receipt = ada.get("/receipts/0")
    words = words_of(receipt)
    for said in ("This use is on record", "It received 5 rows.", "Complete", "5 rows, ",
                 "Entries 0 and 1 of 4, counted from 0.", "1 of the access log, closes 0",
                 "council-tax-recovery, one of the purposes", "version 1", "Signed root of 4"):
        assert said in words, said
    assert receipt.headers["Cache-Control"] == "no-store"
    (program.folder / "receipt.json").write_text(ada.get("/receipts/0.json").text)
    assert program("verify", "--key", "home/keys.json", "--receipt",
                   "receipt.json").endswith("verified\n")
    assert ada.get("/receipts/0.tlog-proof").text.startswith("c2sp.org/tlog-proof@")
    assert "Nothing was read." in words_of(ada.get("/receipts/2"))
    assert at_pages(sharing, "olu").get("/receipts/0").status == 200
    missing = at_pages(sharing, "sam")
    for path in ("/receipts/0", "/receipts/0.json", "/receipts/0.tlog-proof", "/receipts/1",
                 "/receipts/99", "/receipts/x", "/receipts/18446744073709551616"):
        reply = missing.get(path)
        assert reply.status == 404 and reply.body == missing.get("/receipts/98").body, path
    assert ada.get("/receipts/1").status == 404
    reply = nobody.ask("GET", "/receipts/0")
    assert reply.status == 303 and reply.headers["Location"] == "/sign-in?return=/receipts/0"


def test_uses_are_public_once_their_entries_are(program, server, sharing):
    agreement = sharing.in_force()
    ask(at_pages(sharing, "ada"), agreement, BANDS)
    ask(at_pages(sharing, "ada"), agreement, "SELECT surname FROM paye_employments")
    server.stop()
    again = Server(program)  # what was recorded is published at the start
    try:
        words = words_of(Visitor(again.port).get(f"/agreements/{agreement}"))
        assert "Opened 2 times" in words and re.search(r"Query 5 Allowed", words)
        assert "/receipts/" not in Visitor(again.port).get(f"/agreements/{agreement}").text
        assert "2 In force" in words_of(Visitor(again.port).get("/agreements"))
    finally:
        again.stop()


STATES = [("suspend", "breach-suspected", "Paused", "paused this share on"),
          ("resume", "resolved", "In force", "resumed it"),
          ("revoke", "data-wrong", "Stopped", "stopped this share on")]


def test_the_page_follows_the_states_and_shows_words_as_words(sharing, nobody):
    agreement = sharing.in_force()
    for act, reason, state, said in STATES:
        sharing.olu.want(200, "POST", f"/agreements/{agreement}/{act}",
                         {"reason": reason, "words": HOSTILE})
        page = nobody.get(f"/agreements/{agreement}")
        words = words_of(page)
        assert f"state {state}" in words and said in words, act
        assert "<b>Tax</b>" not in page.text and "&lt;b&gt;Tax&lt;/b&gt;" in page.text
    assert re.search(r"stopped this share on \d+ \w+ \d{4}, \d+ to \d+\.", words)
    assert "Reason given: the data was wrong." in words
    assert 'class="tab-stop"' in page.text and "Today" not in words


def test_whom_the_page_leads_where(sharing, nobody):
    number = sharing.in_review()
    waiting = sharing.step(sharing.olu, number, "decision", 3, body={
        "decision": "approve", "words": "It fits."})["agreement"]
    active = sharing.in_force()

    def acts(name, agreement):
        page = at_pages(sharing, name).get(f"/agreements/{agreement}")
        return set(re.findall(rf'href="/agreements/{agreement}/(\w+)"', page.text))

    assert acts("cyn", waiting) == {"sign"} and acts("ada", waiting) == set()
    assert acts("olu", waiting) == {"manage"} and acts("sam", active) == set()
    assert acts("olu", active) == {"manage"} and acts("cyn", active) == {"manage"}
    assert acts("ada", active) == {"query"} and acts("ben", active) == set()
    page = nobody.get(f"/agreements/{active}")
    assert f'href="/sign-in?return=/agreements/{active}"' in page.text
    path = f"/sign-in?return=/agreements/{active}"
    action = next(each for each in nobody.get(path).reader.forms if each.startswith("/sign-in"))
    back = nobody.submit(path, action, email="cyn@example.org", password=PASSWORD)
    assert back.status == 303 and back.headers["Location"] == f"/agreements/{active}"


def test_a_visitor_without_a_session_may_look_at_all_of_it(sharing):
    agreement = sharing.in_force()
    for path in ("/agreements", f"/agreements/{agreement}", "/register-log", "/"):
        page = Visitor(sharing.nobody.port).get(path)
        assert page.status == 200
        assert '<a class="govuk-service-navigation__link" href="/agreements"' in page.text
