"""Asking for data in Chromium: axe, narrow screens, and the keyboard alone."""
import pytest

from browser import ENTER, SPACE, missing
from running import PASSWORD
from sharing_world import Sharing
from test_browser import Inspection, browser, driver, go_to  # noqa: F401  (the fixtures)

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NOT TESTED: {missing()} is absent; run tools/setup browser")

PARTS = ("", "/data", "/why", "/people", "/power", "/protection", "/dates", "/security",
         "/documents", "/check", "/submit", "/withdraw")


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def test_pages_of_asking_have_no_violation_and_fit_a_narrow_screen(browser, server, sharing):
    number = sharing.ada.want(201, "POST", "/requests", sharing.document())["number"]
    sharing.ada.want(200, "POST", f"/requests/{number}/check")
    refused = sharing.ada.want(201, "POST", "/requests", sharing.document("srsa-45a"))["number"]
    sharing.ada.want(200, "POST", f"/requests/{refused}/check")
    sent = sharing.in_review()
    returned = sharing.in_review()
    sharing.step(sharing.olu, returned, "decision", 3, body={"decision": "return",
                                                             "words": "Say why."})
    look = Inspection(browser, server.port)
    look.page(f"/datasets/{sharing.data}")
    look.sign_in(email="ada@example.org", password=PASSWORD)
    for part in PARTS:
        look.page(f"/requests/{number}{part}")
    for path in ("/requests", f"/datasets/{sharing.data}", f"/requests/{refused}",
                 f"/requests/{refused}/check", f"/requests/{sent}", f"/requests/{returned}",
                 "/account"):
        look.page(path)
    browser.open(f"{look.address}/requests/{number}/data")
    browser.click("button[value=add]")
    browser.await_title("Which data do you need? – Tabularium")
    browser.click("#save")
    browser.await_title("Error: Which data do you need? – Tabularium")
    look.here("which data refused", refused=True)
    browser.open(f"{look.address}/requests/{number}/dates")
    browser.run("document.getElementById('proposal.start').value = '31 02 2026';")
    browser.click("main form button")
    browser.await_title("Error: Dates and deletion – Tabularium")
    look.here("dates refused", refused=True)
    assert look.count == 22


def test_a_request_is_begun_and_answered_by_keyboard_alone(browser, server, sharing):
    look = Inspection(browser, server.port)
    look.sign_in(email="ada@example.org", password=PASSWORD)
    for words, title in (("Datasets", "Datasets"), ("paye-employments", "paye-employments"),
                         ("Ask for access", "Ask for paye-employments")):
        go_to(browser, words)
        browser.press(ENTER)
        browser.await_title(f"{title} – Tabularium")
    go_to(browser, "Which data")
    browser.press(ENTER)
    browser.await_title("Which data do you need? – Tabularium")
    go_to(browser, "t-1")
    browser.press("T")  # Token
    go_to(browser, "w-1")
    browser.press("Keep jobs together")
    go_to(browser, "Add a condition")
    go_to(browser, "save")
    browser.press(ENTER)
    browser.await_title("Which data do you need? – Tabularium")
    assert "1 of 31 columns" in browser.source
    go_to(browser, "All parts of this request")
    browser.press(ENTER)
    browser.await_title("Ask for paye-employments – Tabularium")
    go_to(browser, "Legal power")
    browser.press(ENTER)
    browser.await_title("Legal power – Tabularium")
    go_to(browser, "proposal.territory")
    browser.press(SPACE)
    go_to(browser, "Save and continue")
    browser.press(ENTER)
    browser.await_title("Ask for paye-employments – Tabularium")
    assert "There is a problem" in browser.source  # the power is not chosen yet
    number = browser.url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
    go_to(browser, "Withdraw this request")
    browser.press(ENTER)
    browser.await_title(f"Withdraw request {number}? – Tabularium")
    go_to(browser, "submit")
    browser.press(ENTER)
    browser.await_title("Requests – Tabularium")
    assert "The request is withdrawn" in browser.source
