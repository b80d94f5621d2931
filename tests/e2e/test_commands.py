"""`tabularium publish`, `query` and `token` on the real server.

All people are synthetic."""
# Tests of: publish_command.cc, query_command.cc, token_command.cc
import json
import os
import pathlib
import re
import resource
import stat
import subprocess
import threading
import time

import pytest

from running import ADMINISTRATOR, PASSWORD, Client
from sharing_world import Sharing

PURPOSE = "council-tax-recovery"
COUNT = "SELECT count(*) AS people FROM paye_employments"
ALL = "SELECT * FROM paye_employments"
# More rows than anybody waits for.
ENDLESS = ("SELECT a.your_reference FROM paye_employments a, paye_employments b, "
           "paye_employments c, paye_employments d")
CUT = 7
MEMORY_LIMIT_KB = 60_000


class Shell:
    """Runs the binary as somebody with a token, and keeps both streams."""

    def __init__(self, program, port, bearer=None):
        self.program, self.port, self.bearer = program, port, bearer

    def __call__(self, *words, expected=0, given=None, before=None, text=True):
        environment = {name: value for name, value in os.environ.items()
                       if name != "TABULARIUM_TOKEN"}
        if self.bearer:
            environment["TABULARIUM_TOKEN"] = self.bearer
        done = subprocess.run([self.program.binary, *map(str, words), "--server",
                               f"http://127.0.0.1:{self.port}"], cwd=self.program.folder,
                              text=text, capture_output=True, timeout=120, check=False,
                              input=given, env=environment, preexec_fn=before)
        assert done.returncode == expected, (words, done.returncode, done.stdout, done.stderr)
        self.told = done.stderr
        return done.stdout


def rows(number, changed=0):
    return "record_id,national_insurance_number,postcode,pay\n" + "".join(
        f"R{each:05d},QQ{each:06d}A,ZZ{each % 9 + 1} 1AA,{20_000 + each + changed}.50\n"
        for each in range(number))


# --- token ----------------------------------------------------------------------------------------

def test_a_token_is_made_with_a_password_used_listed_and_withdrawn(program, administrator):
    shell = Shell(program, administrator.port)
    credentials = f"{ADMINISTRATOR}\n{PASSWORD}\n"
    secret = shell("token", "make", "--sign-in", "--name", "Nightly", "--scope", "administer",
                   "--scope", "read", given=credentials)
    assert re.fullmatch(r"tab_[A-Za-z0-9_-]{43}\n", secret)
    assert "shown this once" in shell.told and secret.strip() not in shell.told
    (program.folder / "token").write_text(secret)
    found = json.loads(shell("token", "list", "--json", "--token-file", "token"))
    assert [(each["name"], sorted(each["scopes"])) for each in found] == [
        ("Nightly", ["administer", "read"])]
    # With `administer` it makes another, into a file of its owner alone.
    shell("token", "make", "--token-file", "token", "--name", "Second", "--scope", "read",
          "--output", "second", "--days", "1")
    assert stat.S_IMODE((program.folder / "second").stat().st_mode) == 0o600
    assert "Second" in shell("token", "list", "--token-file", "second")
    shell("token", "withdraw", found[0]["id"], "--token-file", "token")
    shell("token", "list", "--token-file", "token", expected=4)
    assert "withdrawn" in shell("token", "list", "--token-file", "second")


def test_wrong_passwords_and_tokens_are_refused_in_words(program, administrator):
    shell = Shell(program, administrator.port)
    shell("token", "list", "--sign-in", given=f"{ADMINISTRATOR}\nnot the password\n", expected=4)
    shell("token", "list", "--sign-in", given="", expected=2)
    shell("token", "list", expected=4)
    assert "TABULARIUM_TOKEN" in shell.told
    Shell(program, administrator.port, "tab_" + "x" * 43)("token", "list", expected=4)
    absent = Shell(program, 1, "tab_" + "x" * 43)
    absent("token", "list", expected=5)
    assert "does not answer" in absent.told
    shell("token", "withdraw", "0" * 32, expected=4)
    Shell(program, administrator.port, administrator.bearer)("token", "withdraw", "0" * 32,
                                                             expected=3)


# --- publish --------------------------------------------------------------------------------------

@pytest.fixture
def noor(administrator):
    """A publisher of a body without data."""
    body = administrator.want(201, "POST", "/organisations",
                              {"name": "Revenue office", "kind": "office"})["id"]
    made = administrator.want(201, "POST", "/people",
                              {"organisation": body, "name": "Noor (synthetic)",
                               "email": "noor@example.org"})
    administrator.want(201, "POST", "/grants",
                       {"subject": made["id"], "role": "publisher", "organisation": body})
    return Client(administrator.port).first_sign_in(made["link"], "noor@example.org")


def test_a_file_is_shown_confirmed_and_published_version_after_version(program, noor):
    shell = Shell(program, noor.port, noor.bearer)
    (program.folder / "jobs.csv").write_text(rows(300))
    shell("publish", "jobs.csv", "--dataset", "jobs", expected=3)
    assert "--title" in shell.told
    new = ["--dataset", "jobs", "--title", "Jobs", "--description", "One row for each job.",
           "--visibility", "public"]
    shell("publish", "jobs.csv", *new)
    assert "found 300 rows, 4 columns" in shell.told and "personal" in shell.told
    assert "QQ000001A" not in shell.told
    draft = re.search(r"--draft ([0-9a-f]{32}) --confirm", shell.told)[1]
    told = shell("publish", "--draft", draft, "--confirm")
    number, entry = re.fullmatch(
        r"published version (\d+): 300 rows, entry (\d+) of the register log\n", told).groups()
    leaf = noor.want(200, "GET", f"/entries/{entry}")["leaf"]
    assert (number, leaf["kind"], leaf["version"]) == ("1", "dataset.published", 1)
    shell("publish", "--draft", draft, "--confirm", expected=5)
    # The second time the dataset is found by its short name, and no second one is made.
    (program.folder / "jobs.csv").write_text(rows(300, changed=1))
    (program.folder / "classes.json").write_text(json.dumps(
        {"columns": [{"name": "pay", "title": "Yearly pay", "confirmed": True}]}))
    published = json.loads(shell("publish", "jobs.csv", *new, "--classes", "classes.json",
                                 "--json"))
    assert published["summary"]["number"] == 2
    assert noor.want(200, "GET", "/datasets")["total"] == 1
    whole = noor.want(200, "GET", f"/datasets/{leaf['dataset']}/versions/2")
    assert {"pay": "Yearly pay"} == {each["name"]: each["title"] for each in whole["columns"]
                                     if each["name"] == "pay"}
    shell("publish", "jobs.csv", "--dataset", leaf["dataset"], "--confirm", expected=5)


def test_bad_files_classes_and_rights_are_refused_with_exit_codes(program, noor, administrator):
    shell = Shell(program, noor.port, noor.bearer)
    new = ["--dataset", "jobs", "--title", "Jobs", "--description", "One row for each job."]
    shell("publish", "absent.csv", *new, expected=3)
    (program.folder / "bad.csv").write_text("a,b\n1\n")
    shell("publish", "bad.csv", *new, "--confirm", expected=2)
    assert "row 1" in shell.told
    (program.folder / "jobs.csv").write_text(rows(20))
    for text in ("{", "{}", '{"columns": [{"name": "absent"}]}',
                 '{"columns": [], "unknown": 1}'):
        (program.folder / "classes.json").write_text(text)
        shell("publish", "jobs.csv", *new, "--classes", "classes.json", expected=2)
    stranger = Shell(program, noor.port, administrator.bearer)
    stranger("publish", "jobs.csv", *new, "--confirm", expected=4)
    with open(program.folder / "huge.csv", "wb") as huge:
        huge.truncate(256 * 2**20 + 1)
    shell("publish", "huge.csv", *new, expected=2)
    assert "256 MiB" in shell.told


# --- query ----------------------------------------------------------------------------------------

class Agreed(Sharing):
    """An agreement in force, and the officer's shell."""

    def __init__(self, program, administrator):
        super().__init__(program, administrator)
        self.agreement = self.in_force()
        self.shell = Shell(program, administrator.port, self.ada.bearer)

    def query(self, *words, **how):
        return self.shell("query", self.agreement, "--purpose", PURPOSE, *words, **how)


@pytest.fixture
def agreed(program, administrator):
    return Agreed(program, administrator)


def test_answers_in_four_formats_with_receipts_that_verify(program, agreed):
    people = int(agreed.query("--sql", COUNT).split()[1])
    assert people > 0 and re.search(r"receipt \d+", agreed.shell.told)
    assert json.loads(agreed.query("--format", "json", given=COUNT))["rows"] in (
        [[people]], [{"people": people}])
    (program.folder / "q.sql").write_text("SELECT ? AS one, count(*) AS n FROM paye_employments")
    assert agreed.query("--sql-file", "q.sql", "--params", "[7]", "--format",
                        "ndjson").startswith('{"one":7')
    arrow = agreed.query("--sql", COUNT, "--format", "arrow", text=False)
    assert arrow[:4] == b"\xff\xff\xff\xff"
    agreed.query("--sql", ALL, "--output", "answer.csv", "--receipt", "receipt.json")
    lines = (program.folder / "answer.csv").read_text().splitlines()
    assert len(lines) == people + 1
    assert "verified" in program("verify", "--key", "home/keys.json", "--receipt", "receipt.json")
    entries = json.loads((program.folder / "receipt.json").read_text())["entries"]
    assert len(entries) == 2
    assert not list(program.folder.glob("*.unfinished"))


def test_refusals_have_the_exit_code_of_their_kind_and_leave_no_file(program, agreed):
    out = ["--output", "answer.csv"]
    for sql in ("SELECT surname FROM paye_employments", "SELECT * FROM read_csv('/etc/passwd')",
                "DROP TABLE paye_employments", "nonsense"):
        agreed.query("--sql", sql, *out, expected=2)
    agreed.shell("query", agreed.agreement, "--sql", COUNT, *out, expected=2)  # without purpose
    agreed.shell("query", "DSA-2026-9999", "--purpose", PURPOSE, "--sql", COUNT, *out, expected=3)
    stranger = Shell(program, agreed.shell.port, agreed.sam.bearer)
    # To others, an agreement that is not theirs is none.
    stranger("query", agreed.agreement, "--purpose", PURPOSE, "--sql", COUNT, *out, expected=3)
    nobody = Shell(program, agreed.shell.port)
    nobody("query", agreed.agreement, "--purpose", PURPOSE, "--sql", COUNT, *out, expected=4)
    agreed.query("--sql", COUNT, "--params", "[", *out, expected=2)
    agreed.query("--sql", COUNT, "--output", "absent/answer.csv", expected=3)
    agreed.olu.want(200, "POST", f"/agreements/{agreed.agreement}/revoke",
                    {"reason": "data-wrong", "words": "The file was wrong."})
    agreed.query("--sql", COUNT, *out, expected=5)
    assert "ended" in agreed.shell.told
    assert not list(program.folder.glob("answer*"))


def test_a_stream_is_flat_in_memory_and_a_cut_one_leaves_no_whole_looking_file(program, agreed):
    process = subprocess.Popen(
        [program.binary, "query", agreed.agreement, "--purpose", PURPOSE, "--sql", ENDLESS,
         "--output", "answer.csv", "--server", f"http://127.0.0.1:{agreed.shell.port}"],
        cwd=program.folder, text=True, stderr=subprocess.PIPE,
        env=dict(os.environ, TABULARIUM_TOKEN=agreed.ada.bearer))
    said = []
    reader = threading.Thread(target=lambda: said.extend(process.stderr))
    reader.start()
    beside, limit = program.folder / "answer.csv.unfinished", time.monotonic() + 60
    while not beside.exists() or beside.stat().st_size < 100_000_000:
        assert process.poll() is None and time.monotonic() < limit
        threading.Event().wait(0.01)
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < MEMORY_LIMIT_KB
    agreed.olu.want(200, "POST", f"/agreements/{agreed.agreement}/revoke",
                    {"reason": "data-wrong", "words": "The file was wrong."})
    assert process.wait(timeout=10) == CUT
    reader.join()
    assert "not whole" in "".join(said) and re.search(r"receipt \d+", "".join(said))
    assert not list(program.folder.glob("answer*"))


def test_no_room_and_nobody_who_reads_are_said(program, agreed):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    agreed.query("--sql", ENDLESS, "--output", "answer.csv", before=limit, expected=5)
    assert "room" in agreed.shell.told
    assert not list(program.folder.glob("answer*"))
    words = [program.binary, "query", agreed.agreement, "--purpose", PURPOSE, "--server",
             f"http://127.0.0.1:{agreed.shell.port}", "--sql", ENDLESS]
    environment = dict(os.environ, TABULARIUM_TOKEN=agreed.ada.bearer)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
                              check=False, env=environment)
    assert done.returncode == 5 and "--output" in done.stderr
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=environment) as process:
        process.stdout.read(1_000)
        process.stdout.close()
        assert process.wait(timeout=30) == 5


# --- what all commands share ----------------------------------------------------------------------

@pytest.mark.parametrize("words", [["publish"], ["query"], ["token"], ["token", "make"],
                                   ["token", "list"], ["token", "withdraw"], ["backup"],
                                   ["restore"]])
def test_help_teaches_with_an_example(program, words):
    told = program(*words, "--help")
    assert "xample" in told or words == ["token"]
    assert "Exit codes" in told or words[0] == "token"
