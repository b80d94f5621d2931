"""Datasets over the API of the real binary: uploaded, confirmed, published, read by others."""
# Tests of: dataset_routes.cc draft_routes.cc catalogue_json.cc home_catalogue.cc
import json
import os
import pathlib
import resource
import subprocess
import sys

import pytest

from running import LINK, Client, Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "third_party/python"
CSV = {"Content-Type": "text/csv"}
READ_DELTA = """
import json, os, sys
from deltalake import DeltaTable
table = DeltaTable(sys.argv[1])
answer = {"version": table.version(), "files": len(table.file_uris())}
for version in range(1, table.version() + 1):
    table.load_as_version(version)
    data = table.to_pyarrow_table()
    answer[version] = {"rows": data.num_rows, "types": {f.name: str(f.type) for f in data.schema},
                       "first": {name: str(data.column(name)[0]) for name in data.column_names}}
print(json.dumps(answer), flush=True)
os._exit(0)  # some of its threads outlive the end of the interpreter, which then aborts
"""


def rows(number, changed=False):
    text = "record_id,national_insurance_number,postcode,started,pay,employer\n"
    for each in range(number):
        pay = 20_000 + each + (1 if changed and each % 10 == 0 else 0)
        text += (f"R{each:05d},QQ{each:06d}A,ZZ{each % 9 + 1} {each % 9 + 1}AA,"
                 f"2024-01-{each % 28 + 1:02d},{pay}.50,Mill Ltd\n")
    return text


class Office:
    """A revenue department with a publisher, and a council with one."""

    def __init__(self, administrator):
        self.administrator = administrator
        self.nobody = Client(administrator.port)
        self.noor = self.publisher("Revenue office", "noor@example.org")
        self.cara = self.publisher("Council", "cara@example.org")

    def publisher(self, organisation, email):
        at = self.administrator.want(201, "POST", "/organisations",
                                     {"name": organisation, "kind": "office"})["id"]
        made = self.administrator.want(201, "POST", "/people",
                                       {"organisation": at, "name": "Somebody (synthetic)",
                                        "email": email})
        self.administrator.want(201, "POST", "/grants",
                                {"subject": made["id"], "role": "publisher", "organisation": at})
        return self.nobody.first_sign_in(made["link"], email)

    def dataset(self, who, short_name, visibility="public"):
        return who.want(201, "POST", "/datasets",
                        {"short_name": short_name, "title": f"The {short_name}",
                         "description": "Synthetic people.", "visibility": visibility})

    def upload(self, who, dataset, text, status=201, headers=None):
        return who.want(status, "POST", f"/datasets/{dataset['id']}/drafts", text, headers or CSV)

    def publish(self, who, dataset, text, confirmation=None):
        draft = self.upload(who, dataset, text)
        columns = [{"name": each["name"], "confirmed": True} for each in draft["proposal"]]
        return who.want(201, "POST", f"/drafts/{draft['summary']['id']}/publish",
                        {"columns": columns, **(confirmation or {})})


@pytest.fixture
def office(administrator):
    return Office(administrator)


def test_two_versions_are_published_and_on_record(office):
    noor = office.noor
    dataset = office.dataset(noor, "paye-employments")
    office.nobody.want(404, "GET", f"/datasets/{dataset['id']}")
    first = office.publish(noor, dataset, rows(100))
    assert (first["summary"]["number"], first["summary"]["rows"]) == (1, 100)
    second = office.publish(noor, dataset, rows(100, changed=True))
    assert second["summary"]["number"] == 2
    seen = office.nobody.want(200, "GET", f"/datasets/{dataset['slug']}")
    assert seen["latest"]["number"] == 2 and seen["organisation"]["name"] == "Revenue office"
    versions = office.nobody.want(200, "GET", f"/datasets/{dataset['id']}/versions")["items"]
    assert [each["number"] for each in versions] == [2, 1]
    leaf = office.nobody.want(200, "GET", f"/entries/{first['summary']['entry']}")["leaf"]
    assert leaf["kind"] == "dataset.published" and leaf["version"] == 1 and leaf["rows"] == 100
    assert leaf["data"] == first["summary"]["data_digest"]
    whole = office.nobody.want(200, "GET", f"/datasets/{dataset['id']}/versions/2")
    types = {each["name"]: each["type"] for each in whole["columns"]}
    assert types["pay"] == "decimal(18,2)" and types["started"] == "date"
    assert "QQ000001A" not in json.dumps(whole)


def test_a_reader_of_others_reads_both_versions(program, office):
    if not (PACKAGES / "deltalake").exists():
        assert "TABULARIUM_VECTORS_REQUIRED" not in os.environ, f"{PACKAGES} is not there"
        pytest.skip(f"NOT TESTED: no deltalake in {PACKAGES}; run tools/setup test")
    dataset = office.dataset(office.noor, "paye-employments")
    office.publish(office.noor, dataset, rows(1000))
    office.publish(office.noor, dataset, rows(1000, changed=True))
    folder = next((program.folder / "home/data").iterdir())
    done = subprocess.run([sys.executable, "-c", READ_DELTA, str(folder)], text=True,
                          env=dict(os.environ, PYTHONPATH=str(PACKAGES)), capture_output=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["version"], answer["files"]) == (2, 1)
    assert answer["1"]["rows"] == answer["2"]["rows"] == 1000
    assert answer["1"]["first"]["pay"] == "20000.50" and answer["2"]["first"]["pay"] == "20001.50"
    assert answer["2"]["types"]["started"].startswith("date32")
    assert answer["2"]["types"]["pay"] == "decimal128(18, 2)"


def test_a_private_list_is_seen_by_its_own_body_alone(office):
    cara = office.cara
    dataset = office.dataset(cara, "overdue-2026", "private")
    text = "account_number,national_insurance_number\n" + "".join(
        f"A{each:05d},QQ{each:06d}A\n" for each in range(200))
    key = {"key": {"column": "national_insurance_number", "normalisation": "compact"}}
    published = office.publish(cara, dataset, text, key)
    entry = office.nobody.want(200, "GET", f"/entries/{published['summary']['entry']}")["leaf"]
    assert set(entry) == {"kind", "outbox", "time", "organisation", "commitment"}
    for path in (f"/datasets/{dataset['id']}", f"/datasets/{dataset['slug']}",
                 f"/datasets/{dataset['id']}/versions", f"/datasets/{dataset['id']}/versions/1"):
        cara.want(200, "GET", path)
        office.nobody.want(404, "GET", path)
        office.noor.want(404, "GET", path)
    assert office.nobody.want(200, "GET", "/datasets?title=overdue")["total"] == 0
    assert cara.want(200, "GET", "/datasets?title=overdue")["total"] == 1
    twice = text + "A99999,qq 00 00 01 a\n"
    draft = office.upload(cara, dataset, twice)
    columns = [{"name": each["name"], "confirmed": True} for each in draft["proposal"]]
    problem = cara.want(422, "POST", f"/drafts/{draft['summary']['id']}/publish",
                        {"columns": columns, **key})
    assert "QQ000001A" not in json.dumps(problem) and "00 00" not in json.dumps(problem)


def test_drafts_are_the_bodys_own(office):
    dataset = office.dataset(office.noor, "paye-employments")
    draft = office.upload(office.noor, dataset, rows(10))
    path = f"/drafts/{draft['summary']['id']}"
    office.cara.want(404, "GET", path)
    office.cara.want(404, "POST", f"{path}/publish", {"columns": []})
    office.cara.want(404, "POST", f"/datasets/{dataset['id']}/drafts", rows(1), CSV)
    office.administrator.want(404, "GET", path)
    office.noor.want(204, "DELETE", path)
    office.noor.want(404, "GET", path)


BAD_FILES = [("", "empty"), ("a,b\n", "header only"), ("a,b\n1\n", "ragged"),
             ('a,b\n"1,2\n', "a quote that never closes"),
             ("a,b\n1,2\n".encode("utf-16"), "UTF-16"), (b"a,b\n\xe9,2\n", "Windows-1252"),
             (b"PAR1 and nothing else PAR1", "a lying Parquet file")]


@pytest.mark.parametrize("text, name", BAD_FILES, ids=[name for _, name in BAD_FILES])
def test_a_bad_file_is_refused_with_its_place_and_leaves_nothing(program, office, text, name):
    dataset = office.dataset(office.noor, "paye-employments")
    problem = office.upload(office.noor, dataset, text, 422,
                            {"Content-Type": "application/octet-stream"})
    assert problem["remedy"] and "/home" not in json.dumps(problem), (name, problem)
    assert office.noor.want(200, "GET", f"/datasets/{dataset['id']}/drafts")["items"] == []
    left = [each for each in (program.folder / "home/drafts").rglob("*") if each.is_file()]
    assert left == []


def test_a_record_is_changed_from_the_state_that_was_seen(office):
    dataset = office.dataset(office.noor, "paye-employments")
    path = f"/api/v1/datasets/{dataset['id']}"
    response, _ = office.noor.ask("GET", path)
    seen = response.getheader("ETag")
    office.noor.want(428, "PATCH", f"/datasets/{dataset['id']}", {"title": "New"})
    response, edited = office.noor.ask("PATCH", path, {"title": "New"}, {"If-Match": seen})
    assert response.status == 200 and edited["title"] == "New"
    assert response.getheader("ETag") != seen
    for old in (seen, "*", 'W/"1"'):
        office.noor.want(412, "PATCH", f"/datasets/{dataset['id']}", {"title": "Other"},
                         {"If-Match": old})


def test_a_publication_that_is_sent_twice_is_one_version(office):
    dataset = office.dataset(office.noor, "paye-employments")
    draft = office.upload(office.noor, dataset, rows(10))
    path = f"/api/v1/drafts/{draft['summary']['id']}/publish"
    key = {"Idempotency-Key": "publish-1"}
    first, _ = office.noor.ask("POST", path, {"columns": []}, key)
    again, nothing = office.noor.ask("POST", path, {"columns": []}, key)
    assert (first.status, again.status, nothing) == (201, 201, None)
    assert first.getheader("Location") == again.getheader("Location")
    assert len(office.noor.want(200, "GET", f"/datasets/{dataset['id']}/versions")["items"]) == 1


def test_lists_filter_by_title_and_come_in_pages(office):
    for number in range(5):
        dataset = office.dataset(office.noor, f"set-{number}")
        office.publish(office.noor, dataset, rows(5 + number))
    seen, cursor = [], ""
    while cursor is not None:
        page = office.nobody.want(200, "GET", f"/datasets?title=THE%20SET&limit=2"
                                  f"{cursor and '&cursor='}{cursor}")
        assert page["total"] == 5
        seen += [each["short_name"] for each in page["items"]]
        cursor = page["next"]
    assert seen == [f"set-{number}" for number in range(5)]
    office.nobody.want(422, "GET", "/datasets?cursor=abcdef")


def test_a_full_disk_is_said_and_nothing_is_half_published(program, home):
    limit = 3_000_000

    def before():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    server = Server(program, before=before)
    try:
        link = LINK.search(program.said)[1]
        office = Office(Client(server.port).first_sign_in(link, "ira@example.org"))
        dataset = office.dataset(office.noor, "paye-employments")
        problem = office.upload(office.noor, dataset, rows(60_000), 507)
        assert problem["type"] == "/errors/storage-full"
        published = office.publish(office.noor, dataset, rows(1000))
        assert published["summary"]["number"] == 1
    finally:
        server.stop()
