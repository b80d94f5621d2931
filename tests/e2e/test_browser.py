"""The pages in Chromium: axe, narrow screens, the keyboard alone, and no script."""
import pathlib
import re

import pytest

from browser import ENTER, SPACE, TAB, Browser, Driver, missing
from running import ADMINISTRATOR, LINK, PASSWORD

WIDTHS = (1280, 320)
START = "Find, share and account for public data – Tabularium"
REFUSED = "Error: Sign in – Tabularium"
MAX_TABS = 60  # to reach any control of a page
FOCUSED = "return document.activeElement.id || document.activeElement.textContent.trim();"

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NOT TESTED: {missing()} is absent; run tools/setup browser")


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    running = Driver(tmp_path_factory.mktemp("driver") / "log")
    yield running
    running.stop()


@pytest.fixture
def browser(driver):
    window = Browser(driver)
    yield window
    window.close()


class Inspection:
    """Looks at pages of a server in a browser, at each width."""

    def __init__(self, browser, port):
        self.browser = browser
        self.address = f"http://127.0.0.1:{port}"
        self.count = 0

    def page(self, path, refused=False):
        self.browser.open(self.address + path)
        self.here(path, refused)

    def here(self, path, refused=False):
        for width in WIDTHS:
            self.browser.width(width)
            assert self.browser.violations() == [], (path, width)
            assert self.browser.overflow() <= 0, (path, width)
        self.browser.run("document.querySelectorAll('details').forEach(each => each.open = true);")
        assert self.browser.violations() == [] and self.browser.overflow() <= 0, path
        assert self.browser.run("return document.querySelectorAll('h1').length;") == 1, path
        wrong = [line for line in self.browser.complaints()
                 if not (refused and "server responded with a status of 4" in line)]
        assert wrong == [], path
        self.count += 1

    def sign_in(self, password=PASSWORD, leads_to=START, email=ADMINISTRATOR):
        self.browser.open(self.address + "/sign-in")
        self.browser.type_into("#email", email)
        self.browser.type_into("#password", password)
        self.browser.click("main form button")
        self.browser.await_title(leads_to)


def test_public_pages_have_no_violation_and_fit_a_narrow_screen(browser, story):
    look = Inspection(browser, story.port)
    for path in ("/", "/sign-in", "/sign-in?return=/admin", "/register-log", "/register-log/0",
                 f"/register-log/{story.log_size() - 1}"):
        look.page(path)
    for path in ("/nothing", "/set-password"):
        look.page(path, refused=True)
    look.sign_in("not the password", REFUSED)
    look.here("/sign-in refused", refused=True)
    assert look.count == 9


def test_pages_of_accounts_have_no_violation_and_fit_a_narrow_screen(browser, story):
    long_name = "Bro-Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3
    long_url, _ = story.person("lle@example.org", long_name.strip())
    machine = story.machine()
    story.ira.submit(f"{machine}/roles/new", role="publisher")
    story.ira.submit(f"{machine}/tokens/new", name="nightly", scopes=["publish"], expires="7")
    story.ira.submit(f"{story.asha_url}/roles/new", role="approver")
    links = story.ira.get(machine).text + story.ira.get(story.asha_url).text
    look = Inspection(browser, story.port)
    look.sign_in()
    for path in ("/", "/account", "/account/tokens/new", "/admin", "/admin?done=organisation",
                 "/admin/organisations/new", story.council, f"{story.council}/people/new",
                 f"{story.council}/machines/new", story.asha_url, f"{story.asha_url}/roles/new",
                 f"{story.asha_url}/link", f"{story.asha_url}/disable", machine, long_url,
                 f"{machine}/tokens/new", *re.findall(r'href="([^"]+/withdraw)"', links)):
        look.page(path)
    browser.open(look.address + f"{story.asha_url}/roles/new")
    browser.click("main form button")
    browser.await_title("Error: Give a role – Tabularium")
    look.here("no role chosen", refused=True)
    browser.open(look.address + f"{story.asha_url}/link")
    browser.click("main form button")
    browser.await_title("The link is made – Tabularium")
    look.here("link made")
    assert look.count >= 20


def go_to(browser, wanted):
    """Presses Tab until the control with this id or these words has the focus."""
    for _ in range(MAX_TABS):
        browser.press(TAB)
        focused = browser.run(FOCUSED)
        if focused == wanted:
            return
    pytest.fail(f"{wanted} is not reached by Tab; the focus is on {focused}")


def test_the_first_password_and_a_role_by_keyboard_alone(browser, story):
    made = story.ira.submit(f"{story.council}/people/new", name="Bea", email="bea@example.org")
    address = f"http://127.0.0.1:{story.port}"
    browser.open(f"{address}/link/{LINK.search(made.text)[1]}")
    assert browser.url == f"{address}/set-password"  # the secret has left the address line
    browser.press(TAB)
    assert browser.run(FOCUSED) == "Skip to main content"
    go_to(browser, "password")
    browser.press(PASSWORD)
    go_to(browser, "password_again")
    browser.press(PASSWORD + ENTER)
    browser.await_title("Sign in – Tabularium")
    go_to(browser, "email")
    browser.press(ADMINISTRATOR + TAB + PASSWORD + ENTER)
    browser.await_title(START)
    for words in ("Administration", "Ambleford District Council", "Asha Example (synthetic)",
                  "Give a role"):
        go_to(browser, words)
        browser.press(ENTER)
        browser.await_title(f"{words} – Tabularium")
    go_to(browser, "role")
    browser.press(SPACE)
    chosen = browser.run("return document.querySelector('[name=role]:checked').value;")
    assert chosen == "administrator"
    go_to(browser, "Give role")
    browser.press(ENTER)
    browser.await_title("Asha Example (synthetic) – Tabularium")
    assert browser.text(".govuk-notification-banner__heading") == "The role is given and on record."
    go_to(browser, "Sign out")
    browser.press(ENTER)
    browser.await_title(START)
    browser.open(f"{address}/account")
    assert browser.title == "Sign in – Tabularium"


def test_an_error_is_reached_from_its_summary_by_keyboard(browser, story):
    Inspection(browser, story.port).sign_in("wrong", REFUSED)
    go_to(browser, "Enter a password that matches this e-mail address")
    browser.press(ENTER + "new text")
    assert browser.run("return document.querySelector('#password').value;") == "new text"


def test_everything_works_with_script_turned_off(driver, story):
    window = Browser(driver, script=False)
    try:
        Inspection(window, story.port).sign_in()
        address = f"http://127.0.0.1:{story.port}"
        window.open(address + story.asha_url + "/roles/new")
        window.click("#role-3")
        window.click("main form button")
        window.await_title("Asha Example (synthetic) – Tabularium")
        assert "The role is given and on record." in window.source
    finally:
        window.close()


def test_the_browser_is_told_to_run_no_script_and_asks_for_no_font(browser, story):
    browser.open(f"http://127.0.0.1:{story.port}/register-log/0")
    loaded = browser.run("return performance.getEntriesByType('resource').map(each => each.name);")
    assert loaded and all("/assets/" in name for name in loaded)
    assert not [name for name in loaded if "font" in pathlib.PurePath(name).name]
    browser.run("const made = document.createElement('script');"
                "made.textContent = 'document.title = \"taken\"'; document.body.append(made);")
    assert browser.title != "taken"
    assert any("Content Security Policy" in line for line in browser.complaints())
