"""`tabularium backup` and `restore`: under load, damaged, killed, and without room."""
# Tests of: restore_command.cc, folder_copy.cc
import base64
import itertools
import json
import resource
import shutil
import signal
import stat
import subprocess
import threading
import time

import pytest

from backing import PASSPHRASE, WORDS, verify_logs
from running import ADMINISTRATOR, PASSWORD, Client, Server

pytestmark = pytest.mark.usefixtures("passphrase")
BACKUPS = 10
CSV = {"Content-Type": "text/csv"}


def rows(number, seed=0):
    return "record,postcode,pay\n" + "".join(
        f"R{each:05d},ZZ{each % 9 + 1} 1AA,{20_000 + each + seed}.50\n" for each in range(number))


class Office:
    """A body with a publisher, who makes versions and drafts; its administrator gives roles."""

    def __init__(self, administrator):
        self.administrator = administrator
        self.body = administrator.want(201, "POST", "/organisations",
                                       {"name": "Revenue office", "kind": "office"})["id"]
        self.publisher = self.person("noor@example.org", "publisher")
        self.dataset = self.publisher.want(
            201, "POST", "/datasets", {"short_name": "jobs", "title": "Jobs",
                                       "description": "Synthetic.", "visibility": "public"})["id"]
        self.seeds = itertools.count()
        self.emails = itertools.count()

    def person(self, email, role):
        made = self.administrator.want(201, "POST", "/people",
                                       {"organisation": self.body, "name": "Somebody (synthetic)",
                                        "email": email})
        self.administrator.want(201, "POST", "/grants", {"subject": made["id"], "role": role,
                                                         "organisation": self.body})
        return Client(self.administrator.port).first_sign_in(made["link"], email)

    def draft(self, number=200):
        return self.publisher.want(201, "POST", f"/datasets/{self.dataset}/drafts",
                                   rows(number, next(self.seeds)), CSV)["summary"]["id"]

    def publish(self, number=200):
        return self.publisher.want(201, "POST", f"/drafts/{self.draft(number)}/publish",
                                   {"columns": []})["summary"]

    def grant(self):
        made = self.administrator.want(
            201, "POST", "/people", {"organisation": self.body, "name": "Somebody (synthetic)",
                                     "email": f"p{next(self.emails)}@example.org"})
        self.administrator.want(201, "POST", "/grants",
                                {"subject": made["id"], "role": "explorer",
                                 "organisation": self.body})


class Load:
    """Publishes, drafts and grants, one after another in two threads, until it ends."""

    def __init__(self, office):
        self.over = threading.Event()
        self.rounds = [0, 0]
        self.threads = [threading.Thread(target=self.run, args=(0, office.grant)),
                        threading.Thread(target=self.run, args=(1, self.published(office)))]

    @staticmethod
    def published(office):
        def one():
            office.publish()
            withdrawn = office.draft(20)
            office.publisher.want(204, "DELETE", f"/drafts/{withdrawn}")
        return one

    def run(self, place, act):
        while not self.over.is_set():
            act()
            self.rounds[place] += 1

    def __enter__(self):
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for each in self.threads:
            each.join()

    def await_more(self):
        """Until both threads got on since now."""
        before, limit = list(self.rounds), time.monotonic() + 60
        while any(now <= then for now, then in zip(self.rounds, before)):
            assert time.monotonic() < limit and not self.over.wait(0.01)


@pytest.fixture
def office(administrator):
    return Office(administrator)


def look_through(program, home, office, size):
    """Serves a restored home and looks whether all that it tells of is there."""
    server = Server(program, home=home)
    try:
        nobody = Client(server.port)
        publisher = nobody.sign_in("noor@example.org")
        versions = publisher.want(200, "GET", f"/datasets/{office.dataset}/versions?limit=100")
        slug = publisher.want(200, "GET", f"/datasets/{office.dataset}")["slug"]
        for each in versions["items"]:
            entry = nobody.want(200, "GET", f"/entries/{each['entry']}")["leaf"]
            assert entry["data"] == each["data_digest"] and entry["version"] == each["number"]
            assert (program.folder / home / "data" / slug /
                    f"{each['data_digest']}.parquet").exists()
        deltas = list((program.folder / home / "data" / slug / "_delta_log").glob("*.json"))
        assert len(deltas) == len(versions["items"]) + 1
        for each in publisher.want(200, "GET", f"/datasets/{office.dataset}/drafts")["items"]:
            if each["published_version"] is None:
                assert (program.folder / home / "drafts" / each["id"]).exists()
        # It goes on: a version more, and its entry comes after all that was restored.
        again = Office.__new__(Office)
        again.publisher, again.dataset, again.seeds = publisher, office.dataset, itertools.count(
            1_000_000)
        assert again.publish()["entry"] >= size
        return len(versions["items"])
    finally:
        server.stop()


def test_backups_under_load_are_homes_that_serve_go_on_and_verify(program, home, office):
    versions = 0
    with Load(office) as load:
        for number in range(BACKUPS):
            load.await_more()
            told = json.loads(program("backup", *WORDS, "home", f"backup{number}", "--json"))
            assert told["register_size"] > 5
            program("restore", *WORDS, f"backup{number}", f"home{number}")
            verify_logs(program, f"home{number}")
            seen = look_through(program, f"home{number}", office, told["register_size"])
            assert seen >= versions
            versions = seen
    assert versions >= BACKUPS


def test_receipts_and_checkpoints_of_before_hold_after_a_restore(program, home, server, office):
    office.publish()
    server.stop()
    receipt = program("prove", "--home", "home", "--log", "register", "--index", 7)
    (program.folder / "receipt.json").write_text(receipt)
    shutil.copy(home / "log/register/checkpoint", program.folder / "kept")
    program("backup", *WORDS, "home", "backup")
    said = program("restore", *WORDS, "backup", "again", "--checkpoint", "kept")
    assert "hold every checkpoint" in said
    verify_logs(program, "again")
    program("verify", "--key", "again/keys.json", "--log", "again/log/register", "--receipt",
            "receipt.json", "--since", "kept")
    newer = Server(program)
    administrator = Client(newer.port).sign_in(ADMINISTRATOR, PASSWORD)
    administrator.want(201, "POST", "/organisations", {"name": "Another", "kind": "office"})
    newer.stop()
    shutil.copy(home / "log/register/checkpoint", program.folder / "newer")
    program("restore", *WORDS, "backup", "third", "--checkpoint", "newer", expected=1)
    assert not list(program.folder.glob("third*"))


def test_a_home_whose_server_was_killed_is_backed_up(program, home, server, office):
    version = office.publish()
    server.stop(signal.SIGKILL)
    assert (home / "store/tabularium.sqlite-wal").stat().st_size > 0
    told = json.loads(program("backup", *WORDS, "home", "backup", "--json"))
    assert told["register_size"] > version["entry"]
    program("restore", *WORDS, "backup", "again")
    verify_logs(program, "again")
    assert look_through(program, "again", office, told["register_size"]) == 1


def test_what_a_backup_holds_is_the_owners_alone_and_no_extract(program, home, office):
    office.publish()
    (home / "extracts/left").mkdir(parents=True, exist_ok=True)
    done = subprocess.run([program.binary, "backup", "home", "backup", *WORDS], cwd=program.folder,
                          text=True, capture_output=True, check=True)
    assert "NOT ENCRYPTED" in done.stderr
    for path in [program.folder / "backup", *(program.folder / "backup").rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    kinds = {path.name for path in (program.folder / "backup/home").iterdir()}
    assert kinds == {"home.json", "keys.json", "store", "data", "log"}
    assert [each.name for each in (program.folder / "backup/home/store").iterdir()] == [
        "tabularium.sqlite"]
    subprocess.run(["sha256sum", "-c", "manifest.sha256"], cwd=program.folder / "backup",
                   check=True, stdout=subprocess.DEVNULL)


def test_no_file_of_a_backup_but_the_sealed_one_holds_a_private_key(program, home, office):
    office.publish()
    keys = json.loads((home / "keys/log-keys.json").read_text())
    secrets = [bytes.fromhex(each["seed"]) for log in ("register", "access") for each in keys[log]]
    secrets.append(bytes.fromhex(json.loads((home / "keys/master-key.json").read_text())["key"]))
    secrets.append(bytes.fromhex((home / "keys/sign-in-failures.key").read_text()))
    assert len(secrets) == 4 and all(len(each) == 32 for each in secrets)
    program("backup", *WORDS, "home", "backup")
    files = [path for path in (program.folder / "backup").rglob("*") if path.is_file()]
    assert "keys.sealed" in {path.name for path in files} and len(files) > 8
    for path in files:
        data = path.read_bytes()
        for secret in secrets:
            for form in (secret, secret.hex().encode(), secret.hex().upper().encode(),
                         base64.b64encode(secret).rstrip(b"=")[:-1],
                         base64.urlsafe_b64encode(secret).rstrip(b"=")[:-1]):
                assert form not in data, path
    sealed = json.loads((program.folder / "backup/keys.sealed").read_text())
    assert (sealed["stretching"], sealed["memory_bytes"], sealed["passes"]) == (
        "argon2id", 256 << 20, 3)


def test_a_passphrase_that_is_missing_short_or_wrong_makes_nothing(program, home):
    for words in (["backup", "home", "made"], ["restore", "whole", "made"]):
        if words[0] == "restore":
            program("backup", *WORDS, "home", "whole")
        assert "--passphrase-file" in program(*words, expected=2)
        (program.folder / "short").write_text("fifteen letters\n")
        assert "16 characters" in program(*words, "--passphrase-file", "short", expected=2)
        program(*words, "--passphrase-file", "absent", expected=3)
        program(*words, *WORDS, "--passphrase-stdin", expected=2)
        program(*words, "--passphrase", PASSPHRASE, expected=2)
        assert not list(program.folder.glob("made*"))
    (program.folder / "wrong").write_text("seven words that dice have chosen\n")
    told = program("restore", "whole", "made", "--passphrase-file", "wrong", expected=4)
    assert "passphrase" in told and not list(program.folder.glob("made*"))
    subprocess.run([program.binary, "restore", "whole", "made", "--passphrase-stdin"],
                   cwd=program.folder, input=f"{PASSPHRASE}\n", text=True, check=True,
                   stdout=subprocess.DEVNULL)
    for each in (home / "keys").iterdir():
        assert (program.folder / "made/keys" / each.name).read_bytes() == each.read_bytes()


def test_a_changed_byte_in_any_file_is_refused(program, home, office):
    office.publish()
    office.draft()
    program("backup", *WORDS, "home", "backup")
    files = [path for path in (program.folder / "backup").rglob("*") if path.is_file()]
    assert len(files) > 12
    for path in files:
        data = path.read_bytes()
        for place in {0, len(data) // 2, len(data) - 1} if data else ():
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
            told = program("restore", *WORDS, "backup", "again", expected=6)
            assert path.name in told or "manifest" in path.name
            assert not list(program.folder.glob("again*"))
        path.write_bytes(data)
    program("restore", *WORDS, "backup", "again")


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_a_kill_leaves_nothing_that_looks_whole(program, home, office, what):
    for _ in range(3):
        office.publish(20_000)
    program("backup", *WORDS, "home", "whole")
    words = {"backup": ["backup", "home", "made", *WORDS],
             "restore": ["restore", "whole", "made", *WORDS]}[what]
    begin = time.monotonic()
    program(*words)
    took = time.monotonic() - begin
    shutil.rmtree(program.folder / "made")
    killed = 0
    for part in range(20):
        process = subprocess.Popen([program.binary, *words], cwd=program.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(took * part / 20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        if (program.folder / "made").exists():
            if what == "backup":
                program("restore", *WORDS, "made", "again")
                shutil.rmtree(program.folder / "again")
            else:
                verify_logs(program, "made")
        elif (program.folder / "made.unfinished").exists():
            assert "did not finish" in program(*words, expected=5)
            if what == "backup":
                program("restore", *WORDS, "made.unfinished", "again", expected=3)
        for left in program.folder.glob("made*"):
            shutil.rmtree(left)
    assert killed > 5


@pytest.mark.parametrize("limit_bytes", [10, 1_000, 100_000, 200_000])
def test_a_file_limit_is_said_like_a_full_disk_and_leaves_nothing(program, home, office,
                                                                  limit_bytes):
    office.publish(60_000)
    program("backup", *WORDS, "home", "whole")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    for words in (["backup", "home", "made"], ["restore", "whole", "made"]):
        told = program(*words, *WORDS, expected=5, before=limit)
        assert "room" in told, told
        assert not list(program.folder.glob("made*"))


def test_bad_use_is_answered_in_words(program, home):
    assert "no home" in program("backup", *WORDS, "absent", "backup", expected=3)
    assert "within the home" in program("backup", *WORDS, "home", "home/backup", expected=2)
    assert "no whole backup" in program("restore", *WORDS, "home", "again", expected=3)
    program("backup", *WORDS, "home", "backup")
    assert "something in this place" in program("backup", *WORDS, "home", "backup", expected=5)
    assert "something in this place" in program("restore", *WORDS, "backup", "home", expected=5)
    program("backup", expected=2)
