"""The pages of those who decide in Chromium: axe, narrow screens, and the keyboard alone."""
import os
import pathlib

import pytest

from browser import ENTER, SPACE, Browser, missing
from sharing_world import Sharing
from test_browser import Inspection, browser, driver, go_to  # noqa: F401  (the fixtures)
from test_pages_deciding import sent
from test_pages_signing import approved

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
TITLE = "Employers of people with overdue council tax"
DECIDE = f"Decide: {TITLE} – Tabularium"
SIGN = f"Sign or decline: {TITLE} – Tabularium"
PAUSE_OR_STOP = "Pause or stop this agreement – Tabularium"
PICTURES = os.environ.get("TABULARIUM_PICTURES")  # a folder for pictures of each page

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NOT TESTED: {missing()} is absent; run tools/setup browser")


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


class Look(Inspection):
    """An inspection that keeps pictures where somebody wants them."""

    def here(self, path, refused=False):
        super().here(path, refused)
        if PICTURES:
            name = path.strip("/").replace("/", "_").replace("?", "_").replace(" ", "-")
            for width in (1280, 375):
                self.browser.width(width)
                self.browser.picture(pathlib.Path(PICTURES) / f"{self.count:02}-{name}-{width}.png")


def press_button(browser, words):
    """Clicks a button by its words."""
    browser.run("const all = [...document.querySelectorAll('main button')];"
                "all.find(each => each.textContent.trim() === arguments[0]).click();", words)


def heading(browser):
    return browser.run("return document.querySelector('h1').textContent;")


def await_text(browser, words):
    for _ in range(600):
        if words in browser.source:
            return
    raise AssertionError(f"no {words!r} at {browser.title}")


def test_pages_of_decisions_have_no_violation_and_fit_a_narrow_screen(browser, sharing):
    document = sharing.document()
    document["policy"]["columns"][0]["reason"] = f"{LONG} {LONG}"
    document["proposal"]["deletion"] = f"{LONG} {LONG}"
    number = sent(sharing, document)
    look = Look(browser, sharing.nobody.port)
    look.sign_in(email="olu@example.org")
    look.page(f"/requests/{number}/decision")
    press_button(browser, "Take it into review")
    await_text(browser, "The request is in review.")
    look.here("decision taken")
    press_button(browser, "Rehearse and record it")
    await_text(browser, "Dry run on version 1")
    look.here("decision rehearsed")
    press_button(browser, "Sign and record the decision")
    browser.await_title(f"Error: {DECIDE}")
    look.here("decision refused", refused=True)
    browser.click("#decision-2")
    browser.click("#declare")
    browser.type_into("#reason", LONG)
    press_button(browser, "Sign and record the decision")
    await_text(browser, "The request is returned, with your words.")
    look.here("decision returned", refused=True)
    assert look.count == 5


def test_pages_of_signing_have_no_violation_and_fit_a_narrow_screen(browser, sharing):
    agreement = approved(sharing, words=f"{LONG} {LONG}")
    look = Look(browser, sharing.nobody.port)
    look.sign_in(email="cyn@example.org")
    look.page(f"/agreements/{agreement}/sign")
    look.page(f"/agreements/{agreement}/manage")
    browser.open(f"{look.address}/agreements/{agreement}/sign")
    press_button(browser, "Sign and record")
    browser.await_title(f"Error: {SIGN}")
    look.here("sign refused", refused=True)
    browser.click("#decision")
    browser.click("#declare")
    press_button(browser, "Sign and record")
    await_text(browser, "The agreement is signed and in force")
    look.here("signed", refused=True)
    look.page(f"/agreements/{agreement}/sign", refused=True)
    assert look.count == 5


def test_pages_of_managing_have_no_violation_and_fit_a_narrow_screen(browser, sharing):
    agreement = sharing.in_force()
    look = Look(browser, sharing.nobody.port)
    look.sign_in(email="olu@example.org")
    look.page(f"/agreements/{agreement}/manage")
    press_button(browser, "Continue")
    browser.await_title(f"Error: {PAUSE_OR_STOP}")
    look.here("manage refused", refused=True)

    def choose(act, code, words):
        browser.open(f"{look.address}/agreements/{agreement}/manage")
        browser.click(f"input[value={act}]")
        browser.click(f"#code option[value={code}]")
        browser.type_into("#text", words)
        press_button(browser, "Continue")
        await_text(browser, "What happens when you confirm")

    choose("pause", "data-wrong", LONG)
    look.here("confirm pause", refused=True)
    press_button(browser, "Pause it now and record it")
    await_text(browser, "The agreement is paused and the pause is on record.")
    look.page(f"/agreements/{agreement}/manage", refused=True)
    choose("resume", "resolved", "")
    look.here("confirm resume", refused=True)
    choose("stop", "purpose-fulfilled", f"{LONG} {LONG}")
    look.here("confirm stop", refused=True)
    press_button(browser, "Stop it now and record it")
    await_text(browser, "The agreement is stopped for good and this is on record.")
    look.page(f"/agreements/{agreement}/manage", refused=True)
    assert look.count == 7


@pytest.fixture
def still(driver):  # noqa: F811
    """A browser without script."""
    window = Browser(driver, script=False)
    yield window
    window.close()


def test_a_request_is_decided_signed_and_stopped_by_keyboard_alone(browser, sharing):
    number = sharing.in_review()
    look = Inspection(browser, sharing.nobody.port)
    look.sign_in(email="olu@example.org")
    browser.open(f"{look.address}/requests/{number}/decision")
    go_to(browser, "rehearse")
    browser.press(ENTER)
    await_text(browser, "Dry run on version 1")
    go_to(browser, "Sign and record the decision")
    browser.press(ENTER)
    browser.await_title(f"Error: {DECIDE}")
    go_to(browser, "Choose what you decide")
    browser.press(ENTER)
    assert browser.run("return document.activeElement.id;") == "decision"
    browser.press(SPACE)
    go_to(browser, "reason")
    browser.press("It fits the purpose.")
    go_to(browser, "declare")
    browser.press(SPACE)
    go_to(browser, "Sign and record the decision")
    browser.press(ENTER)
    await_text(browser, "The agreement waits for its signature.")
    agreement = browser.url.split("/agreements/")[1].split("?")[0]
    sharing.cyn.want(200, "POST", f"/agreements/{agreement}/countersign")
    browser.open(f"{look.address}/agreements/{agreement}/manage")
    go_to(browser, "act")
    browser.press(SPACE)
    go_to(browser, "code")
    browser.press("The data")
    go_to(browser, "Continue")
    browser.press(ENTER)
    await_text(browser, "What happens when you confirm")
    go_to(browser, "Pause it now and record it")
    browser.press(ENTER)
    await_text(browser, "The agreement is paused and the pause is on record.")
    assert sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["state"] == "suspended"


def test_an_agreement_is_signed_by_keyboard_without_script(still, sharing):
    agreement = approved(sharing)
    look = Inspection(still, sharing.nobody.port)
    look.sign_in(email="cyn@example.org")
    still.open(f"{look.address}/agreements/{agreement}/sign")
    go_to(still, "decision")
    still.press(SPACE)
    go_to(still, "declare")
    still.press(SPACE)
    go_to(still, "Sign and record")
    still.press(ENTER)
    await_text(still, "The agreement is signed and in force")
    assert sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["state"] == "active"
