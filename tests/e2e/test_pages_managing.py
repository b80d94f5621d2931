"""Agreements paused, resumed and stopped at the pages, and who may not."""
# Tests of: agreement_management_pages.cc
import html
import re

import pytest

from running import ADMINISTRATOR, PASSWORD
from sharing_world import Sharing
from test_pages_administration import HOSTILE, escaped
from visitor import Visitor

COUNT = {"sql": "SELECT count(*) FROM paye_employments", "purpose": "council-tax-recovery"}


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def at_pages(sharing, email):
    """One of the world's people at a browser."""
    visitor = Visitor(sharing.nobody.port)
    assert visitor.sign_in(email, PASSWORD).status == 303
    return visitor


def choose(visitor, agreement, **fields):
    """The page that asks once more, or the form with its errors."""
    return visitor.submit(f"/agreements/{agreement}/manage", **fields)


def confirm(visitor, page, act):
    """Sends the form of the page that asks once more."""
    action = next(each for each in page.reader.forms if each.endswith(f"/manage/{act}"))
    return visitor.post(action, page.reader.forms[action])


def state_of(sharing, agreement):
    return sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["state"]


def test_the_owner_pauses(sharing):
    agreement = sharing.in_force()
    olu = at_pages(sharing, "olu@example.org")
    page = olu.get(f"/agreements/{agreement}/manage")
    assert page.status == 200 and "Pause or stop this agreement" in page.text
    assert "In force since" in page.text
    assert "HM Revenue and Customs, your organisation" in page.text
    assert 'value="pause"' in page.text and 'value="stop"' in page.text
    assert 'value="resume"' not in page.text and 'value="close"' not in page.text
    asked = choose(olu, agreement, act="pause", code="data-wrong", text="A column is <b>wrong</b>.")
    assert asked.status == 200 and "Do you want to pause this agreement?" in asked.text
    assert "A column is &lt;b&gt;wrong&lt;/b&gt;." in asked.text
    assert "The data is wrong" in asked.text
    assert "HM Revenue and Customs, approver" in asked.text
    assert state_of(sharing, agreement) == "active"  # nothing has happened yet
    done = confirm(olu, asked, "pause")
    assert done.status == 303 and done.headers["Location"] == f"/agreements/{agreement}?done=paused"
    assert state_of(sharing, agreement) == "suspended"
    response, _ = sharing.ada.ask("POST", f"/api/v1/agreements/{agreement}/query", COUNT)
    assert response.status == 409
    again = confirm(olu, asked, "pause")  # a second click finds it done
    assert again.status == 303 and again.headers["Location"] == done.headers["Location"]
    assert "The agreement is paused and the pause is on record." in olu.follow(done).text


def test_the_owner_resumes_and_stops(sharing):
    agreement = sharing.in_force()
    sharing.olu.want(200, "POST", f"/agreements/{agreement}/suspend", {"reason": "data-wrong"})
    olu = at_pages(sharing, "olu@example.org")
    paused = olu.get(f"/agreements/{agreement}/manage").text
    assert "Resume or stop this agreement" in paused
    assert "HM Revenue and Customs paused this share on" in paused
    assert "Reason from the list: “The data is wrong”" in paused
    entry = re.search(r'href="(/register-log/\d+)">Proof', paused)[1]
    assert olu.get(entry).status == 200
    assert '<optgroup label="To resume"><option value="resolved">' in paused
    resumed = confirm(olu, choose(olu, agreement, act="resume", code="resolved"), "resume")
    assert resumed.headers["Location"].endswith("?done=resumed"), resumed.text
    assert state_of(sharing, agreement) == "active"
    asked = choose(olu, agreement, act="stop", code="purpose-fulfilled", text="It is done.")
    assert "This cannot be undone." in asked.text and "A smaller step" in asked.text
    assert "govuk-button--warning" in asked.text
    assert "Deleted by the council&#39;s revenues team" in asked.text
    stopped = confirm(olu, asked, "stop")
    assert stopped.headers["Location"].endswith("?done=stopped")
    assert state_of(sharing, agreement) == "revoked"
    over = olu.get(f"/agreements/{agreement}/manage").text
    assert "This agreement is over" in over and "<textarea" not in over
    history = sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["history"]
    words = sharing.nobody.ask("GET", f"/log/texts/{history[-1]['words']}")[1]["text"]
    assert words == "It is done."


def test_the_recipient_stops_and_an_administrator_pauses(sharing):
    agreement = sharing.in_force()
    ira = at_pages(sharing, ADMINISTRATOR)
    page = ira.get(f"/agreements/{agreement}/manage").text
    assert "Pause this agreement" in page and 'value="pause"' in page
    assert 'value="stop"' not in page and "“Administrator of Tabularium”" in page
    asked = choose(ira, agreement, act="pause", code="breach-suspected")
    assert confirm(ira, asked, "pause").status == 303
    idle = ira.get(f"/agreements/{agreement}/manage").text
    assert "An administrator of Tabularium paused this share" in idle
    assert "There is nothing that you can do here" in idle and "<select" not in idle
    cyn = at_pages(sharing, "cyn@example.org")
    page = cyn.get(f"/agreements/{agreement}/manage").text
    assert "Stop this agreement" in page and 'value="close"' in page and 'value="pause"' not in page
    assert "Ambleford District Council, your organisation" in page
    asked = choose(cyn, agreement, act="close", code="purpose-fulfilled")
    assert "Do you want to stop this agreement for good?" in asked.text
    assert "A smaller step" not in asked.text
    closed = confirm(cyn, asked, "close")
    assert closed.headers["Location"] == f"/agreements/{agreement}?done=closed"
    assert state_of(sharing, agreement) == "closed"


def test_an_agreement_that_waits_can_be_stopped_by_the_owner_alone(sharing):
    number = sharing.in_review()
    agreement = sharing.step(sharing.olu, number, "decision", 3,
                             body={"decision": "approve", "words": "It fits."})["agreement"]
    cyn = at_pages(sharing, "cyn@example.org").get(f"/agreements/{agreement}/manage").text
    assert "This waits for the signature of Ambleford District Council" in cyn
    assert f'href="/agreements/{agreement}/sign"' in cyn and "<select" not in cyn
    olu = at_pages(sharing, "olu@example.org")
    asked = choose(olu, agreement, act="stop", code="law-changed")
    assert "It can no longer be signed" in asked.text
    assert confirm(olu, asked, "stop").status == 303
    assert state_of(sharing, agreement) == "revoked"


def test_a_choice_that_is_not_whole_comes_back(sharing):
    agreement = sharing.in_force()
    olu = at_pages(sharing, "olu@example.org")
    empty = choose(olu, agreement, text="Kept as it was typed")
    assert empty.status == 422 and "Error: " in empty.reader.title
    assert "Choose what you want to do" in empty.text and 'href="#act"' in empty.text
    assert "Choose a reason from the list" in empty.text and 'href="#code"' in empty.text
    assert ">Kept as it was typed</textarea>" in empty.text
    for code in ("resolved", "time-over", "no-such-reason"):
        foreign = choose(olu, agreement, act="stop", code=code)
        assert foreign.status == 422 and 'href="#code"' in foreign.text, code
    long = choose(olu, agreement, act="stop", code="other", text="x" * 2001)
    assert long.status == 422 and "Write at most 2,000 characters" in long.text
    resume = choose(olu, agreement, act="resume", code="resolved")
    assert resume.status == 422  # it is in force
    assert state_of(sharing, agreement) == "active"
    pause = olu.get(f"/agreements/{agreement}/manage?act=pause").text
    assert re.search(r'value="pause" checked', pause)
    led = olu.ask("GET", f"/agreements/{agreement}/manage/stop")
    assert led.status == 303 and led.headers["Location"].endswith("/manage?act=stop")
    assert olu.get(f"/agreements/{agreement}/manage/no-such-act").status == 404


def test_a_state_that_changed_meanwhile_stops_the_act(sharing):
    agreement = sharing.in_force()
    olu = at_pages(sharing, "olu@example.org")
    path = f"/agreements/{agreement}/manage"
    form = olu.get(path).reader.forms[path]
    asked = choose(olu, agreement, act="pause", code="data-wrong", text="My own words")
    sharing.cyn.want(200, "POST", f"/agreements/{agreement}/close", {"reason": "purpose-fulfilled"})
    lost = confirm(olu, asked, "pause")
    assert lost.status == 409 and "The agreement has changed since you looked" in lost.text
    assert "This agreement is over" in lost.text
    late = olu.post(path, [*form, ("act", "pause"), ("code", "other")])
    assert late.status == 409
    assert state_of(sharing, agreement) == "closed"


def test_strangers_know_of_no_such_page(sharing, nobody):
    agreement = sharing.in_force()
    for path in (f"/agreements/{agreement}/manage", f"/agreements/{agreement}/manage/pause"):
        led = nobody.ask("GET", path)
        assert led.status == 303 and led.headers["Location"] == f"/sign-in?return={path}"
        for email in ("ada@example.org", "noor@example.org", "sam@example.org", "ben@example.org"):
            stranger = at_pages(sharing, email)
            page = stranger.get(path)
            assert page.status == 404 and page.body == stranger.get("/agreements/no/manage").body
            sent = stranger.post(path, {"act": "pause", "code": "other"})
            assert sent.status == 404 and sent.body == page.body
    olu = at_pages(sharing, "olu@example.org")
    assert olu.get("/agreements/DSA-2026-9999/manage").status == 404
    assert state_of(sharing, agreement) == "active"


def test_a_form_of_another_session_does_nothing(sharing):
    agreement = sharing.in_force()
    olu = at_pages(sharing, "olu@example.org")
    for act in ("", "/pause", "/stop"):
        path = f"/agreements/{agreement}/manage{act}"
        fields = {"act": "pause", "code": "data-wrong"}
        assert olu.post(path, fields).status == 403
        assert olu.post(path, {**fields, "form_token": "x" * 43}).status == 403
    asked = choose(olu, agreement, act="pause", code="data-wrong")
    action = f"/agreements/{agreement}/manage/pause"
    foreign = olu.post(action, asked.reader.forms[action], {"Origin": "https://other.example"})
    assert foreign.status == 403 and state_of(sharing, agreement) == "active"


def test_hostile_words_are_text(sharing):
    agreement = sharing.in_force(sharing.document() | {"title": HOSTILE})
    olu = at_pages(sharing, "olu@example.org")
    asked = choose(olu, agreement, act="stop", code="other", text=HOSTILE)
    refused = choose(olu, agreement, act="stop", text=HOSTILE)
    for page in (asked.text, refused.text, olu.get(f"/agreements/{agreement}/manage").text):
        assert "<script" not in page and escaped(HOSTILE) in page
    assert html.unescape(escaped(HOSTILE)) == HOSTILE
    assert confirm(olu, asked, "stop").status == 303
    last = sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["history"][-1]
    assert sharing.nobody.ask("GET", f"/log/texts/{last['words']}")[1]["text"] == HOSTILE
