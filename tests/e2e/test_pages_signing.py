"""Agreements signed and declined at the pages, by an approver of the recipient."""
# Tests of: countersign_pages.cc
import re

import pytest

from sharing_world import Sharing, day
from test_pages_administration import HOSTILE, escaped
from test_pages_managing import at_pages

WHY = "Twenty queries a day are enough. <b>We look again at the review.</b>"


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def page_of(agreement):
    return f"/agreements/{agreement}/sign"


def approved(sharing, document=None, words=WHY):
    """An agreement that waits for its signature."""
    number = sharing.in_review(document)
    body = {"decision": "approve", **({"words": words} if words else {})}
    return sharing.step(sharing.olu, number, "decision", 3, body=body)["agreement"]


def state_of(sharing, agreement):
    return sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["state"]


def test_an_agreement_is_signed(sharing):
    agreement = approved(sharing)
    cyn = at_pages(sharing, "cyn@example.org")
    page = cyn.get(page_of(agreement))
    assert page.status == 200 and "Sign or decline: Employers of people with overdue" in page.text
    assert "HM Revenue and Customs approved this on" in page.text
    assert "waits for the signature of Ambleford District Council since today" in page.text
    assert "it lapses." in page.text and "Legal check: No rule refuses this" in page.text
    assert "“Twenty queries a day are enough. &lt;b&gt;We look" in page.text
    assert "12 of 31 columns, plus 1 carried from your list" in page.text
    assert "126" not in page.text  # no count of matching rows before it is in force
    assert "It was approved as it was first sent" in page.text
    assert "What Ambleford District Council must keep" in page.text
    assert "Data can flow from today" in page.text
    done = cyn.submit(page_of(agreement), decision="sign", declare="yes")
    assert done.status == 303 and done.headers["Location"] == f"/agreements/{agreement}?done=signed"
    assert state_of(sharing, agreement) == "active"
    fields = page.reader.forms[page_of(agreement)]
    again = cyn.post(page_of(agreement), [*fields, ("decision", "sign"), ("declare", "yes")])
    assert again.headers["Location"] == done.headers["Location"]  # a second click
    over = cyn.get(page_of(agreement)).text
    assert "In force since" in over and "<textarea" not in over
    late = cyn.post(page_of(agreement), [*fields, ("decision", "decline"), ("code", "other"),
                                         ("reason", "No"), ("declare", "yes")])
    assert late.status == 409 and "The agreement has changed since you looked" in late.text
    assert state_of(sharing, agreement) == "active"


def test_an_agreement_is_declined(sharing):
    agreement = approved(sharing)
    cyn = at_pages(sharing, "cyn@example.org")
    page = cyn.submit(page_of(agreement), decision="decline", declare="yes")
    assert page.status == 422 and 'href="#code"' in page.text and 'href="#reason"' in page.text
    foreign = cyn.submit(page_of(agreement), decision="decline", declare="yes", reason="No",
                         code="data-wrong")
    assert foreign.status == 422 and 'href="#code"' in foreign.text
    done = cyn.submit(page_of(agreement), decision="decline", declare="yes", reason=HOSTILE,
                      code="conditions-too-hard")
    assert done.headers["Location"] == f"/agreements/{agreement}?done=declined"
    assert state_of(sharing, agreement) == "declined"
    again = cyn.post(page_of(agreement), [*page.reader.forms[page_of(agreement)],
                                          ("decision", "decline"), ("code", "conditions-too-hard"),
                                          ("reason", HOSTILE), ("declare", "yes")])
    assert again.headers["Location"] == done.headers["Location"]
    over = cyn.get(page_of(agreement)).text
    assert "Declined on" in over and "The conditions are too hard to keep" in over
    last = sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["history"][-1]
    assert sharing.nobody.ask("GET", f"/log/texts/{last['words']}")[1]["text"] == HOSTILE


def test_what_is_missing_is_named_and_nothing_happens(sharing):
    agreement = approved(sharing, words="")
    cyn = at_pages(sharing, "cyn@example.org")
    assert "Their reason" not in cyn.get(page_of(agreement)).text
    bare = cyn.submit(page_of(agreement), reason="Kept as typed")
    assert bare.status == 422 and bare.reader.title.startswith("Error: ")
    for field in ("decision", "declare"):
        assert f'href="#{field}"' in bare.text and f'id="{field}-error"' in bare.text, field
    assert ">Kept as typed</textarea>" in bare.text
    long = cyn.submit(page_of(agreement), decision="decline", code="other", declare="yes",
                      reason="x" * 2001)
    assert long.status == 422 and "Write at most 2,000 characters" in long.text
    undeclared = cyn.submit(page_of(agreement), decision="sign")
    assert undeclared.status == 422 and re.search(r'value="sign" checked', undeclared.text)
    assert state_of(sharing, agreement) == "awaiting-signature"


def test_who_edited_the_request_cannot_sign(sharing):
    sharing.administrator.want(201, "POST", "/grants", {
        "subject": sharing.ada.id, "role": "approver", "organisation": sharing.council})
    agreement = approved(sharing)
    ada = at_pages(sharing, "ada@example.org")
    page = ada.get(page_of(agreement))
    assert page.status == 200 and "You cannot sign this: you edited the request." in page.text
    assert "<textarea" not in page.text and "Two people, two bodies" not in page.text
    token = ada.get("/account").reader.forms["/sign-out"]
    tried = ada.post(page_of(agreement), [*token, ("decision", "sign"), ("declare", "yes")])
    assert tried.status == 403 and "you edited the request" in tried.text
    assert state_of(sharing, agreement) == "awaiting-signature"
    signed = at_pages(sharing, "cyn@example.org").submit(page_of(agreement), decision="sign",
                                                         declare="yes")
    assert signed.status == 303
    manage = ada.get(f"/agreements/{agreement}/manage").text
    assert "You cannot stop this: you edited the request." in manage and "<select" not in manage


def test_what_the_owner_asked_to_change_is_told(sharing):
    number = sharing.in_review()
    sharing.step(sharing.olu, number, "decision", 3, body={"decision": "return", "words": HOSTILE})
    sharing.step(sharing.ada, number, "submit", 4)
    sharing.step(sharing.olu, number, "take", 5)
    agreement = sharing.step(sharing.olu, number, "decision", 6,
                             body={"decision": "approve", "words": "Now it fits."})["agreement"]
    page = at_pages(sharing, "cyn@example.org").get(page_of(agreement)).text
    assert "HM Revenue and Customs returned it on" in page and escaped(HOSTILE) in page
    assert "It was approved as it was first sent" not in page and "<script" not in page


def test_a_stop_of_the_owner_and_a_rule_that_refuses_leave_no_form(sharing):
    agreement = approved(sharing)
    cyn = at_pages(sharing, "cyn@example.org")
    page = cyn.get(page_of(agreement))
    sharing.olu.want(200, "POST", f"/agreements/{agreement}/revoke", {"reason": "law-changed"})
    fields = page.reader.forms[page_of(agreement)]
    lost = cyn.post(page_of(agreement), [*fields, ("decision", "sign"), ("declare", "yes")])
    assert lost.status == 409 and "Stopped on" in lost.text and "The law has changed" in lost.text
    assert 'id="decision"' in lost.text and "<textarea" not in lost.text


def test_data_that_flows_later_is_said_to(sharing):
    agreement = approved(sharing, sharing.document(start=day(20)))
    page = at_pages(sharing, "cyn@example.org").get(page_of(agreement)).text
    assert "Data can flow from today" not in page and "Data can flow from" in page


def test_a_person_who_is_gone_meanwhile_stops_the_signature(sharing):
    agreement = approved(sharing)
    cyn = at_pages(sharing, "cyn@example.org")
    sharing.administrator.want(204, "POST", f"/people/{sharing.ada.id}/disable")
    refused = cyn.submit(page_of(agreement), decision="sign", declare="yes")
    assert refused.status in (409, 422) and 'href="#decision"' in refused.text
    assert "This recipient is nobody of the asking body" in refused.text
    assert state_of(sharing, agreement) == "awaiting-signature"


def test_nobody_else_knows_of_the_page(sharing, nobody):
    agreement = approved(sharing)
    led = nobody.ask("GET", page_of(agreement))
    assert led.status == 303 and led.headers["Location"] == f"/sign-in?return={page_of(agreement)}"
    for email in ("ada@example.org", "olu@example.org", "sam@example.org", "ben@example.org"):
        stranger = at_pages(sharing, email)
        page = stranger.get(page_of(agreement))
        assert page.status == 404 and page.body == stranger.get(page_of("DSA-2026-9999")).body
        acted = stranger.post(page_of(agreement), {"decision": "sign", "declare": "yes"})
        assert acted.status == 404 and acted.body == page.body
    assert state_of(sharing, agreement) == "awaiting-signature"


def test_a_form_of_another_session_does_nothing(sharing):
    agreement = approved(sharing)
    cyn = at_pages(sharing, "cyn@example.org")
    fields = {"decision": "sign", "declare": "yes"}
    assert cyn.post(page_of(agreement), fields).status == 403
    assert cyn.post(page_of(agreement), {**fields, "form_token": "x" * 43}).status == 403
    assert state_of(sharing, agreement) == "awaiting-signature"
