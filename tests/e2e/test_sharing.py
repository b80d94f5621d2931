"""One share of data over HTTP: rehearsed, approved, signed, queried, revoked, proved."""
# Tests of: agreement_routes.cc query_routes.cc exchange_wiring.cc rehearsal.cc
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

import pytest

from running import Client, Server
from sharing_world import Sharing

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "third_party/python"
COUNT = {"sql": "SELECT count(*) AS jobs FROM paye_employments", "purpose": "council-tax-recovery"}
MATCHING = 126  # of 6,000 rows: 6000 * 4212 / 200000


@pytest.fixture
def sharing(program, administrator):
    return Sharing(program, administrator)


def query(who, agreement, body, accept="application/json", suffix=""):
    return who.ask("POST", f"/api/v1/agreements/{agreement}/query{suffix}", body,
                   {"Accept": accept})



def test_a_share_from_rehearsal_to_revocation(program, server, sharing):
    number = sharing.in_review()
    counted = sharing.olu.want(200, "POST", f"/requests/{number}/rehearsals")
    assert counted["rows"] == 6000 and counted["matched"] == MATCHING
    assert counted["after_step"][-1] == MATCHING
    for who, status in ((sharing.ada, 404), (sharing.cyn, 404), (sharing.noor, 403)):
        who.want(status, "POST", f"/requests/{number}/rehearsals")
    decided = sharing.step(sharing.olu, number, "decision", 3,
                           body={"decision": "approve", "words": "It fits the purpose."})
    agreement = decided["agreement"]
    assert sharing.nobody.want(200, "GET", f"/agreements/{agreement}")["state"] == \
        "awaiting-signature"
    response, _ = query(sharing.ada, agreement, COUNT)
    assert response.status == 409
    for who in (sharing.ada, sharing.olu):
        who.want(403, "POST", f"/agreements/{agreement}/countersign")
    signed = sharing.cyn.want(200, "POST", f"/agreements/{agreement}/countersign")
    assert signed["state"] == "active"
    response, answer = query(sharing.ada, agreement, COUNT)
    assert response.status == 200 and answer["rows"] == [[MATCHING]], answer
    receipt = sharing.ada.want(200, "GET", f"/receipts/{response.getheader('Tabularium-Receipt')}")
    (program.folder / "receipt.json").write_text(json.dumps(receipt))
    assert program("verify", "--key", "home/keys.json", "--receipt", "receipt.json").endswith(
        "verified\n")
    extracts = [each for each in (program.folder / "home/extracts").rglob("*.parquet")]
    assert len(extracts) == 1
    revoked = sharing.olu.want(200, "POST", f"/agreements/{agreement}/revoke",
                               {"reason": "data-wrong", "words": "The file was wrong."})
    assert revoked["state"] == "revoked"
    response, problem = query(sharing.ada, agreement, COUNT)
    assert response.status == 409 and problem["type"] == "/errors/conflict"
    assert list((program.folder / "home/extracts").rglob("*.parquet")) == []
    public = sharing.nobody.want(200, "GET", f"/agreements/{agreement}")
    assert public["state"] == "revoked" and "policy" not in public
    words = [each["words"] for each in public["history"] if each.get("words")]
    texts = [sharing.nobody.ask("GET", f"/log/texts/{each}")[1]["text"] for each in words]
    assert "The file was wrong." in texts


def test_four_formats_and_parameters(sharing):
    agreement = sharing.in_force()
    body = {"sql": "SELECT employer_name, taxable_pay_to_date AS pay, your_reference "
                   "FROM paye_employments WHERE pay_frequency = $1 ORDER BY your_reference",
            "params": ["monthly"], "purpose": "council-tax-recovery"}
    replies = {}
    for accept in ("application/json", "text/csv", "application/x-ndjson",
                   "application/vnd.apache.arrow.stream"):
        connection = http.client.HTTPConnection("127.0.0.1", sharing.ada.port, timeout=60)
        connection.request("POST", f"/api/v1/agreements/{agreement}/query", json.dumps(body),
                           {"Authorization": f"Bearer {sharing.ada.bearer}", "Accept": accept,
                            "Content-Type": "application/json"})
        response = connection.getresponse()
        assert response.status == 200 and response.getheader("Content-Type") == accept
        assert response.getheader("Transfer-Encoding") == "chunked"
        replies[accept] = response.read()
        connection.close()
    rows = json.loads(replies["application/json"])["rows"]
    assert len(rows) > 10 and rows[0][2].startswith("AMB-")
    assert replies["text/csv"].count(b"\r\n") == len(rows) + 1
    lines = replies["application/x-ndjson"].splitlines()
    assert [json.loads(line)["your_reference"] for line in lines] == [row[2] for row in rows]
    if (PACKAGES / "pyarrow").exists():
        script = ("import sys, pyarrow.ipc as ipc; "
                  "table = ipc.open_stream(sys.stdin.buffer).read_all(); print(table.num_rows)")
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60,
                              input=replies["application/vnd.apache.arrow.stream"],
                              env=dict(os.environ, PYTHONPATH=str(PACKAGES)), check=True)
        assert int(done.stdout) == len(rows)
    response, _ = query(sharing.ada, agreement, body, "*/*", "?format=csv")
    assert response.getheader("Content-Type") == "text/csv"


ATTEMPTS = [("a dropped column", {"sql": "SELECT surname FROM paye_employments"}, 422),
            ("another file", {"sql": "SELECT * FROM read_csv('/etc/passwd')"}, 422),
            ("another table", {"sql": "SELECT * FROM overdue_2026"}, 422),
            ("two statements", {"sql": "SELECT 1; SELECT 2"}, 422),
            ("no SELECT", {"sql": "DROP TABLE paye_employments"}, 422),
            ("no purpose", {"sql": COUNT["sql"], "purpose": ""}, 400),
            ("another purpose", {"sql": COUNT["sql"], "purpose": "curiosity"}, 403)]


def test_attempts_beyond_the_agreement_are_refused_and_on_record(server, sharing):
    agreement = sharing.in_force()

    def log_size():
        return int(server.get("/metrics")[1].split(b'access"} ')[1].split(b"\n")[0])

    for name, body, status in ATTEMPTS:
        before = log_size()
        response, problem = query(sharing.ada, agreement,
                                  {"purpose": "council-tax-recovery", **body})
        assert response.status == status, (name, problem)
        assert problem["detail"] and "/home" not in json.dumps(problem), name
        assert log_size() - before in (1, 2), name  # refused at the gate, or opened and closed
    response, other = query(sharing.ada, agreement, {
        **COUNT, "sql": "SELECT count(*) FROM paye_employments "
                        "WHERE local_authority_code <> 'E07000999'"})
    assert response.status == 200 and other["rows"] == [[0]]
    before = log_size()
    for who in (sharing.sam, sharing.administrator):
        response, problem = query(who, agreement, COUNT)
        assert response.status == 404
    assert log_size() == before
    response, _ = query(sharing.cyn, agreement, COUNT)
    assert response.status == 403


def test_a_second_version_is_seen_by_the_next_query(program, sharing):
    agreement = sharing.in_force()
    total = {**COUNT, "sql": "SELECT count(DISTINCT taxable_pay_to_date) FROM paye_employments"}
    first = query(sharing.ada, agreement, total)[1]["rows"]
    program("sample-files", "--out", "next", "--rows", "6000", "--edition", "2")
    content = (program.folder / "next/paye-employments.csv").read_bytes()
    dataset = sharing.noor.want(200, "GET", f"/datasets/{sharing.data}")
    draft = sharing.noor.want(201, "POST", f"/datasets/{dataset['id']}/drafts", content,
                              {"Content-Type": "text/csv"})
    sharing.noor.want(201, "POST", f"/drafts/{draft['summary']['id']}/publish", {"columns": []})
    response, answer = query(sharing.ada, agreement, COUNT)
    assert response.status == 200 and answer["rows"] == [[MATCHING]], answer
    assert len(list((program.folder / "home/extracts").rglob("*.parquet"))) == 2
    assert query(sharing.ada, agreement, total)[1]["rows"] == first or first


# Rows without end, nearly: what the extract holds, joined with itself five times.
ENDLESS = {"sql": "SELECT a.your_reference FROM paye_employments a, paye_employments b, "
                  "paye_employments c, paye_employments d, paye_employments e",
           "purpose": "council-tax-recovery"}


def begin(sharing, agreement):
    """A socket with an endless reply under way."""
    link = socket.create_connection(("127.0.0.1", sharing.ada.port), timeout=20)
    body = json.dumps(ENDLESS)
    link.sendall((f"POST /api/v1/agreements/{agreement}/query?format=csv HTTP/1.1\r\nHost: a\r\n"
                  f"Authorization: Bearer {sharing.ada.bearer}\r\n"
                  f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                  f"{body}").encode())
    assert link.recv(12) == b"HTTP/1.1 200"
    return link


@pytest.mark.parametrize("stop", ["revoke", "suspend", "disable"])
def test_a_stop_cuts_those_who_read_and_those_who_do_not(program, sharing, stop):
    agreement = sharing.in_force()
    links = [begin(sharing, agreement) for _ in range(6)]
    ended, flowing = [], threading.Barrier(4)

    def read(link):
        tail = link.recv(1 << 20)
        flowing.wait(timeout=20)
        try:
            while chunk := link.recv(1 << 20):
                tail = chunk[-8:]
        except ConnectionResetError:
            pass
        ended.append((time.monotonic(), tail.endswith(b"0\r\n\r\n")))

    readers = [threading.Thread(target=read, args=(link,)) for link in links[:3]]
    for reader in readers:
        reader.start()
    flowing.wait(timeout=20)
    begun = time.monotonic()
    if stop == "disable":
        sharing.administrator.want(204, "POST", f"/people/{sharing.ada.id}/disable")
    else:
        sharing.olu.want(200, "POST", f"/agreements/{agreement}/{stop}",
                         {"reason": "breach-suspected"})
    for reader in readers:
        reader.join(timeout=10)
        assert not reader.is_alive()
    assert all(when - begun < 1.5 and not whole for when, whole in ended), ended
    for link in links[3:]:  # what the kernel still held for them is gone with the reset
        link.settimeout(5)
        with pytest.raises(ConnectionResetError):
            while link.recv(1 << 20):
                pass
            raise AssertionError("a stream ended as if it were whole")
    if stop != "disable":
        assert list((program.folder / "home/extracts").rglob("*.parquet")) == []


def test_an_agreement_in_force_is_so_after_a_restart(program, server, sharing):
    agreement = sharing.in_force()
    assert query(sharing.ada, agreement, COUNT)[0].status == 200
    server.stop()
    again = Server(program)
    try:
        ada = Client(again.port, sharing.ada.bearer)
        response, answer = query(ada, agreement, COUNT)
        assert response.status == 200 and answer["rows"] == [[MATCHING]], answer
    finally:
        again.stop()


def test_the_extract_is_a_delta_table_of_its_own(program, sharing):
    if not (PACKAGES / "deltalake").exists():
        assert "TABULARIUM_VECTORS_REQUIRED" not in os.environ, f"{PACKAGES} is not there"
        pytest.skip(f"NOT TESTED: no deltalake in {PACKAGES}; run tools/setup test")
    agreement = sharing.in_force()
    assert query(sharing.ada, agreement, COUNT)[0].status == 200
    folder = next((program.folder / "home/extracts").rglob("_delta_log")).parent
    script = ("import os, sys, json; from deltalake import DeltaTable; "
              "table = DeltaTable(sys.argv[1]).to_pyarrow_table(); "
              "print(json.dumps([table.num_rows, table.column_names]), flush=True); "
                  # Some of its threads outlive the end of the interpreter, which then aborts.
                  "os._exit(0)")
    done = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True,
                          text=True, timeout=120, check=False,
                          env=dict(os.environ, PYTHONPATH=str(PACKAGES)))
    assert done.returncode == 0, done.stderr
    rows, names = json.loads(done.stdout)
    assert rows == MATCHING and len(names) == 13 and "your_reference" in names
    assert "surname" not in names
