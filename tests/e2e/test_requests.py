"""A request over the API of the real binary: written, checked by the law's rules, sent, decided."""
# Tests of: request_routes.cc
import datetime
import json
import pathlib

import pytest

from running import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/debt-recovery/request.json"
OPERATOR = "Tabularium demonstration office"


def day(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


class Sharing:
    """A revenue department and a council with all that a request needs."""

    def __init__(self, program, administrator):
        self.administrator = administrator
        self.nobody = Client(administrator.port)
        self.revenue = self.body("HM Revenue and Customs", "uk-department", "united-kingdom")
        self.council = self.body("Ambleford District Council", "district-council", "england",
                                 "E07000999")
        other = self.body("Elsewhere District Council", "district-council", "england", "E07000998")
        self.noor = self.person("noor", self.revenue, "publisher")
        self.olu = self.person("olu", self.revenue, "approver")
        self.ada = self.person("ada", self.council, "explorer")
        self.ben = self.person("ben", self.council, "publisher")
        self.cyn = self.person("cyn", self.council, "approver")
        self.sam = self.person("sam", other, "explorer")
        program("sample-files", "--out", "files", "--rows", "6000")
        files = program.folder / "files"
        self.data = self.publish(self.noor, "paye-employments", "public",
                                 (files / "paye-employments.csv").read_bytes())
        key = {"column": "national_insurance_number", "normalisation": "compact"}
        self.list = self.publish(self.ben, "overdue-2026", "private",
                                 (files / "overdue-2026.csv").read_bytes(), key)

    def body(self, name, kind, country, area=""):
        return self.administrator.want(201, "POST", "/organisations",
                                       {"name": name, "kind": kind, "country": country,
                                        "area_code": area})["id"]

    def person(self, name, at, role):
        email = f"{name}@example.org"
        made = self.administrator.want(201, "POST", "/people",
                                       {"organisation": at, "name": f"{name} (synthetic)",
                                        "email": email})
        self.administrator.want(201, "POST", "/grants", {"subject": made["id"], "role": role,
                                                         "organisation": at})
        client = self.nobody.first_sign_in(made["link"], email)
        client.id = made["id"]
        return client

    def publish(self, who, short_name, visibility, content, key=None):
        dataset = who.want(201, "POST", "/datasets",
                           {"short_name": short_name, "title": short_name,
                            "description": "Synthetic.", "visibility": visibility})
        draft = who.want(201, "POST", f"/datasets/{dataset['id']}/drafts", content,
                         {"Content-Type": "text/csv"})
        columns = [{"name": each["name"], "confirmed": True} for each in draft["proposal"]]
        confirmation = {"columns": columns, **({"key": key} if key else {})}
        who.want(201, "POST", f"/drafts/{draft['summary']['id']}/publish", confirmation)
        return dataset["slug"]

    def document(self, power="dea-48", **places):
        text = EXAMPLE.read_text()
        values = {"dataset": self.data, "list": self.list, "recipient": self.ada.id,
                  "operator": OPERATOR, "power": power, "due": day(-200), "start": day(0),
                  "review": day(180), "end": day(364), **places}
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        return json.loads(text)

    def step(self, who, number, step, revision, status=200, body=None):
        return who.want(status, "POST", f"/requests/{number}/{step}", body,
                        {"If-Match": f'"{revision}"'})


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def refusing(verdict):
    return [each["rule"] for each in verdict["findings"] if each["outcome"] == "refused"]


def test_the_wrong_power_is_refused_with_its_rule_and_the_right_one_is_not(sharing):
    ada = sharing.ada
    made = ada.want(201, "POST", "/requests", sharing.document("srsa-45a"))
    number = made["number"]
    verdict = ada.want(200, "POST", f"/requests/{number}/check")
    assert verdict["outcome"] == "refused" and refusing(verdict)
    first = next(each for each in verdict["findings"] if each["outcome"] == "refused")
    assert first["sentence"] and first["remedy"] and first["citation"]
    problem = sharing.step(ada, number, "submit", 1, 409)
    assert any(rule in json.dumps(problem) for rule in refusing(verdict))
    response, edited = ada.ask("PUT", f"/api/v1/requests/{number}", sharing.document(),
                               {"If-Match": '"1"'})
    assert response.status == 200 and response.getheader("ETag") == '"2"'
    verdict = ada.want(200, "POST", f"/requests/{number}/check")
    assert refusing(verdict) == [] and verdict["outcome"] in ("holds", "note", "advice")
    assert len(verdict["findings"]) > 15
    sent = sharing.step(ada, number, "submit", 2)
    assert sent["state"] == "submitted"


def test_a_request_is_seen_by_its_two_bodies_and_by_the_owner_only_once_sent(sharing):
    number = sharing.ada.want(201, "POST", "/requests", sharing.document())["number"]
    for who in (sharing.olu, sharing.sam, sharing.administrator):
        who.want(404, "GET", f"/requests/{number}")
    sharing.nobody.want(401, "GET", f"/requests/{number}")
    sharing.cyn.want(200, "GET", f"/requests/{number}")
    sharing.step(sharing.ada, number, "submit", 1)
    seen = sharing.olu.want(200, "GET", f"/requests/{number}")
    assert seen["state"] == "submitted"
    sharing.sam.want(404, "GET", f"/requests/{number}")
    waiting = sharing.olu.want(200, "GET", "/requests?box=waiting")["items"]
    assert [each["number"] for each in waiting] == [number]
    assert sharing.sam.want(200, "GET", "/requests?box=waiting")["items"] == []


def test_the_owner_takes_returns_and_rejects_and_only_an_approver_may(sharing):
    ada, olu = sharing.ada, sharing.olu
    number = ada.want(201, "POST", "/requests", sharing.document())["number"]
    sharing.step(ada, number, "submit", 1)
    sharing.step(sharing.noor, number, "take", 2, 403)
    sharing.step(sharing.cyn, number, "take", 2, 403)
    sharing.step(olu, number, "take", 1, 412)
    taken = sharing.step(olu, number, "take", 2)
    assert taken["state"] == "in-review"
    returned = sharing.step(olu, number, "decision", 3,
                            body={"decision": "return", "words": "Leave out the address."})
    assert returned["state"] == "returned"
    ada.want(200, "PUT", f"/requests/{number}", sharing.document(), {"If-Match": '"4"'})
    sharing.step(ada, number, "submit", 5)
    sharing.step(olu, number, "take", 6)
    rejected = sharing.step(olu, number, "decision", 7,
                            body={"decision": "reject", "reason": "too-much-data",
                                  "words": "Employer names would do."})
    assert rejected["state"] == "rejected"
    leaf_index = [each["leaf"] for each in rejected["history"] if each["leaf"] is not None][-1]
    leaf = sharing.nobody.want(200, "GET", f"/entries/{leaf_index}")["leaf"]
    assert leaf["kind"] == "request.rejected" and "Employer names" not in json.dumps(leaf)
    sharing.step(ada, number, "submit", 8, 409)


BAD = [(lambda d: d["policy"]["columns"].append({"name": "salary", "treatment": "show"}), "column"),
       (lambda d: d["policy"]["columns"].__setitem__(
           0, {"name": "national_insurance_number", "treatment": "show"}), "treatment"),
       (lambda d: d["proposal"].update(end=day(-1)), "end"),
       (lambda d: d["proposal"].update(start="2026-02-30"), "start"),
       (lambda d: d["proposal"].update(power="magna-carta"), "power"),
       (lambda d: d.update(dataset="nothing-here-000000"), "dataset"),
       (lambda d: d.update(colour="red"), "colour"),
       (lambda d: d["policy"]["member_of"].update(list_column="missing"), "list"),
       (lambda d: d["policy"]["condition"].update(test="maybe"), "condition")]


@pytest.mark.parametrize("spoil, place", BAD, ids=[place for _, place in BAD])
def test_a_document_that_cannot_be_is_refused_at_its_place(sharing, spoil, place):
    document = sharing.document()
    spoil(document)
    response, problem = sharing.ada.ask("POST", "/api/v1/requests", document)
    assert response.status in (404, 422), (place, problem)
    assert problem["remedy"]
    if response.status == 422:
        assert place in problem["where"] + problem["detail"], problem
    assert sharing.ada.want(200, "GET", "/requests")["items"] == []
