"""Publishing at the pages: from a new dataset to its second version, and what is refused."""
# Tests of: publish_pages.cc publish_check.cc dataset_pages.cc
import html
import re

import pytest

from publishing import Publisher, upload_body
from test_pages_administration import HOSTILE, escaped
from visitor import Visitor

SMALL = b"account,paid,method\nA-1,10.50,BACS\nA-2,11.00,BACS\nA-3,12.25,Cash\n"


def sample(program, edition):
    """The demonstration's jobs, 500 of them."""
    program("sample-files", "--out", f"files-{edition}", "--rows", "500", "--edition", str(edition))
    return (program.folder / f"files-{edition}/paye-employments.csv").read_bytes()


@pytest.fixture
def asha(story):
    """A council's publisher."""
    return Publisher(story, story.asha_url, story.asha)


@pytest.fixture
def stranger(story):
    """A publisher of another organisation."""
    other = story.organisation("Calder Vale Borough Council")
    url, visitor = story.person("cleo@example.org", "Cleo Example (synthetic)", other)
    return Publisher(story, url, visitor)


def test_a_file_becomes_a_version_on_record(program, story, asha, nobody):
    dataset = asha.add("PAYE employments", "paye-employments")
    assert nobody.get("/datasets").text.count("PAYE employments") == 0
    draft = asha.draft(dataset, sample(program, 1))
    own = story.asha.get("/datasets").text
    assert f'href="{draft}"' in own and "Yours, not published yet" in own
    page = story.asha.get(draft).text
    assert "CSV in UTF-8, 500 rows, 31 columns" in page
    assert "All 500 values have the form AA999999A" in page and "QQ000000A" not in page
    assert "Class of national_insurance_number" in page
    unconfirmed = story.asha.submit(draft)
    assert unconfirmed.status == 422 and "Confirm the class of all columns" in unconfirmed.text
    assert 'href="#confirm"' in unconfirmed.text and "Error: " in unconfirmed.text
    size = story.log_size()
    done = asha.publish(draft, key="0", key_form="compact")
    assert done.headers["Location"] == f"{dataset}/published/1", done.text
    told = story.asha.get(done.headers["Location"]).text
    assert "Version 1 is published" in told and f'href="/register-log/{size}"' in told
    entry = nobody.get(f"/register-log/{size}").text
    assert "Ambleford District Council published version 1 of the dataset paye-emp" in entry
    assert "Asha" not in entry
    seen = nobody.get(dataset).text
    assert "500" in seen and "National Insurance number" in seen and "AA999999A" in seen
    assert "QQ" not in seen and "person0@" not in seen and "Testerly" not in seen
    assert "1, latest" in seen and f'href="/register-log/{size}"' in seen
    assert "/upload" not in seen and "/drafts/" not in seen
    listed = nobody.get("/datasets?title=PAY%C3%89").text
    assert "1 of 1 datasets have “PAYÉ” in their title" in listed and dataset in listed
    assert "No title has “nothing”" in nobody.get("/datasets?title=nothing").text


def test_a_second_version_takes_over_what_was_confirmed(program, story, asha, nobody):
    dataset = asha.add("PAYE employments", "paye-employments")
    asha.publish_file(dataset, sample(program, 1), key="0")
    draft = asha.draft(dataset, sample(program, 2))
    page = story.asha.get(draft).text
    assert "What changes since version 1" in page and "No column goes" in page
    assert '<option value="0" selected>' in page  # the key is taken over
    done = asha.publish(draft)
    assert done.headers["Location"] == f"{dataset}/published/2", done.text
    assert "2, latest" in nobody.get(dataset).text
    # A draft that is published leads to its version.
    assert story.asha.ask("GET", draft).headers["Location"] == f"{dataset}/published/2"


def test_columns_that_go_and_change_are_named(story, asha):
    dataset = asha.add("Payments", "payments")
    asha.publish_file(dataset, SMALL)
    changed = b"account,paid,since\nA-1,none,2026-01-02\nA-2,11.00,2026-01-03\n"
    page = story.asha.get(asha.draft(dataset, changed)).text
    assert "<dt>Gone</dt><dd class=\"tab-break\">method</dd>" in page
    assert "paid (was: Decimal, 2 places; is now: Text)" in page
    assert "<dt>New</dt><dd class=\"tab-break\">since</dd>" in page
    assert 'name="accept"' in page


def test_the_same_file_twice_is_nothing_to_publish(story, asha):
    dataset = asha.add("Payments", "payments")
    asha.publish_file(dataset, SMALL)
    again = asha.publish(asha.draft(dataset, SMALL))
    assert again.status == 409 and "There is nothing to publish" in again.text
    assert 'href="#publish"' in again.text


def test_a_class_that_opens_values_is_asked_once_more(story, asha, nobody):
    dataset = asha.add("Payments", "payments")
    draft = asha.draft(dataset, SMALL)
    asked = asha.publish(draft, **{"class-2": "public"})
    assert asked.status == 422 and 'name="open-2"' in asked.text
    assert "Confirm once more that method says nothing about a person" in asked.text
    assert '<option value="public" selected>None of these' in asked.text  # what was chosen is kept
    assert "BACS" not in nobody.get(dataset).text
    done = asha.publish(draft, **{"class-2": "public", "open-2": "yes"})
    assert done.status == 303, done.text
    assert "BACS, Cash" in nobody.get(dataset).text


def test_the_types_forms_and_key_that_were_chosen_are_published(story, asha, nobody):
    rows = "".join(f"{n},{n}\n" for n in range(1, 200))
    strays = f"code,number\n{rows}unknown,200\n".encode()
    dataset = asha.add("Codes", "codes")
    draft = asha.draft(dataset, strays)
    page = story.asha.get(draft).text
    assert "row 200, 7 characters long" in page and "1 column needs a look" in page
    assert "unknown" not in page
    bad_key = asha.publish(draft, **{"type-0": "long-or-empty", "key": "0"})
    assert bad_key.status == 422 and "unknown" not in bad_key.text
    assert '<option value="long-or-empty" selected>' in bad_key.text
    done = asha.publish(draft, **{"type-0": "long-or-empty", "key": "1", "as-0": ["band"],
                                  "as-1": []})
    assert done.status == 303, done.text
    seen = nobody.get(dataset).text
    assert seen.count("Whole number") == 2 and "Bands" in seen and "Never given" in seen
    assert re.search(r"<dt>Key</dt><dd><span[^>]*>number<", seen)
    foreign = asha.visitor.submit(asha.draft(dataset, SMALL), confirm="yes", **{"type-0": "blob"})
    assert foreign.status == 422 and "not the one of this draft" in foreign.text


def test_a_private_dataset_does_not_exist_for_others(story, asha, stranger, nobody):
    dataset = asha.add("Overdue accounts", "overdue", visibility="private")
    draft = asha.draft(dataset, SMALL)
    assert nobody.get(dataset).body == nobody.get("/datasets/no-such-000000").body
    size = story.log_size()
    published = asha.publish(draft).headers["Location"]
    assert "a version of a private dataset" in nobody.get(f"/register-log/{size}").text
    assert "Private to its owner" in story.asha.get("/datasets").text
    assert nobody.get(dataset).body == nobody.get("/datasets/no-such-000000").body
    for path in (dataset, draft, f"{dataset}/upload", f"{draft}/withdraw", published):
        page = stranger.visitor.get(path)
        assert page.status == 404 and page.body == stranger.visitor.get("/datasets/no").body, path
    assert "Overdue" not in stranger.visitor.get("/datasets").text
    assert "No dataset is published yet" in nobody.get("/datasets?title=overdue").text


def test_only_publishers_of_the_owner_publish(story, asha, stranger, nobody):
    dataset = asha.add("Payments", "payments")
    draft = asha.draft(dataset, SMALL)
    asha.publish(draft)
    for path in ("/datasets/new", f"{dataset}/upload", draft):
        there = nobody.ask("GET", path)
        assert there.status == 303 and there.headers["Location"].startswith("/sign-in?return=")
    assert story.ira.get("/datasets/new").status == 404
    assert stranger.visitor.get(dataset).status == 200
    assert "/upload" not in stranger.visitor.get(dataset).text
    token = dict(stranger.visitor.get("/datasets/new").reader.forms["/datasets/new"])["form_token"]
    body, kind = upload_body(token, SMALL)
    own = {"Content-Type": kind, "Origin": f"http://127.0.0.1:{story.port}"}
    assert stranger.visitor.ask("POST", f"{dataset}/upload", body, own).status == 404
    # A token of another session, another origin, another form of body.
    assert story.asha.ask("POST", f"{dataset}/upload", body, own).status == 403
    theirs = {"Content-Type": kind, "Origin": "https://other.example"}
    assert story.asha.ask("POST", f"{dataset}/upload", body, theirs).status == 403
    assert story.asha.post(f"{dataset}/upload", {"form_token": token}).status == 422


def test_a_draft_can_be_taken_away(story, asha):
    dataset = asha.add("Payments", "payments")
    draft = asha.draft(dataset, SMALL)
    assert "Delete this draft of Payments?" in story.asha.get(f"{draft}/withdraw").text
    gone = story.asha.submit(f"{draft}/withdraw")
    assert gone.headers["Location"] == f"{dataset}?done=draft-withdrawn"
    assert "The draft and its file are deleted." in story.asha.follow(gone).text
    assert story.asha.get(draft).status == 404
    assert "No file yet." in story.asha.get("/datasets").text


@pytest.mark.parametrize("content,place", [
    (b"", "empty"),
    (b"a,b\n", "no rows"),
    (b"a,b\n1,2\n3\n", "Row 2"),
    (b"a,b\n1,\"2\n3,4\n", "quote"),
    ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
    (b"a,b\n1,caf\xe9\n", "Windows-1252"),
    (b"PAR1 and nothing more", "Parquet"),
], ids=["empty", "header alone", "ragged", "open quote", "UTF-16", "Windows-1252", "cut Parquet"])
def test_a_file_that_is_none_gets_its_page(story, asha, content, place):
    dataset = asha.add("Payments", "payments")
    refused = asha.upload(dataset, content)
    assert refused.status == 422, refused.text
    assert "The file was not taken" in refused.text and "<table" not in refused.text
    assert place.lower() in html.unescape(refused.text).lower(), refused.text
    assert "What to do" in refused.text
    assert "No file yet." in story.asha.get("/datasets").text


def test_a_form_without_a_file_comes_back(asha):
    dataset = asha.add("Payments", "payments")
    missing = asha.upload(dataset, b"", file_name="")
    assert missing.status == 422 and "Choose a file" in missing.text
    assert 'href="#file"' in missing.text


def test_a_dataset_that_is_refused_keeps_what_was_typed(asha):
    asha.add("Payments", "payments")
    again = asha.visitor.submit("/datasets/new", title="Other", short_name="payments",
                                description="One row", visibility="public")
    assert again.status == 409 and 'value="Other"' in again.text
    assert 'href="#short_name"' in again.text
    unchosen = asha.visitor.submit("/datasets/new", title="Other", short_name="other",
                                   description="One row")
    assert unchosen.status == 422 and "Choose who may know" in unchosen.text


def test_hostile_names_are_text_everywhere(story, asha, nobody):
    name = "<b>\"x'&amp;</b> \u202e\u05d0 {{title}} [[frame.skip]]"
    quoted = name.replace('"', '""')
    content = f'"{quoted}",b\nx,1\ny,2\n'.encode()
    dataset = asha.add(HOSTILE, "hostile", description=HOSTILE)
    draft = asha.draft(dataset, content)
    pages = [story.asha.get(path).text for path in
             ("/datasets", dataset, draft, f"{draft}/withdraw", f"{dataset}/upload")]
    refused = asha.publish(draft, **{"class-0": "public"})
    assert refused.status == 422
    done = asha.publish(draft)
    assert done.status == 303, done.text
    pages += [refused.text, story.asha.get(done.headers["Location"]).text]
    pages += [nobody.get(path).text for path in
              (dataset, "/datasets", "/datasets?title=%3Cscript%3E")]
    for page in pages:
        assert "<script" not in page and "<b>" not in page and "</b>" not in page
        assert "\u202e" not in page
    for page in pages[:-1]:
        assert escaped(HOSTILE) in page
    assert "&lt;b&gt;&quot;x&#39;&amp;amp;&lt;/b&gt;" in pages[2]


def test_a_list_of_more_than_a_page_goes_on(story, asha, nobody):
    for number in range(52):
        dataset = asha.add(f"Payments {number:02}", f"payments-{number}")
        asha.publish_file(dataset, SMALL)
    first = nobody.get("/datasets")
    assert first.text.count("<tr ") == 51 and "52 datasets" in first.text
    onward = html.unescape(re.search(r'href="([^"]+)">Next page', first.text)[1])
    second = nobody.get(onward).text
    assert second.count("<tr ") == 3 and "Payments 51" in second and "First page" in second
    assert Visitor(story.port).get(onward + "0").status == 422
