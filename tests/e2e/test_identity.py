"""People, roles and tokens over the API of the real binary."""
# Tests of: api.cc call.cc session_routes.cc organisation_routes.cc grant_routes.cc token_routes.cc
# Tests of: entry_routes.cc request_check.cc route_table.cc ledger_recorder.cc
import datetime
import json
import subprocess

import pytest

from running import ADMINISTRATOR, LINK, PASSWORD, Client, Server


def in_days(days):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


class Council:
    """An organisation with an explorer and a stranger to it."""

    def __init__(self, administrator):
        self.administrator = administrator
        self.nobody = Client(administrator.port)
        self.id = administrator.want(201, "POST", "/organisations",
                                     {"name": "Ambleford", "kind": "district-council"})["id"]
        other = administrator.want(201, "POST", "/organisations",
                                   {"name": "Elsewhere", "kind": "district-council"})["id"]
        self.ada = self.person("ada@example.org", self.id)
        self.stranger = self.person("sam@example.org", other)

    def person(self, email, organisation):
        made = self.administrator.want(
            201, "POST", "/people", {"organisation": organisation, "name": "Synthetic Person",
                                     "email": email})
        client = self.nobody.first_sign_in(made["link"], email)
        client.id = made["id"]
        return client


@pytest.fixture
def council(administrator):
    return Council(administrator)


def curl(server, *words):
    done = subprocess.run(["curl", "-sS", "--fail-with-body", *words[:-1],
                           f"http://127.0.0.1:{server.port}{words[-1]}"],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def test_curl_signs_in_grants_a_role_and_finds_the_leaf(program, server):
    link = LINK.search(program.said)[1]
    as_json = ["-H", "Content-Type: application/json", "-d"]
    assert curl(server, *as_json, json.dumps({"link": link, "password": PASSWORD}),
                "/api/v1/passwords") == (0, None)
    _, session = curl(server, *as_json, json.dumps({"email": ADMINISTRATOR, "password": PASSWORD}),
                      "/api/v1/sessions")
    bearer = ["-H", f"Authorization: Bearer {session['session']}"]
    _, made = curl(server, *bearer, *as_json, '{"name": "Ambleford", "kind": "council"}',
                   "/api/v1/organisations")
    _, person = curl(server, *bearer, *as_json,
                     json.dumps({"organisation": made["id"], "name": "Ada (synthetic)",
                                 "email": "ada@example.org"}), "/api/v1/people")
    _, grant = curl(server, *bearer, *as_json,
                    json.dumps({"subject": person["id"], "role": "explorer",
                                "organisation": made["id"]}), "/api/v1/grants")
    assert grant["state"] == "active"
    _, entry = curl(server, f"/api/v1/entries/{grant['entry']}")
    assert entry["leaf"]["kind"] == "role.granted" and entry["leaf"]["role"] == "explorer"
    assert entry["leaf"]["organisation"].startswith("ambleford-")
    assert "ada" not in json.dumps(entry).lower()
    code, problem = curl(server, f"/api/v1/grants/{grant['id']}")
    assert code == 22 and problem["status"] == 401


def test_the_receipt_of_a_grant_verifies_offline(program, server, council):
    grant = council.administrator.want(201, "POST", "/grants",
                                       {"subject": council.ada.id, "role": "explorer",
                                        "organisation": council.id})
    receipt = council.nobody.want(200, "GET", f"/entries/{grant['entry']}/receipt")
    (program.folder / "receipt.json").write_text(json.dumps(receipt))
    told = program("verify", "--key", "home/keys.json", "--receipt", "receipt.json")
    assert told.endswith("verified\n")


def test_a_stranger_gets_the_same_404_as_for_nothing(council):
    grant = council.administrator.want(201, "POST", "/grants",
                                       {"subject": council.ada.id, "role": "explorer",
                                        "organisation": council.id})
    absent = "0" * 32
    pairs = [("GET", f"/grants/{grant['id']}", f"/grants/{absent}"),
             ("DELETE", f"/grants/{grant['id']}", f"/grants/{absent}"),
             ("GET", f"/grants?organisation={council.id}", f"/grants?organisation={absent}"),
             ("GET", f"/people?organisation={council.id}", f"/people?organisation={absent}"),
             ("GET", f"/tokens?subject={council.ada.id}", f"/tokens?subject={absent}"),
             ("POST", f"/people/{council.ada.id}/disable", f"/people/{absent}/disable"),
             ("POST", f"/people/{council.ada.id}/link", f"/people/{absent}/link")]
    for method, there, nowhere in pairs:
        answers = []
        for path in (there, nowhere):
            problem = council.stranger.want(404, method, path)
            problem.pop("instance")
            answers.append(problem)
        assert answers[0] == answers[1], there
    assert council.ada.want(200, "GET", "/sessions/current")["roles"] == [
        {"role": "explorer", "organisation": council.id}]


def test_an_organisation_states_its_country_and_area(council):
    ira = council.administrator
    made = ira.want(201, "POST", "/organisations",
                    {"name": "Elmstead", "kind": "district-council", "country": "england",
                     "area_code": "E07000999"})
    seen = council.nobody.want(200, "GET", f"/organisations/{made['id']}")
    assert (seen["country"], seen["area_code"]) == ("england", "E07000999")
    assert council.nobody.want(200, "GET", f"/organisations/{council.id}")["country"] == ""
    ira.want(422, "POST", "/organisations", {"name": "Elmstead", "kind": "district-council",
                                             "area_code": "e07"})


def test_roles_count_while_they_stand(council):
    ira, ada = council.administrator, council.ada
    grant = ira.want(201, "POST", "/grants", {"subject": ada.id, "role": "explorer",
                                              "organisation": council.id})
    assert "query" in ada.want(200, "GET", "/sessions/current")["scopes"]
    again = ira.want(409, "POST", "/grants", {"subject": ada.id, "role": "explorer",
                                              "organisation": council.id})
    assert again["type"] == "/errors/conflict"
    ira.want(204, "DELETE", f"/grants/{grant['id']}")
    assert "query" not in ada.want(200, "GET", "/sessions/current")["scopes"]
    assert ira.want(200, "GET", f"/grants/{grant['id']}")["state"] == "withdrawn"
    me = ira.want(200, "GET", "/sessions/current")
    ira.want(403, "POST", "/grants", {"subject": me["id"], "role": "auditor",
                                      "organisation": None})


def test_tokens_are_shown_once_and_end_at_once(server, council):
    ada = council.ada
    council.administrator.want(201, "POST", "/grants",
                               {"subject": ada.id, "role": "explorer", "organisation": council.id})
    made = ada.want(201, "POST", "/tokens", {"name": "notebook", "scopes": ["read", "query"],
                                             "expires": in_days(30)})
    program = Client(server.port, made["token"])
    assert program.want(200, "GET", "/sessions/current")["scopes"] == ["read", "query"]
    listed = ada.want(200, "GET", "/tokens")["items"]
    assert [each["name"] for each in listed] == ["notebook"]
    assert made["token"] not in json.dumps(listed)
    program.want(422, "DELETE", "/sessions/current")
    ada.want(204, "DELETE", f"/tokens/{made['id']}")
    program.want(401, "GET", "/sessions/current")
    ada.want(422, "POST", "/tokens", {"name": "too long", "scopes": ["read"],
                                      "expires": in_days(400)})


def test_a_disabled_person_is_out(council):
    council.administrator.want(204, "POST", f"/people/{council.ada.id}/disable")
    council.ada.want(401, "GET", "/sessions/current")
    council.nobody.want(401, "POST", "/sessions", {"email": "ada@example.org",
                                                   "password": PASSWORD})


def test_a_request_sent_twice_has_its_effect_once(council):
    key = {"Idempotency-Key": "b0d0c8b2"}
    body = {"name": "Twice", "kind": "office"}
    ira = council.administrator
    response, first = ira.ask("POST", "/api/v1/organisations", body, key)
    again, nothing = ira.ask("POST", "/api/v1/organisations", body, key)
    assert (again.status, nothing) == (201, None)
    assert again.getheader("Location") == response.getheader("Location")
    assert again.getheader("Idempotency-Replayed") == "true"
    assert again.getheader("Location").endswith(first["id"])
    ira.want(422, "POST", "/organisations", {"name": "Other", "kind": "office"}, key)
    names = [each["name"] for each in ira.want(200, "GET", "/organisations")["items"]]
    assert names.count("Twice") == 1


def test_lists_come_in_pages(council):
    for number in range(5):
        council.administrator.want(201, "POST", "/organisations",
                                   {"name": f"Body {number}", "kind": "office"})
    seen, cursor = [], ""
    while cursor is not None:
        page = council.nobody.want(200, "GET", f"/organisations?limit=3{cursor and '&cursor='}"
                                   f"{cursor}")
        assert len(page["items"]) <= 3
        seen += [each["slug"] for each in page["items"]]
        cursor = page["next"]
    assert seen == sorted(seen) and len(set(seen)) == len(seen) == 8
    entries = council.nobody.want(200, "GET", "/entries?limit=2&cursor=1")
    assert [each["index"] for each in entries["items"]] == [1, 2] and entries["next"] == "3"


BAD = [
    ("POST", "/organisations", '{"name": "A"', {"Content-Type": "application/json"}, 400, None),
    ("POST", "/organisations", "[" * 100, {"Content-Type": "application/json"}, 413, None),
    ("POST", "/organisations", "", {"Content-Type": "application/json"}, 400, None),
    ("POST", "/organisations", "{}", {"Content-Type": "text/plain"}, 415, "Content-Type"),
    ("POST", "/organisations", "{}", {"Content-Type": "application/json",
                                      "Content-Encoding": "gzip"}, 415, "Content-Encoding"),
    ("POST", "/organisations", {"name": "A"}, {}, 422, "/"),
    ("POST", "/organisations", {"name": "A", "kind": "office", "more": 1}, {}, 422, "/more"),
    ("POST", "/organisations", {"name": 7, "kind": "office"}, {}, 422, "/name"),
    ("POST", "/organisations", {"name": "A" * 300, "kind": "office"}, {}, 422, "/name"),
    ("POST", "/organisations", {"name": "A\n", "kind": "office"}, {}, 422, "/name"),
    ("POST", "/organisations", {"name": "A", "kind": "Office!"}, {}, 422, "/kind"),
    ("POST", "/organisations", {"name": "A", "kind": "office"}, {"Idempotency-Key": "a b"}, 400,
     "Idempotency-Key"),
    ("POST", "/grants", {"subject": "x", "role": "explorer", "organisation": None}, {}, 422,
     "/subject"),
    ("POST", "/grants", {"subject": "0" * 32, "role": "king", "organisation": None}, {}, 422,
     "/role"),
    ("GET", "/organisations?limit=0", None, {}, 422, "?limit"),
    ("GET", "/organisations?limit=many", None, {}, 422, "?limit"),
    ("GET", "/organisations?colour=red", None, {}, 422, "?colour"),
    ("GET", "/organisations?limit=1&limit=2", None, {}, 422, "?limit"),
    ("GET", "/organisations", None, {"Accept": "text/html"}, 406, "Accept"),
    ("GET", "/organisations", "{}", {"Content-Type": "application/json"}, 400, "body"),
    ("GET", "/nothing", None, {}, 404, None),
    ("PUT", "/organisations", None, {}, 405, None),
    ("GET", "/entries/99999", None, {}, 404, None),
    ("GET", "/entries/-1", None, {}, 404, None),
]


def test_bad_input_is_named_with_its_place(administrator):
    for method, path, body, headers, status, where in BAD:
        response, problem = administrator.ask(method, f"/api/v1{path}", body, headers)
        assert response.status == status, (method, path, body, problem)
        assert response.getheader("Content-Type") == "application/problem+json"
        assert problem["remedy"] and problem["type"].startswith("/errors/")
        assert problem.get("where") == where or where is None, (path, problem)


def test_a_body_beyond_the_limit_is_refused(administrator):
    response, _ = administrator.ask("POST", "/api/v1/organisations", "x" * (1 << 20 | 1),
                                    {"Content-Type": "application/json"})
    assert response.status == 413


def test_guessing_is_slowed_down_and_says_until_when(council):
    wrong = {"email": "ada@example.org", "password": "not the password at all"}
    for _ in range(10):
        council.nobody.want(401, "POST", "/sessions", wrong)
    response, problem = council.nobody.ask("POST", "/api/v1/sessions", wrong)
    assert response.status == 429 and problem["type"] == "/errors/rate-limited"
    assert 0 < int(response.getheader("Retry-After")) <= 900
    council.nobody.want(401, "POST", "/sessions", {"email": "nobody@example.org",
                                                   "password": "not the password at all"})


def test_what_was_granted_is_there_after_a_restart(program, server, council):
    council.administrator.want(201, "POST", "/grants",
                               {"subject": council.ada.id, "role": "explorer",
                                "organisation": council.id})
    server.stop()
    again = Server(program)
    try:
        ada = Client(again.port, council.ada.bearer)
        assert "query" in ada.want(200, "GET", "/sessions/current")["scopes"]
    finally:
        again.stop()


def test_no_secret_and_no_address_reaches_the_server_log(server, council):
    council.nobody.want(401, "POST", "/sessions", {"email": "ada@example.org",
                                                   "password": "wrong but long enough"})
    _, out, errors = server.stop()
    for text in ("ada@", "ira@", "wrong but", PASSWORD, council.ada.bearer):
        assert text not in out + errors
