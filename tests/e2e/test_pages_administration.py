"""Administration at the pages: organisations, accounts, roles, tokens."""
# Tests of: administration_pages.cc organisation_pages.cc account_administration.cc
# Tests of: confirmation.cc token_pages.cc account_pages.cc server_health.cc
import html
import re

from running import LINK, PASSWORD, Client
from story import ACCOUNT, links_of
from visitor import Visitor

HOSTILE = "Môn </b><script>alert(1)</script> \"'&amp; \u05d0\u05d1 {{name}} [[frame.skip]]"


def escaped(text):
    """As the pages write it: html.escape, but for the number of the apostrophe."""
    return html.escape(text).replace("&#x27;", "&#39;")


def test_roles_are_given_and_taken_on_record(story):
    size = story.log_size()
    given = story.ira.submit(f"{story.asha_url}/roles/new", role="approver")
    assert given.headers["Location"] == f"{story.asha_url}?done=role"
    page = story.ira.follow(given).text
    assert "The role is given and on record." in page and f'href="/register-log/{size}"' in page
    assert "Approver" in story.asha.get("/account").text
    entry = story.ira.get(f"/register-log/{size}").text
    assert "The role “Approver” at Ambleford District Council was given to a person" in entry
    assert "Asha" not in entry
    twice = story.ira.submit(f"{story.asha_url}/roles/new", role="approver")
    assert twice.status == 409 and "has this role already" in twice.text
    missing = story.ira.submit(f"{story.asha_url}/roles/new")
    assert missing.status == 422 and "Choose a role" in missing.text
    withdraw = re.search(r'href="([^"]+/withdraw)"', page)[1]
    assert "Take the role “Approver” from Asha Example (synthetic)?" in story.ira.get(withdraw).text
    assert story.log_size() == size + 1  # asking takes nothing
    taken = story.ira.submit(withdraw)
    assert taken.headers["Location"].endswith("?done=role-withdrawn")
    assert "Approver" not in story.asha.get("/account").text
    assert story.ira.get(withdraw).status == 404
    assert story.log_size() == size + 2


def test_an_organisation_that_is_refused_keeps_what_was_typed(story):
    size = story.log_size()
    refused = story.ira.submit("/admin/organisations/new", name="Calder Vale", kind="agency",
                               country="wales", area_code="no code!")
    assert refused.status == 422 and 'value="Calder Vale"' in refused.text
    assert '<option value="wales" selected>' in refused.text
    assert 'aria-describedby="area_code-hint area_code-error"' in refused.text
    nameless = story.ira.submit("/admin/organisations/new", name="  ", kind="agency")
    assert nameless.status == 422 and 'href="#name"' in nameless.text
    assert story.log_size() == size


def test_nobody_gives_themselves_a_role(story):
    links = links_of(story.ira.get("/admin").text)
    office = next(url for url in links if "demonstration-office" in url)
    own = ACCOUNT.search(story.ira.get(office).text)[1]
    refused = story.ira.submit(f"{own}/roles/new", role="auditor@platform")
    assert refused.status == 403 and "There is a problem" in refused.text


def test_an_account_that_is_closed_ends_at_once(story):
    assert story.asha.get("/account").status == 200
    page = story.ira.get(f"{story.asha_url}/disable").text
    assert "Sessions, tokens and links end at once." in page
    assert story.ira.submit(f"{story.asha_url}/disable").status == 303
    assert story.asha.ask("GET", "/account").status == 303
    assert story.asha.sign_in("asha@example.org", PASSWORD).status == 422
    assert "Closed" in story.ira.get(story.asha_url).text
    assert story.ira.submit(f"{story.asha_url}/disable").status == 409


def test_a_new_link_lets_a_person_in_again(story):
    made = story.ira.submit(f"{story.asha_url}/link")
    assert f"http://127.0.0.1:{story.port}/link/" in made.text
    again = Visitor(story.port)
    other = "another long password"
    assert again.first_sign_in(LINK.search(made.text)[1], "asha@example.org", other).status == 303
    assert again.get("/account").status == 200
    assert story.asha.ask("GET", "/account").status == 303  # a new password ends older sessions


def test_tokens_are_shown_once_and_end_when_withdrawn(story):
    machine = story.machine()
    story.ira.submit(f"{machine}/roles/new", role="publisher")
    nothing = story.ira.submit(f"{machine}/tokens/new", name="", scopes=[], expires="3")
    assert nothing.status == 422
    for words in ("Say what the token is for", "Choose what the token may do", "Choose how long"):
        assert nothing.text.count(words) == 2  # in the summary and at the field
    made = story.ira.submit(f"{machine}/tokens/new", name="nightly", scopes=["read", "publish"],
                            expires="7")
    token = re.search(r"tab_[\w-]{43}", made.text)[0]
    assert made.headers["Cache-Control"] == "no-store"
    page = story.ira.get(machine).text
    assert "nightly" in page and token not in page
    assert Client(story.port, token).ask("GET", "/api/v1/tokens")[0].status == 200
    story.ira.submit(re.search(r'href="([^"]+/tokens/[^"]+/withdraw)"', page)[1])
    assert Client(story.port, token).ask("GET", "/api/v1/tokens")[0].status == 401
    assert "nightly" not in story.ira.get(machine).text
    # A person's tokens are made by that person alone.
    assert story.ira.get(f"{story.asha_url}/tokens/new").status == 404


def test_administration_shows_what_was_measured(story):
    page = story.ira.get("/admin").text
    size = story.log_size()
    assert "Everything runs." in page and f"{size} entries, newest signed and durable" in page
    assert re.search(r"Running for \d+ second", page) and re.search(r"\d+ KB on the disk", page)
    assert "Ambleford District Council joined" in page


def test_hostile_names_are_text_everywhere(story):
    council = story.organisation(HOSTILE)
    url, visitor = story.person("hana@example.org", HOSTILE, council)
    story.ira.submit(f"{url}/roles/new", role="administrator")
    pages = [story.ira.get(path).text for path in
             ("/admin", council, url, f"{url}/roles/new", f"{url}/disable", "/register-log", "/")]
    pages += [visitor.get(path).text for path in ("/", "/account", council)]
    for page in pages:
        assert "<script" not in page and "</b>" not in page
        assert escaped(HOSTILE) in page
    # Kept apart from the words around it, since it may turn their direction.
    assert f"\u2068{escaped(HOSTILE)}\u2069" in pages[0]
    kept = story.ira.submit(f"{council}/people/new", name=HOSTILE, email="no address")
    assert kept.status == 422 and "<script" not in kept.text
    assert escaped(HOSTILE) in kept.text
