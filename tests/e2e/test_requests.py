"""A request over the API of the real binary: written, checked by the law's rules, sent, decided."""
# Tests of: request_routes.cc
import json

import pytest

from sharing_world import Sharing, day


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
