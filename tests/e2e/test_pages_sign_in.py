"""Signing in and out at the pages, one-time links, and forms that strangers send."""
# Tests of: sign_in_pages.cc
import re
import urllib.parse

from running import ADMINISTRATOR, LINK, PASSWORD, Client
from visitor import Visitor


def test_signing_in_sets_one_cookie_with_every_mark_and_leads_back(story, nobody):
    page = nobody.ask("GET", "/admin")
    assert page.headers["Location"] == "/sign-in?return=/admin"
    sent = nobody.submit("/sign-in?return=/admin", email=ADMINISTRATOR, password=PASSWORD)
    assert sent.status == 303 and sent.headers["Location"] == "/admin"
    cookie = sent.headers["Set-Cookie"]
    marks = "; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert re.fullmatch(r"__Host-tabularium-session=[\w-]{43}" + marks, cookie)
    assert "Signed in as Administrator, Tabularium demonstration office." in nobody.get("/").text
    # A second time gives another session and ends the first.
    before = dict(nobody.cookies)
    nobody.post("/sign-in", {"email": ADMINISTRATOR, "password": PASSWORD})
    assert nobody.cookies != before
    stale = Visitor(nobody.port)
    stale.cookies = before
    assert stale.ask("GET", "/account").status == 303


def test_signing_in_leads_to_pages_of_ours_alone(story, nobody):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "/sign-out",
                   "/admin/.."):
        action = "/sign-in?return=" + urllib.parse.quote(target)
        sent = Visitor(nobody.port).post(action, {"email": ADMINISTRATOR, "password": PASSWORD})
        assert sent.status == 303 and sent.headers["Location"] == "/", target


def test_a_wrong_pair_is_told_in_the_same_words_whoever_it_is(story, nobody):
    wrong = nobody.submit("/sign-in", email="asha@example.org", password="not the password")
    unknown = nobody.submit("/sign-in", email="zeno@example.org", password="not the password")
    assert wrong.status == unknown.status == 422
    assert wrong.text.replace("asha@", "zeno@") == unknown.text
    assert "<title>Error: Sign in – Tabularium</title>" in wrong.text
    assert 'value="asha@example.org"' in wrong.text and "not the password" not in wrong.text
    assert 'href="#password"' in wrong.text and 'aria-describedby="password-error"' in wrong.text
    empty = nobody.submit("/sign-in", email=" ", password="")
    assert empty.status == 422 and "Enter your e-mail address" in empty.text
    assert not nobody.cookies


def test_an_address_is_locked_and_told_until_when(nobody):
    for _ in range(10):
        assert nobody.submit("/sign-in", email="zeno@example.org", password="wrong").status == 422
    locked = nobody.submit("/sign-in", email="zeno@example.org", password="wrong")
    assert locked.status == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 900
    assert re.search(r"works again after \d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC", locked.text)


def test_signing_out_ends_the_session_and_needs_the_form(story):
    stolen = Visitor(story.port)
    stolen.cookies = dict(story.ira.cookies)
    assert story.ira.post("/sign-out", {}).status == 403
    assert story.ira.get("/account").status == 200
    out = story.ira.submit("/account", "/sign-out")
    assert out.headers["Location"] == "/" and not story.ira.cookies
    assert stolen.ask("GET", "/account").status == 303


def test_a_form_whose_session_has_ended_leads_back_to_its_page(story):
    page = f"{story.asha_url}/roles/new"
    fields = story.ira.get(page).reader.forms[page] + [("role", "explorer")]
    size = story.log_size()
    story.ira.submit("/account", "/sign-out")
    ended = story.ira.post(page, fields)
    assert ended.status == 401 and "Your session has ended" in ended.text
    assert f'action="/sign-in?return={page}"' in ended.text
    story.ira.sign_in(ADMINISTRATOR, PASSWORD)
    assert story.log_size() == size


def test_the_secret_of_a_link_stays_out_of_pages_referrers_and_log(program, server, nobody):
    link = LINK.search(program.said)[1]
    opened = nobody.ask("GET", f"/link/{link}")
    assert opened.status == 303 and opened.headers["Location"] == "/set-password"
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert opened.headers["Cache-Control"] == "no-store" and opened.body == b""
    assert opened.headers["Set-Cookie"].endswith("HttpOnly; SameSite=Lax; Max-Age=900")
    page = nobody.get("/set-password")
    assert page.status == 200 and link not in page.text
    for wrong in ({"password": "2short", "password_again": "2short"},
                  {"password": PASSWORD, "password_again": PASSWORD + "x"},
                  {"password": "x" * 1025, "password_again": "x" * 1025}):
        refused = nobody.submit("/set-password", **wrong)
        assert refused.status == 422 and wrong["password"] not in refused.text
    done = nobody.submit("/set-password", password=PASSWORD, password_again=PASSWORD)
    assert done.headers["Location"] == "/sign-in?done=password" and not nobody.cookies
    assert "Your password is set" in nobody.follow(done).text
    # It works once.
    nobody.get(f"/link/{link}")
    again = nobody.submit("/set-password", password=PASSWORD, password_again=PASSWORD)
    assert again.status == 422 and "This link does not work" in again.text and not nobody.cookies
    _, out, errors = server.stop()
    assert link not in out + errors and PASSWORD not in out + errors


def test_a_link_is_not_opened_without_its_cookie_or_its_form(program, nobody):
    link = LINK.search(program.said)[1]
    assert nobody.get("/set-password").status == 422
    assert nobody.get("/link/short").status == 404
    nobody.get(f"/link/{link}")
    fields = {"password": PASSWORD, "password_again": PASSWORD}
    assert nobody.post("/set-password", fields).status == 403
    fields.update(dict(nobody.get("/set-password").reader.forms["/set-password"]), **fields)
    assert nobody.post("/set-password", fields, {"Origin": "https://evil.example"}).status == 403
    assert nobody.post("/set-password", fields).status == 303


def test_no_form_acts_for_a_strangers_page(story, nobody):
    page = f"{story.asha_url}/roles/new"
    fields = dict(story.ira.get(page).reader.forms[page], role="explorer")
    own = f"http://127.0.0.1:{story.port}"
    size = story.log_size()
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"},
                    {"Origin": own, "Sec-Fetch-Site": "cross-site"},
                    {"Origin": "http://127.0.0.1:1"}, {"Sec-Fetch-Site": "same-site"}):
        assert story.ira.post(page, fields, headers).status == 403, headers
    foreign = dict(story.asha.get("/account").reader.forms["/sign-out"])["form_token"]
    for token in ("", "x", foreign):
        assert story.ira.post(page, dict(fields, form_token=token)).status == 403
    assert story.log_size() == size
    # Nobody is signed in to an account of a stranger's choice.
    pair = {"email": ADMINISTRATOR, "password": PASSWORD}
    assert nobody.post("/sign-in", pair, {"Origin": "https://evil.example"}).status == 403
    assert nobody.post("/sign-in", pair, {}).status == 403
    assert not nobody.cookies
    assert story.ira.post(page, fields, {"Sec-Fetch-Site": "same-origin"}).status == 303
    assert story.log_size() == size + 1


def test_bodies_that_are_no_form_are_refused(story):
    page = f"{story.asha_url}/roles/new"
    origin = {"Origin": f"http://127.0.0.1:{story.port}"}
    as_json = {"Content-Type": "application/json", **origin}
    as_form = {"Content-Type": "application/x-www-form-urlencoded", **origin}
    assert story.ira.ask("POST", page, b'{"role": "explorer"}', as_json).status == 422
    assert story.ira.ask("POST", page, b"role=%ff", as_form).status == 422
    assert story.ira.ask("POST", page, b"a=1&" * 200, as_form).status == 413
    assert story.ira.ask("POST", page, b"a=" + b"x" * 70_000, as_form).status == 413


def test_the_bearer_of_a_token_is_nobody_at_the_pages_and_the_cookie_nobody_at_the_api(story):
    made = story.ira.submit("/account/tokens/new", name="mine", scopes=["read"], expires="7")
    token = re.search(r"tab_[\w-]{43}", made.text)[0]
    bearer = {"Authorization": f"Bearer {token}"}
    assert Visitor(story.port).ask("GET", "/account", headers=bearer).status == 303
    assert Client(story.port, token).ask("GET", "/api/v1/tokens")[0].status == 200
    assert story.ira.ask("GET", "/api/v1/tokens").status == 401
