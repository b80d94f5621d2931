"""A restored home: nothing flows and nobody is signed in until people have looked."""
# Tests of: restored_home.cc
import json

import pytest

from backing import WORDS, verify_logs
from running import PASSWORD, Client, Server
from sharing_world import Sharing, day

pytestmark = pytest.mark.usefixtures("passphrase")
TOKENS = {"sql": "SELECT national_insurance_number AS token, employer_name FROM paye_employments "
                 "ORDER BY 1, 2", "purpose": "council-tax-recovery"}


def answer_of(who, agreement):
    return who.ask("POST", f"/api/v1/agreements/{agreement}/query", TOKENS,
                   {"Accept": "application/json"})


class Before:
    """An agreement in force, an answer under it with its receipt, and secrets that open a home."""

    def __init__(self, program, sharing):
        self.agreement = sharing.in_force()
        self.token = sharing.ada.want(201, "POST", "/tokens", {
            "name": "evenings", "scopes": ["read", "query"],
            "expires": f"{day(30)}T00:00:00Z"})["token"]
        response, answer = answer_of(Client(sharing.ada.port, self.token), self.agreement)
        assert response.status == 200 and answer["rows"][0][0].startswith("t_"), answer
        self.rows = answer["rows"]
        receipt = sharing.ada.want(200, "GET",
                                   f"/receipts/{response.getheader('Tabularium-Receipt')}")
        (program.folder / "receipt.json").write_text(json.dumps(receipt))
        self.link = sharing.administrator.want(201, "POST", "/people", {
            "organisation": sharing.council, "name": "Eve (synthetic)",
            "email": "eve@example.org"})["link"]
        self.bearers = (self.token, sharing.ada.bearer, sharing.administrator.bearer)


def look_at_resuming(port, before, size):
    """A restored home whose register log had so many entries in the backup."""
    nobody = Client(port)
    leaf = nobody.want(200, "GET", f"/entries/{size}")["leaf"]
    assert leaf["kind"] == "home.restored"
    assert (leaf["agreements"], leaf["tokens"], leaf["register_size"]) == (1, 1, size)
    # Nothing that opened the old home opens this one, but passwords.
    for secret in before.bearers:
        Client(port, secret).want(401, "GET", "/requests")
    response, _ = nobody.ask("POST", "/api/v1/passwords",
                             {"link": before.link, "password": PASSWORD})
    assert response.status >= 400
    ada, olu, cyn = (nobody.sign_in(f"{name}@example.org") for name in ("ada", "olu", "cyn"))
    found = nobody.want(200, "GET", f"/agreements/{before.agreement}")
    assert found["state"] == "suspended" and found["history"][-1]["reason"] == "restored"
    assert answer_of(ada, before.agreement)[0].status == 409
    looked = {"reason": "resolved", "words": "Nothing has stopped it since."}
    cyn.want(403, "POST", f"/agreements/{before.agreement}/resume", looked)
    olu.want(200, "POST", f"/agreements/{before.agreement}/resume", looked)
    response, after = answer_of(ada, before.agreement)
    assert response.status == 200 and after["rows"] == before.rows


def test_a_restored_home_lets_nobody_in_until_its_approvers_have_looked(program, home, server,
                                                                        administrator):
    before = Before(program, Sharing(program, administrator))
    told = json.loads(program("backup", *WORDS, "home", "backup", "--json"))
    server.stop()
    made = json.loads(program("restore", *WORDS, "backup", "again", "--json"))
    assert (made["agreements_suspended"], made["tokens_withdrawn"]) == (1, 1)
    verify_logs(program, "again")
    assert program("verify", "--key", "again/keys.json", "--receipt", "receipt.json").endswith(
        "verified\n")
    restored = Server(program, home="again")
    try:
        look_at_resuming(restored.port, before, told["register_size"])
    finally:
        restored.stop()
