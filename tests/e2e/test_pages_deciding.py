"""Deciding on a request at the pages: taken, rehearsed, approved, returned, rejected."""
# Tests of: decision_pages.cc
import re

import pytest

from sharing_world import Sharing
from test_pages_administration import HOSTILE, escaped
from test_pages_managing import at_pages

WHY = "It fits the purpose."


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def page_of(number):
    return f"/requests/{number}/decision"


def sent(sharing, document=None):
    """A request that waits for the owner."""
    number = sharing.ada.want(201, "POST", "/requests", document or sharing.document())["number"]
    sharing.step(sharing.ada, number, "submit", 1)
    return number


def state_of(sharing, number):
    return sharing.ada.want(200, "GET", f"/requests/{number}")["state"]


def press(visitor, page, action, **fields):
    """Presses a button of a page that is open: the form is the one that has that button."""
    # The page has several forms with one address; the reader keeps the last, which holds all that
    # the others hold.
    address = next(iter(each for each in page.reader.forms if each.endswith("/decision")))
    kept = [(name, value) for name, value in page.reader.forms[address] if name not in fields]
    return visitor.post(address, [*kept, *fields.items(), ("action", action)])


def decide(visitor, page, **fields):
    return press(visitor, page, "decide", declare="yes", **fields)


def access_log_size(server):
    return int(server.get("/metrics")[1].split(b'access"} ')[1].split(b"\n")[0])


def test_a_request_is_taken_rehearsed_and_approved(server, sharing):
    number = sent(sharing)
    olu = at_pages(sharing, "olu@example.org")
    page = olu.get(page_of(number))
    assert page.status == 200 and "Decide: Employers of people with overdue" in page.text
    assert "Waiting for HM Revenue and Customs since today: sent on" in page.text
    assert "Take it into review" in page.text and "Rehearse and record it" not in page.text
    assert "Legal check: No rule refuses this" in page.text
    assert "Digital Economy Act 2017" in page.text and "council’s" not in page.text
    assert "Earnings data for council tax recovery" in page.text
    taken = press(olu, page, "take")
    assert taken.status == 303 and taken.headers["Location"] == f"{page_of(number)}?done=taken"
    page = olu.follow(taken)
    assert "The request is in review." in page.text and "Rehearse and record it" in page.text
    assert "What leaves" not in page.text and "Dry run on version" not in page.text
    size = access_log_size(server)
    rehearsed = press(olu, page, "rehearse")
    assert rehearsed.status == 200 and access_log_size(server) == size + 1
    text = rehearsed.text
    assert "Dry run on version 1" in text and f"entry {size} of the access log" in text
    assert "12 of 31 columns, plus 1 carried from their list" in text
    assert "<strong>6,000</strong> in the dataset" in text and "<strong>126</strong>" in text
    assert "19 columns do not leave:" in text and "surname" in text
    assert "Rehearse again and record it" in text
    undecided = decide(olu, rehearsed, reason=WHY)
    assert undecided.status == 422 and "Choose what you decide" in undecided.text
    assert "<strong>126</strong>" in undecided.text and f">{WHY}</textarea>" in undecided.text
    assert access_log_size(server) == size + 1  # the counts came back without a new rehearsal
    done = decide(olu, undecided, decision="approve", reason=WHY)
    assert done.status == 303, done.text
    agreement = re.fullmatch(r"/agreements/(DSA-\d+-\d+)\?done=approved", done.headers["Location"])
    public = sharing.nobody.want(200, "GET", f"/agreements/{agreement[1]}")
    assert public["state"] == "awaiting-signature"
    again = decide(olu, undecided, decision="approve", reason=WHY)
    assert again.headers["Location"] == done.headers["Location"]
    over = olu.get(page_of(number)).text
    assert f'href="/agreements/{agreement[1]}"' in over and "<textarea" not in over
    assert "HM Revenue and Customs approved this on" in over


def test_a_request_is_returned_and_then_rejected(sharing):
    number = sharing.in_review()
    olu = at_pages(sharing, "olu@example.org")
    silent = decide(olu, olu.get(page_of(number)), decision="return")
    assert silent.status == 422 and "Say what must change" in silent.text
    returned = decide(olu, silent, decision="return", reason="Fewer columns, please.")
    assert returned.headers["Location"] == f"{page_of(number)}?done=returned"
    page = olu.follow(returned).text
    assert "The request is returned, with your words." in page
    assert "“Fewer columns, please.”" in page and "<textarea" not in page
    assert state_of(sharing, number) == "returned"
    sharing.step(sharing.ada, number, "submit", 4)
    page = olu.get(page_of(number))
    assert "you returned it on" in page.text and "sent it again on" in page.text
    page = olu.follow(press(olu, page, "take"))
    bare = decide(olu, page, decision="reject")
    assert bare.status == 422 and 'href="#code"' in bare.text and 'href="#reason"' in bare.text
    foreign = decide(olu, page, decision="reject", reason="No.", code="resolved")
    assert foreign.status == 422 and 'href="#code"' in foreign.text
    rejected = decide(olu, bare, decision="reject", code="too-much-data", reason="Still too many.")
    assert rejected.headers["Location"] == f"{page_of(number)}?done=rejected"
    page = olu.follow(rejected).text
    assert "Reason from the list: “It asks for more data than it needs”" in page
    assert state_of(sharing, number) == "rejected"


def test_what_is_missing_is_named_and_nothing_happens(sharing):
    number = sharing.in_review()
    olu = at_pages(sharing, "olu@example.org")
    page = olu.get(page_of(number))
    bare = press(olu, page, "decide")
    assert bare.status == 422 and bare.reader.title.startswith("Error: ")
    for field in ("decision", "declare"):
        assert f'href="#{field}"' in bare.text and f'id="{field}-error"' in bare.text, field
    undeclared = press(olu, page, "decide", decision="approve", reason=WHY)
    assert undeclared.status == 422 and re.search(r'value="approve" checked', undeclared.text)
    long = decide(olu, page, decision="approve", reason="x" * 2001)
    assert long.status == 422 and "Write at most 2,000 characters" in long.text
    assert state_of(sharing, number) == "in-review"


def test_a_stale_revision_and_a_lost_race_are_told(sharing):
    number = sent(sharing)
    olu = at_pages(sharing, "olu@example.org")
    waiting = olu.get(page_of(number))
    sharing.step(sharing.olu, number, "take", 2)  # a colleague
    late = press(olu, waiting, "take")
    assert late.status == 409 and "The request has changed since you looked" in late.text
    page = olu.get(page_of(number))
    sharing.step(sharing.ada, number, "withdraw", 3)
    lost = decide(olu, page, decision="approve", reason=WHY)
    assert lost.status == 409 and "Ambleford District Council withdrew this on" in lost.text
    assert 'id="decision"' in lost.text
    counted = press(olu, page, "rehearse")
    assert counted.status == 409 and "What leaves" not in counted.text
    assert state_of(sharing, number) == "cancelled"


def test_counts_that_this_server_did_not_tell_are_not_shown(sharing):
    number = sharing.in_review()
    olu = at_pages(sharing, "olu@example.org")
    rehearsed = press(olu, olu.get(page_of(number)), "rehearse")
    fields = dict(rehearsed.reader.forms[page_of(number)])
    assert '"matched":126' in fields["rehearsal"]
    kept = decide(olu, rehearsed)
    assert kept.status == 422 and "What leaves: " in kept.text
    forged = decide(olu, rehearsed, rehearsal=fields["rehearsal"].replace("126", "127"))
    assert forged.status == 422 and "What leaves: " not in forged.text
    unsealed = decide(olu, rehearsed, seal="")
    assert unsealed.status == 422 and "What leaves: " not in unsealed.text
    other = at_pages(sharing, "olu@example.org")  # another session of the same person
    page = other.get(page_of(number))
    foreign = decide(other, page, rehearsal=fields["rehearsal"], seal=fields["seal"])
    assert foreign.status == 422 and "What leaves: " not in foreign.text


def test_nobody_else_knows_of_the_page(sharing, nobody):
    number = sharing.in_review()
    led = nobody.ask("GET", page_of(number))
    assert led.status == 303 and led.headers["Location"] == f"/sign-in?return={page_of(number)}"
    for email in ("ada@example.org", "cyn@example.org", "noor@example.org", "sam@example.org"):
        stranger = at_pages(sharing, email)
        page = stranger.get(page_of(number))
        assert page.status == 404 and page.body == stranger.get(page_of("DSR-2026-9999")).body
        acted = stranger.post(page_of(number), {"action": "rehearse"})
        assert acted.status == 404 and acted.body == page.body
    draft = sharing.ada.want(201, "POST", "/requests", sharing.document())["number"]
    assert at_pages(sharing, "olu@example.org").get(page_of(draft)).status == 404


def test_a_form_of_another_session_does_nothing(sharing):
    number = sharing.in_review()
    olu = at_pages(sharing, "olu@example.org")
    for action in ("rehearse", "decide"):
        fields = {"action": action, "revision": "3", "decision": "approve", "declare": "yes"}
        assert olu.post(page_of(number), fields).status == 403
        assert olu.post(page_of(number), {**fields, "form_token": "x" * 43}).status == 403
    assert state_of(sharing, number) == "in-review"


def test_a_rule_that_refuses_now_is_told_at_the_form(sharing):
    number = sharing.in_review()
    olu = at_pages(sharing, "olu@example.org")
    page = olu.get(page_of(number))
    sharing.administrator.want(204, "POST", f"/people/{sharing.ada.id}/disable")
    refused = decide(olu, page, decision="approve", reason=WHY)
    assert refused.status in (409, 422), refused.text
    assert "This recipient is nobody of the asking body" in refused.text
    assert f">{WHY}</textarea>" in refused.text


def test_hostile_words_are_text(sharing):
    document = sharing.document() | {"title": HOSTILE}
    document["proposal"] |= {"purpose": HOSTILE, "deletion": HOSTILE}
    document["policy"]["columns"][0]["reason"] = HOSTILE
    number = sharing.in_review(document)
    olu = at_pages(sharing, "olu@example.org")
    page = press(olu, olu.get(page_of(number)), "rehearse")
    refused = decide(olu, page, reason=HOSTILE)
    for each in (page, refused):
        assert "<script" not in each.text and each.text.count(escaped(HOSTILE)) >= 4
    done = decide(olu, refused, decision="return", reason=HOSTILE)
    assert done.status == 303
    assert escaped(HOSTILE) in olu.follow(done).text
