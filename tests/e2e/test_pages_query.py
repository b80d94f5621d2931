"""The page for queries over HTTP: rows, refusals, stops, downloads, and whose page it is."""
# Tests of: query_pages.cc
import html
import json
import re

import pytest

from running import PASSWORD
from sharing_world import Sharing
from visitor import Visitor

PURPOSE = "council-tax-recovery"
BANDS = ("SELECT taxable_pay_to_date, count(*) AS people\r\nFROM paye_employments\r\n"
         "GROUP BY ALL ORDER BY 1")
MANY = "SELECT a.your_reference FROM paye_employments a, paye_employments b"
RECEIPT = re.compile(r"/receipts/(\d+)")


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def at_pages(sharing, name):
    visitor = Visitor(sharing.nobody.port)
    assert visitor.sign_in(f"{name}@example.org", PASSWORD).status == 303
    return visitor


def ask(visitor, agreement, sql, purpose=PURPOSE, **fields):
    return visitor.submit(f"/agreements/{agreement}/query", sql=sql, purpose=purpose, **fields)


def words_of(page):
    text = re.sub(r"<(wbr|/?span[^>]*|/?strong|/?a( [^>]*)?)>", "", page.text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)))


def access_entries(server):
    return int(server.get("/metrics")[1].split(b'access"} ')[1].split(b"\n")[0])


def test_rows_their_bands_and_both_entries_are_on_the_page(sharing):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    page = ada.get(f"/agreements/{agreement}/query")
    assert page.status == 200 and page.headers["Cache-Control"] == "no-store"
    words = words_of(page)
    assert "You see 13 columns: 12 of paye-employments and 1 carried from your list." in words
    assert "100 of 100 queries left today" in words
    assert "Text, token" in words and "lower edge of 6 bands: 15000.00 stands for" in words
    assert "your_reference" in words and "surname" not in words
    page = ask(ada, agreement, BANDS)
    assert page.status == 200
    words = words_of(page)
    receipt = int(RECEIPT.search(page.text)[1])
    assert f"opened in entry {receipt} before any data was read, closed in entry " \
           f"{receipt + 1} with 5 rows." in words
    assert "5 rows in " in words and "people by taxable_pay_to_date" in words
    assert "15000.00 15000.00 to below 20000.00" in words
    assert page.text.count('<rect class="m"') == 5
    assert "99 of 100 queries left today" in words
    assert "GROUP BY ALL ORDER BY 1</textarea>" in page.text
    entries = sharing.ada.want(200, "GET", f"/receipts/{receipt}")["entries"]
    closed = json.loads(entries[1]["leaf"]) if isinstance(entries[1]["leaf"], str) \
        else entries[1]["leaf"]
    assert closed["outcome"] == "complete" and closed["rows"] == 5


def test_more_rows_than_a_page_holds_are_cut_and_said_so(sharing):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    page = ask(ada, agreement, MANY)
    words = words_of(page)
    assert page.status == 200 and page.text.count('role="rowheader"') == 1000
    assert "There are more rows. This page shows the first 1,000; the download has all." in words
    receipt = int(RECEIPT.search(page.text)[1])
    assert f"closed as cut off in entry {receipt + 1}." in words
    page = ask(ada, agreement, "SELECT your_reference FROM paye_employments WHERE 1 = 0")
    assert "The query ran and no row fits." in words_of(page)
    assert "<svg class=\"tab-svg\"" not in page.text


REFUSED = [("SELECT surname, employer_name FROM paye_employments",
            "Line 1, character 8: This agreement has no column surname",
            "was left out of your agreement"),
           ("SELECT employer_name,\r\n  nonsense\r\nFROM paye_employments",
            "Line 2, character 3: This agreement has no column nonsense",
            "There is no such column"),
           ("SELECT now()\r\nFROM paye_employments", "Line 1, character 8", "^"),
           ("SELECT * FROM read_csv('/etc/passwd')", "Line 1, character 15", "^"),
           ("SELECT * FROM overdue_2026", "Line 1, character 15", "^"),
           ("SELECT 1; SELECT 2", "2 statements", "SELECT"),
           ("SELECT employer_name FROM", "The SQL cannot be read", "SELECT"),
           ("DROP TABLE paye_employments", "The SQL is no SELECT", "exactly one SELECT")]


def test_a_refused_query_keeps_its_text_and_says_where_and_why(sharing):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    for sql, place, why in REFUSED:
        page = ask(ada, agreement, sql)
        words = words_of(page)
        assert page.status == 422, sql
        assert page.reader.title.startswith("Error: Query"), sql
        assert place in words and why in words, (sql, words)
        assert html.escape(sql.replace("\r\n", "\n"), quote=False).replace("'", "&#39;") in \
            page.text.replace("&#x27;", "&#39;").replace("&apos;", "&#39;"), sql
        receipt = int(RECEIPT.search(page.text)[1])
        assert f"Nothing was read. This attempt is recorded as receipt {receipt}: opened in " \
               f"entry {receipt}, closed as refused in entry {receipt + 1}." in words, sql
        assert "/home/" not in page.text, sql
    page = ask(ada, agreement, "SELECT * FROM paye_employments WHERE postcode = "
                               "'<script>' AND surname = 'x'")
    assert page.status == 422 and "<script>" not in page.text


def test_what_the_gate_turns_away_is_one_entry(server, sharing):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    before = access_entries(server)
    page = ask(ada, agreement, BANDS, purpose="curiosity")
    assert page.status == 403 and access_entries(server) == before + 1
    assert "turned away before anything was opened" in words_of(page)
    page = ask(ada, agreement, BANDS, purpose="")
    assert page.status == 422 and access_entries(server) == before + 2
    page = ask(ada, agreement, " ;\r\n ")
    assert page.status == 422 and access_entries(server) == before + 2
    assert "Write a query" in words_of(page)
    sharing.olu.want(200, "POST", f"/agreements/{agreement}/suspend",
                     {"reason": "breach-suspected"})
    page = ada.get(f"/agreements/{agreement}/query")
    assert page.status == 200 and "The agreement is paused." in words_of(page)
    page = ask(ada, agreement, BANDS)
    assert page.status == 409 and access_entries(server) == before + 3
    assert "not in force at present" in words_of(page) and BANDS.split("\r")[0] in page.text
    sharing.olu.want(200, "POST", f"/agreements/{agreement}/revoke", {"reason": "data-wrong"})
    assert "The agreement has ended." in words_of(ada.get(f"/agreements/{agreement}/query"))


def test_the_quota_of_a_day(sharing):
    document = sharing.document()
    document["policy"]["uses_per_day"] = 1
    number = sharing.in_review(document)
    agreement = sharing.step(sharing.olu, number, "decision", 3, body={
        "decision": "approve", "words": "It fits."})["agreement"]
    sharing.cyn.want(200, "POST", f"/agreements/{agreement}/countersign")
    ada = at_pages(sharing, "ada")
    assert ask(ada, agreement, BANDS).status == 200
    page = ask(ada, agreement, BANDS)
    assert page.status == 429 and "0 of 1 queries left today" in words_of(page)
    assert "Try again tomorrow" in words_of(page)


def test_downloads_stream_in_four_formats(sharing):
    agreement = sharing.in_force()
    ada = at_pages(sharing, "ada")
    token = dict(ada.get(f"/agreements/{agreement}/query").reader.forms[
        f"/agreements/{agreement}/query"])["form_token"]
    for name, kind in (("csv", "text/csv"), ("ndjson", "application/x-ndjson"),
                       ("json", "application/json"),
                       ("arrow", "application/vnd.apache.arrow.stream")):
        connection_reply = ada_download(ada, agreement, token, name)
        assert connection_reply.status == 200
        assert connection_reply.headers["Content-Type"].startswith(kind)
        assert connection_reply.headers["Transfer-Encoding"] == "chunked"
        receipt = connection_reply.headers["Tabularium-Receipt"]
        assert f'filename="{agreement}-{receipt}.' in \
            connection_reply.headers["Content-Disposition"]
        body = connection_reply.read()
        if name == "csv":
            assert body.count(b"\r\n") == 6
        entries = sharing.ada.want(200, "GET", f"/receipts/{receipt}")["entries"]
        assert len(entries) == 2
    page = ask(ada, agreement, "SELECT surname FROM paye_employments", format="csv")
    assert page.status == 422 and "no column surname" in words_of(page)


def ada_download(visitor, agreement, token, name):
    import http.client
    import urllib.parse
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=60)
    body = urllib.parse.urlencode({"form_token": token, "sql": BANDS, "purpose": PURPOSE,
                                   "format": name})
    connection.request("POST", f"/agreements/{agreement}/query", body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{visitor.port}",
        "Cookie": "; ".join(f"{key}={value}" for key, value in visitor.cookies.items())})
    return connection.getresponse()


def test_the_page_is_for_those_whom_the_agreement_names(server, sharing):
    agreement = sharing.in_force()
    path = f"/agreements/{agreement}/query"
    nobody = Visitor(sharing.nobody.port)
    reply = nobody.ask("GET", path)
    assert reply.status == 303 and reply.headers["Location"].startswith("/sign-in?return=/agree")
    before = access_entries(server)
    missing = None
    for name in ("sam", "olu", "noor", "cyn", "ben"):
        visitor = at_pages(sharing, name)
        page = visitor.get(path)
        missing = visitor.get("/agreements/DSA-2026-9999/query")
        assert page.status == 404 and page.body == missing.body, name
        token = dict(visitor.get("/account").reader.forms["/sign-out"])["form_token"]
        sent = visitor.post(path, [("form_token", token), ("sql", BANDS), ("purpose", PURPOSE)])
        assert sent.status == 404, name
    ada = at_pages(sharing, "ada")
    for fields in ([("sql", BANDS)], [("sql", BANDS), ("form_token", "x" * 43)]):
        assert ada.post(path, fields).status == 403
    sent = ada.post(path, [("sql", BANDS)], {"Origin": "https://elsewhere.example.org"})
    assert sent.status == 403
    assert access_entries(server) == before
