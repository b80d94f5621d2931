"""What the cases of cases.py are made of: a healthy folder, and ways to damage it."""
import functools
import json
import os
import shutil

from small_log import (SIGNER, Signer, SmallLog, access_leaf, access_log, b64, keys_json, mth,
                       write)

SIZES = [0, 1, 2, 255, 256, 257, 511, 513, 65536 + 300]
SIZE = 600        # of most cases: bundles 000, 001 and 002.p/88; tile/1/000.p/2
OLD = 300         # of most older checkpoints
LATER = Signer(SIGNER.name, "a later key of the log")
WITNESS = Signer("witness.example", "a witness")
STRANGER = Signer(SIGNER.name, "not a key of the log")
OTHER_ORIGIN = Signer("data.ambleford.example/register", "the key of the other log")
FORK = SmallLog(SIGNER,
    [access_leaf(index) if index != 100 else b'{"kind":"fork"}' for index in range(SIZE)])

CASES, PLACES = [], {}

LOG = ["--key", "keys", "--log", "log"]
RECEIPT = ["--key", "keys", "--receipt", "receipt"]
SINCE = [*LOG, "--since", "since"]
PROOF = [*LOG, "--receipt", "one.tlog-proof"]


@functools.lru_cache(maxsize=None)
def healthy_files(size):
    """(file, content) of what a case may then damage beside the log."""
    log = access_log(size)
    files = [("keys", keys_json((SIGNER, 0, None), (OTHER_ORIGIN, 0, None)))]
    if size >= OLD:
        files.append(("since", log.checkpoint(OLD)))
    if size == SIZE:
        files += [("receipt", json.dumps(log.receipt([10, 11]))),
            ("one.tlog-proof", log.tlog_proof(11))]
    return files


def healthy(folder, size=SIZE):
    """Everything that a case may then damage."""
    access_log(size).write(f"{folder}/log")
    for file, content in healthy_files(size):
        write(f"{folder}/{file}", content)


def case(name, expected, options, damage=None, place=None, size=SIZE):
    def build(folder):
        folder = str(folder)
        healthy(folder, size)
        if damage:
            damage(folder)
        bare = ("--", "=")
        return [word if word.startswith(bare) else f"{folder}/{word}" for word in options]

    CASES.append((name, build, expected))
    if place is not None:
        PLACES[name] = place


# --- Ways to change a file ------------------------------------------------------------------------


def flip(file, offset):
    """Changes one bit."""
    def damage(folder):
        with open(f"{folder}/{file}", "r+b") as f:
            f.seek(offset, 2 if offset < 0 else 0)
            byte = f.read(1)[0]
            f.seek(-1, 1)
            f.write(bytes([byte ^ 1]))
    return damage


def put(file, data):
    """Writes a file anew; `data` may be a function that makes it."""
    return lambda folder: write(f"{folder}/{file}", data() if callable(data) else data)


def append(file, data):
    def damage(folder):
        with open(f"{folder}/{file}", "ab") as f:
            f.write(data)
    return damage


def cut(file, count):
    return lambda folder: os.truncate(f"{folder}/{file}",
        os.path.getsize(f"{folder}/{file}") - count)


def drop(*files):
    def damage(folder):
        for file in files:
            name = f"{folder}/{file}"
            shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)
    return damage


def swap(one, two):
    def damage(folder):
        os.rename(f"{folder}/{one}", f"{folder}/spare")
        os.rename(f"{folder}/{two}", f"{folder}/{one}")
        os.rename(f"{folder}/spare", f"{folder}/{two}")
    return damage


def both(*damages):
    def damage(folder):
        for each in damages:
            each(folder)
    return damage


def folder_instead(file):
    return both(drop(file), lambda folder: os.mkdir(f"{folder}/{file}"))


def edit(file, change):
    """Changes JSON in place by a function on it."""
    def damage(folder):
        with open(f"{folder}/{file}", encoding="utf-8") as f:
            value = json.load(f)
        write(f"{folder}/{file}", json.dumps(change(value) or value))
    return damage


def replace(file, old, new):
    """Replaces the first `old`, which must be there."""
    def damage(folder):
        with open(f"{folder}/{file}", "rb") as f:
            data = f.read()
        assert old in data, (file, old)
        write(f"{folder}/{file}", data.replace(old, new, 1))
    return damage


def note(body, *signers, tail=""):
    return body + "\n" + "".join(signer.line(body) for signer in signers) + tail


def log_note(*signers, extension="", tail=""):
    """A checkpoint of the usual log with other signers."""
    return lambda: note(access_log(SIZE).body() + extension, *signers, tail=tail)


def grown(size):
    """The files of a longer log below a checkpoint of the usual one."""
    def damage(folder):
        shutil.rmtree(f"{folder}/log")
        access_log(size).write(f"{folder}/log")
        write(f"{folder}/log/checkpoint", access_log(SIZE).checkpoint())
    return damage


def log_of(make):
    """Replaces the log by another."""
    def damage(folder):
        shutil.rmtree(f"{folder}/log")
        make().write(f"{folder}/log")
    return damage


def signed(size_text, root=None, origin=None):
    """A well signed checkpoint that says whatever."""
    root = b64(mth(access_log(SIZE).hashes)) if root is None else root
    return lambda: note(f"{origin or SIGNER.name}\n{size_text}\n{root}\n", SIGNER)


def fake_signer(number):
    """A key of the right form which nobody holds; quick to make."""
    signer = object.__new__(Signer)
    signer.name, signer.public = f"key{number}.example", number.to_bytes(32, "big")
    return signer
