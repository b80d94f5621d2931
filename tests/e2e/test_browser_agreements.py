"""The register, an agreement, queries and receipts in Chromium: axe, narrow, the keyboard alone."""
import pytest

from browser import DOWN, ENTER, Browser, missing
from sharing_world import Sharing
from test_browser import Inspection, browser, driver, go_to  # noqa: F401  (the fixtures)

QUERY = "Query – Tabularium"
REFUSED = "Error: Query – Tabularium"
BANDS = ("SELECT taxable_pay_to_date, count(*) AS people FROM paye_employments "
         "GROUP BY ALL ORDER BY 1")
REGISTER = "Register of agreements – Tabularium"

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NOT TESTED: {missing()} is absent; run tools/setup browser")


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def ask(window, sql):
    window.run("document.querySelector('#sql').value = arguments[0];", sql)
    window.click("main form button")


def test_pages_of_agreements_have_no_violation_and_fit_a_narrow_screen(browser, server, sharing):
    agreement = sharing.in_force()
    look = Inspection(browser, server.port)
    for path in ("/agreements", "/agreements?state=revoked", f"/agreements/{agreement}"):
        look.page(path)
    look.sign_in(email="ada@example.org")
    query = f"{look.address}/agreements/{agreement}/query"
    look.page(f"/agreements/{agreement}/query")
    for sql, title in ((BANDS, QUERY), ("SELECT surname FROM paye_employments", REFUSED),
                       ("SELECT now() FROM paye_employments", REFUSED),
                       ("SELECT a.* FROM paye_employments a, paye_employments b", QUERY),
                       ("SELECT employer_name FROM paye_employments WHERE 1 = 0", QUERY)):
        browser.open(query)
        ask(browser, sql)
        browser.await_title(title)
        look.here(sql, refused=title == REFUSED)
    for path in (f"/agreements/{agreement}", "/receipts/0", "/receipts/2"):
        look.page(path)
    for act in ("suspend", "revoke"):
        sharing.olu.want(200, "POST", f"/agreements/{agreement}/{act}",
                         {"reason": "data-wrong", "words": "W" * 300})
        look.page(f"/agreements/{agreement}")
        look.page(f"/agreements/{agreement}/query")
    browser.open(query)
    ask(browser, BANDS)
    browser.await_title(REFUSED)
    look.here("turned away", refused=True)
    assert look.count == 17


def test_a_query_by_keyboard_alone_without_script(driver, server, sharing):
    agreement = sharing.in_force()
    window = Browser(driver, script=False)
    try:
        Inspection(window, server.port).sign_in(email="ada@example.org")
        for words, title in (("Register of agreements", REGISTER),):
            go_to(window, words)
            window.press(ENTER)
            window.await_title(title)
        go_to(window, "state")
        window.press(DOWN * 4)
        go_to(window, "Show")
        window.press(ENTER)
        link = "Collect overdue council tax from people who have a current job, by attachment of " \
               "earnings"
        go_to(window, link)
        window.press(ENTER)
        window.await_title(f"{link} – Tabularium")
        go_to(window, "Query the data")
        window.press(ENTER)
        window.await_title(QUERY)
        go_to(window, "Run query")
        window.press(ENTER)
        window.await_title(QUERY)
        assert "On record as receipt 0" in window.text("#res ~ .tab-panel")
        go_to(window, "receipt 0")
        window.press(ENTER)
        window.await_title("This use is on record – Tabularium")
        assert agreement in window.text("main")
    finally:
        window.close()
