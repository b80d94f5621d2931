"""Datasets and publishing in Chromium: axe, narrow screens, and the keyboard alone."""
import pytest

from browser import ENTER, SPACE, missing
from publishing import Publisher
from test_browser import Inspection, browser, driver, go_to  # noqa: F401  (the fixtures)

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
COLUMNS = f"account,paid,{LONG}_{LONG},method"
ROWS = "".join(f"A-{n},{n}.50, x{n},BACS\n" for n in range(1, 150))
CHECK = "Check what was found, then publish – Tabularium"

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"NOT TESTED: {missing()} is absent; run tools/setup browser")


@pytest.fixture
def asha(story):
    """A council's publisher."""
    return Publisher(story, story.asha_url, story.asha)


def test_pages_of_datasets_have_no_violation_and_fit_a_narrow_screen(browser, story, asha):
    content = f"{COLUMNS}\n{ROWS}unknown,x,y,Cash\n".encode()
    dataset = asha.add(f"Payments {LONG} {LONG}", "payments", description=f"{LONG}: one row")
    asha.publish_file(dataset, content, **{"class-3": "public", "open-3": "yes"})
    draft = asha.draft(dataset, content.replace(b"method", b"way", 1))
    begun = asha.add("Nothing yet", "nothing-yet", visibility="private")
    look = Inspection(browser, story.port)
    for path in ("/datasets", "/datasets?title=pension", dataset):
        look.page(path)
    look.sign_in(email="asha@example.org")
    for path in ("/datasets", "/datasets?title=pay", "/datasets/new", dataset, begun,
                 f"{begun}/upload", draft, f"{draft}/withdraw", f"{dataset}/published/1"):
        look.page(path)
    browser.open(look.address + draft)
    browser.run("document.querySelector('#class-0').value = 'public';")
    browser.click("main form button")
    browser.await_title(f"Error: {CHECK}")
    look.here("publish refused", refused=True)
    assert look.count == 13


def test_a_file_without_rows_is_refused_on_a_page_that_fits(browser, story, asha, tmp_path):
    (tmp_path / "empty.csv").write_text("a,b\n")
    dataset = asha.add("Payments", "payments")
    look = Inspection(browser, story.port)
    look.sign_in(email="asha@example.org")
    browser.open(f"{look.address}{dataset}/upload")
    browser.click("main form button")
    browser.await_title("Error: Upload a file – Tabularium")
    look.here("no file", refused=True)
    browser.type_into("#file", str(tmp_path / "empty.csv"))
    browser.click("main form button")
    browser.await_title("Error: The file was not taken – Tabularium")
    look.here("file refused", refused=True)


def test_a_version_is_published_by_keyboard_alone(browser, story, asha, tmp_path):
    (tmp_path / "small.csv").write_text("account,paid\nA-1,10.50\nA-2,11.00\n")
    Inspection(browser, story.port).sign_in(email="asha@example.org")
    for words in ("Datasets", "Add a dataset"):
        go_to(browser, words)
        browser.press(ENTER)
        browser.await_title(f"{words} – Tabularium")
    for field, text in (("title", "Payments"), ("description", "One row for each payment"),
                        ("short_name", "payments")):
        go_to(browser, field)
        browser.press(text)
    go_to(browser, "visibility")
    browser.press(SPACE)
    go_to(browser, "Add dataset")
    browser.press(ENTER)
    browser.await_title("Upload a file – Tabularium")
    # The window that chooses a file is the system's own; the driver gives it its answer.
    browser.type_into("#file", str(tmp_path / "small.csv"))
    go_to(browser, "Upload and read it")
    browser.press(ENTER)
    browser.await_title(CHECK)
    go_to(browser, "class-1")
    browser.press("N")  # None of these
    go_to(browser, "confirm")
    browser.press(SPACE)
    go_to(browser, "Publish and record it")
    browser.press(ENTER)
    browser.await_title(f"Error: {CHECK}")
    go_to(browser, "Confirm once more that paid says nothing about a person")
    browser.press(ENTER)
    assert browser.run("return document.activeElement.id;") == "open-1"
    browser.press(SPACE)
    go_to(browser, "Publish and record it")
    browser.press(ENTER)
    browser.await_title("Version 1 is published – Tabularium")
    go_to(browser, "Look at the dataset")
    browser.press(ENTER)
    browser.await_title("Payments – Tabularium")
    assert "10.50 to 11.00" in browser.source
