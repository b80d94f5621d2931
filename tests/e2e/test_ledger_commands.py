"""The ledger's commands, on the real binary and real files."""
# Tests of: demo.cc
import fcntl
import json
import os
import pathlib
import resource
import shutil
import stat
import sys

import pytest

from running import FOUNDER

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_demonstration_plays_to_its_end(program):
    told = program("demo", "--exit", "--home", "story")
    assert told.strip().split("\n")[-1].startswith("story complete")
    assert "only appended to since the older checkpoint" in told
    assert "not verified: " in told


def test_a_copy_proves_receipt_and_growth_without_the_home(program, home):
    kept = (home / "log/register/checkpoint").read_bytes()
    program("rotate-key", "--home", "home", "--log", "register")
    receipt = program("prove", "--home", "home", "--log", "register", "--index", 0, "--index", 5)
    copy = program.folder / "copy"
    shutil.copytree(home / "log/register", copy)
    (copy / "entries").unlink()  # no reader needs it
    shutil.copy(home / "keys.json", program.folder / "keys.json")
    (program.folder / "receipt.json").write_text(receipt)
    (program.folder / "kept").write_bytes(kept)
    shutil.rmtree(home)
    words = ["--key", "keys.json", "--log", "copy", "--receipt", "receipt.json", "--since", "kept"]
    assert program("verify", *words).endswith("\nverified\n")
    assert json.loads(program("verify", *words, "--json"))["since_size"] == 5
    (program.folder / "receipt.json").write_text(receipt.replace("home.created", "home.treated"))
    assert "/entries/0" in program("verify", *words, expected=1)


def test_registers_give_44_full_and_7_prefix_roots(program, shared):
    files = sorted((shared / "data/registers").glob("*.rsf"))
    told = program("rsf", *files)
    assert told.endswith("51 files: 44 full and 7 prefix roots agree\n")


def test_private_files_are_the_owners_alone(home):
    for path in [home, *home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_home_held_by_another_process_is_not_touched(program, home):
    with open(home / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))
        told = program("rotate-key", "--home", "home", "--log", "access", expected=5)
        assert "Another process is using this home" in told
        assert before == sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))


def test_a_newer_home_and_a_second_init_are_refused(program, home):
    settings = json.loads((home / "home.json").read_text())
    settings["format"] = 2
    (home / "home.json").write_text(json.dumps(settings))
    assert "format 2" in program("rotate-key", "--home", "home", "--log", "access", expected=6)
    again = program("init", "--home", "home", "--origin", "data.example.org", *FOUNDER, expected=5)
    assert "There is something in this place already" in again


def test_damaged_entries_stop_everything_and_are_named(program, home):
    entries = home / "log/register/entries"
    data = bytearray(entries.read_bytes())
    data[100] ^= 1
    entries.write_bytes(data)
    told = program("prove", "--home", "home", "--log", "register", "--index", 0, expected=6)
    assert "log/register/entries byte 16" in told
    assert entries.read_bytes() == data


@pytest.mark.parametrize("limit_bytes", [300, 1_000, 5_000])
def test_a_file_limit_is_an_error_like_a_full_disk_and_loses_nothing(program, home, limit_bytes):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    told = program("rotate-key", "--home", "home", "--log", "register", expected=5, before=limit)
    assert "room" in told
    program("rotate-key", "--home", "home", "--log", "register")
    assert program("verify", "--key", "home/keys.json", "--log", "home/log/register").endswith(
        "\nverified\n")


def test_bytes_that_are_no_file_of_ours_are_answered_in_words(program, home):
    for name, data in {"empty": b"", "zeros": bytes(100), "deep": b"[" * 100_000,
                       "huge": b"x" * 3_000_000, "text": "naïve ‮".encode()}.items():
        (program.folder / name).write_bytes(data)
        for words in (["--key", name, "--log", "home/log/register"],
                      ["--key", "home/keys.json", "--log", "home/log/register", "--since", name],
                      ["--key", "home/keys.json", "--receipt", name]):
            assert program("verify", *words, expected=1).startswith("not verified: ")
        program("rsf", name, expected=2)


def test_both_verifiers_print_the_same_facts(program, home):
    words = ["--key", "home/keys.json", "--log", "home/log/register", "--json"]
    ours = json.loads(program("verify", *words))
    done = os.popen(f"cd {program.folder} && {sys.executable} {ROOT}/clients/verify.py "
                    + " ".join(words))
    assert json.loads(done.read()) == ours
