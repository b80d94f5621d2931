"""Tests of clients/verify.py: public vectors, and every case of cases.py."""
import ast
import base64
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VERIFY = ROOT / "clients" / "verify.py"
sys.path[:0] = [str(HERE), str(VERIFY.parent)]

import consistency  # noqa: E402
import small_log  # noqa: E402
import verify  # noqa: E402
from cases import CASES, PLACES  # noqa: E402

VECTORS = pathlib.Path(os.environ.get("TABULARIUM_VECTORS", ROOT / ".." / "shared")) / "vectors"
# The public key of the test log of transparency-dev/tessera, as its documentation prints it.
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def vectors(name):
    """A file or folder of the public vectors; skips loudly where it is absent."""
    if not (VECTORS / name).exists():
        assert "TABULARIUM_VECTORS_REQUIRED" not in os.environ, f"{VECTORS / name} is not there"
        pytest.skip(f"NOT TESTED: no vectors {name} in {VECTORS}; set TABULARIUM_VECTORS")
    return VECTORS / name


def load(name):
    return json.loads(vectors(name).read_text("utf-8"))


def b64(text):
    return base64.b64decode(text)


def run(capsys, *arguments):
    """Runs verify.py in this process: its exit code, its output and its error output."""
    try:
        code = verify.main([str(word) for word in arguments])
    except SystemExit as end:
        code = end.code
    output, errors = capsys.readouterr()
    return code, output, errors


# --- Public vectors -------------------------------------------------------------------------------


def test_merkle_vectors():
    files = sorted(vectors("merkle").rglob("*.json"))
    wrong = []
    for file in files:
        case = json.loads(file.read_text())
        proof = [b64(h) for h in case["proof"] or []]
        if "leafIdx" in case:
            holds = verify.verify_inclusion(case["leafIdx"], case["treeSize"],
                b64(case["leafHash"]),
                                            proof, b64(case["root"]))
        else:
            holds = consistency.verify_consistency(case["size1"], case["size2"], b64(case["root1"]),
                                              b64(case["root2"]), proof)
        if holds is not (not case["wantErr"]):
            wrong.append(f"{file}: {case['desc']}")
    assert (len(files), wrong) == (196, [])


def test_wycheproof_ed25519():
    count, wrong = 0, []
    for group in load("wycheproof/ed25519_test.json")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            count += 1
            holds = verify.verify_ed25519(public, bytes.fromhex(case["msg"]),
                bytes.fromhex(case["sig"]))
            if holds is not (case["result"] == "valid"):
                wrong.append(case["tcId"])
    assert (count, wrong) == (151, [])


def test_c2sp_ed25519():
    """Our rule (verify.verify_ed25519) decides from the flags. These must fail, and no others:

    low_order_A, non_canonical_A: keys that we refuse (OpenSSL 3.0 takes them);
    non_canonical_R: R is compared byte for byte;
    low_order_residue: the equation holds only with the cofactor, which we do not multiply by.
    So low_order_R and low_order_component_A or _R alone are no reason to fail. reencoded_k stands
    only beside a non-canonical encoding, and needs no rule.
    """
    refused = {"low_order_A", "non_canonical_A", "non_canonical_R", "low_order_residue"}
    cases = load("ed25519/ed25519vectors.json")
    wrong, valid = [], 0
    for case in cases:
        holds = verify.verify_ed25519(bytes.fromhex(case["key"]), case["msg"].encode(),
            bytes.fromhex(case["sig"]))
        valid += holds
        if holds is not (not refused & set(case["flags"] or [])):
            wrong.append((case["number"], case["flags"]))
    assert (len(cases), valid, wrong) == (914, 86, [])


def test_rfc8032_first_vectors():
    """RFC 8032, section 7.1, tests 1 and 2; works without the vectors' folder."""
    for public, message, signature in (
            ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
             "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8"
             "821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
            ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
             "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085a"
             "c1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")):
        data = [bytes.fromhex(text) for text in (public, message, signature)]
        assert verify.verify_ed25519(*data)
        assert not verify.verify_ed25519(data[0], data[1] + b"x", data[2])


def test_ed25519_takes_less_than_20_ms():
    signer = small_log.Signer("x", "speed")
    signature = signer.sign(b"message")
    times = []
    for _ in range(10):
        start = time.perf_counter()
        assert verify.verify_ed25519(signer.public, b"message", signature)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.020


def test_tessera_log(tmp_path, capsys):
    """The test log of another implementation, with all its checkpoints from 0 to 15 leaves."""
    log = vectors("tlog/tessera-log")
    (tmp_path / "keys").write_text(TESSERA_KEY)
    sizes = sorted(int(file.suffix[1:]) for file in log.glob("checkpoint.*"))
    assert sizes == list(range(16))
    for size in sizes:
        code, output, _ = run(capsys, "--key", tmp_path / "keys", "--log", log, "--since",
            log / f"checkpoint.{size}")
        assert (code, output[:13]) == (0, "verified: ori"), output
    for size in sizes:  # the log as it was at that size
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / "tile").symlink_to(log / "tile")
        (folder / "checkpoint").write_bytes((log / f"checkpoint.{size}").read_bytes())
        code, output, _ = run(capsys, "--key", tmp_path / "keys", "--log", folder, "--json")
        assert code == 0 and json.loads(output)["size"] == size


def test_sunlight_checkpoint_has_no_key_that_we_know(tmp_path, capsys):
    """A real note with signatures of other algorithms: its form is taken, not its key."""
    (tmp_path / "checkpoint").write_bytes(vectors("tlog/sunlight-witness-checkpoint").read_bytes())
    (tmp_path / "keys").write_text(TESSERA_KEY)
    code, output, _ = run(capsys, "--key", tmp_path / "keys", "--log", tmp_path)
    assert code == 1 and output.startswith("not verified: checkpoint: no listed key of this origin")


# --- Trees of our own writer ----------------------------------------------------------------------


def test_proofs_of_all_small_trees():
    hashes = small_log.access_log(40).hashes
    for size in range(1, 41):
        root = small_log.mth(hashes[:size])
        for index in range(size):
            proof = small_log.path(index, hashes[:size])
            assert verify.verify_inclusion(index, size, hashes[index], proof, root)
            for other in range(size + 1):
                assert other == index or not verify.verify_inclusion(other, size, hashes[index],
                    proof, root)
        for old in range(1, size + 1):
            proof, old_root = small_log.consistency(old, hashes[:size]), small_log.mth(hashes[:old])
            assert consistency.verify_consistency(old, size, old_root, root, proof)
            assert old == size or not consistency.verify_consistency(old, size, root, root, proof)
            assert not consistency.verify_consistency(old, size, old_root, root, proof + [root])
            short = proof[:-1]
            assert not proof or not consistency.verify_consistency(old, size, old_root, root, short)
            if old < size:
                assert not consistency.verify_consistency(old, size, old_root, old_root, proof)
        assert not consistency.verify_consistency(0, size, verify.tree_root([]), root, [])


def test_hostile_proofs():
    h = bytes(32)
    assert not verify.verify_inclusion(0, 2**64, h, [h] * 1000, h)
    assert not verify.verify_inclusion(-1, 1, h, [], h)
    assert not verify.verify_inclusion(0, 0, h, [], h)
    assert not consistency.verify_consistency(5, 2**5000, h, h, [h] * 5000)
    assert not consistency.verify_consistency(-1, 5, h, h, [])


def test_names_of_tiles(tmp_path):
    for number, name in ((5, "005"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")):
        with pytest.raises(verify.NotVerified) as error:
            verify.find_part(str(tmp_path), "0", number, 256)
        assert error.value.args[0] == f"tile/0/{name}"
        assert small_log.tile_name(number) == name


def test_open_note():
    log = small_log.access_log(3)
    key = verify.parse_key(log.signer.vkey, 0, 3, "key")
    body = log.body() + "more\n"
    note = verify.open_note(body + "\n" + log.signer.line(body), {(key.name, key.key_id): key},
        "note")
    assert note == (log.signer.name, 3, small_log.mth(log.hashes), ["more"])


# --- All cases ------------------------------------------------------------------------------------


def test_case_names_are_distinct():
    names = [name for name, _, _ in CASES]
    assert len(set(names)) == len(names)
    assert {name for name, _, code in CASES if code == 1} == set(PLACES)


@pytest.mark.parametrize("name, build, expected", CASES, ids=[name for name, _, _ in CASES])
def test_case(name, build, expected, tmp_path, capsys):
    arguments = build(tmp_path)
    code, output, errors = run(capsys, *arguments)
    assert code == expected, output + errors
    if expected >= 2:
        assert not output and errors
        return
    assert not errors
    text = output.rstrip("\n")
    if "--json" not in arguments:
        last = text.split("\n")[-1]
        assert last.startswith("verified" if expected == 0 else "not verified: ")
        code, text, _ = run(capsys, *arguments, "--json")
        assert code == expected
    answer = json.loads(text)
    assert list(answer) == ["verified", "failure", "where", "origin", "size", "root", "since_size",
        "receipts"]
    assert answer["verified"] is (expected == 0)
    if expected == 1:
        assert PLACES[name] in answer["where"].replace(str(tmp_path), "")
        assert len(answer["failure"]) < 200
        assert last == f"not verified: {answer['where']}: {answer['failure']}"
    else:
        assert answer["failure"] is None and answer["where"] is None


# --- As a program ---------------------------------------------------------------------------------


def program(*arguments, **options):
    return subprocess.run([sys.executable, "-I", "-S", str(VERIFY), *map(str, arguments)],
                          capture_output=True, timeout=60, check=False, **options)


def build(name, folder):
    return next(make for case, make, _ in CASES if case == name)(folder)


def test_json_answer(tmp_path):
    result = program(*build("healthy/json answer", tmp_path))
    log = small_log.access_log(600)
    assert json.loads(result.stdout) == {
        "verified": True, "failure": None, "where": None, "origin": log.signer.name, "size": 600,
        "root": small_log.mth(log.hashes).hex(), "since_size": 300, "receipts": 1}
    assert result.returncode == 0 and not result.stderr


def test_program_without_site_packages_and_in_another_locale(tmp_path):
    arguments = build("tile/byte changed", tmp_path)
    result = program(*arguments, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 1
    assert result.stdout.decode() == ("not verified: tile/0/001: hash 2 is not what the leaves "
                                      "give, from leaf 258 on\n")


def test_names_that_are_not_unicode(tmp_path):
    arguments = build("healthy/since", tmp_path)
    odd = os.fsencode(tmp_path) + b"/\xff\x1b"
    os.rename(tmp_path / "since", odd)
    (tmp_path / "keys").write_text("hello")
    os.rename(tmp_path / "keys", odd + b"keys")
    result = program("--key", os.fsdecode(odd + b"keys"), "--log", tmp_path / "log",
        *arguments[4:5],
                     os.fsdecode(odd))
    assert result.returncode == 1 and b"Traceback" not in result.stderr


def test_pipe_instead_of_a_file_does_not_block(tmp_path):
    arguments = build("healthy/since", tmp_path)
    os.remove(tmp_path / "log/tile/0/000")
    os.mkfifo(tmp_path / "log/tile/0/000")
    result = program(*arguments)
    assert result.returncode == 1 and b"tile/0/000" in result.stdout


def test_memory_is_flat(tmp_path):
    """512 leaves of 65,535 bytes are 32 MiB; the peak must stay far below that."""
    log = small_log.SmallLog(small_log.SIGNER, [b"%065535d" % n for n in range(512)])
    log.write(str(tmp_path / "log"))
    (tmp_path / "keys").write_text(small_log.SIGNER.vkey)
    code = ("import resource, runpy, sys; sys.path[0] = sys.argv[1]; sys.argv = sys.argv[2:]\n"
            "import verify; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "assert verify.main(sys.argv) == 0\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)")
    result = subprocess.run([sys.executable, "-c", code, str(VERIFY.parent), "--key",
        tmp_path / "keys",
                             "--log", tmp_path / "log"], capture_output=True, text=True, check=True)
    assert int(result.stdout.split()[-1]) < 4 * 1024  # KiB


def test_every_changed_byte_of_the_small_files_is_found(tmp_path, capsys):
    """Each byte of each small file in turn: never a traceback, never verified."""
    log = small_log.SmallLog(small_log.SIGNER, [small_log.access_leaf(n) for n in range(4)])
    log.write(str(tmp_path / "log"))
    for name, text in (("keys", small_log.SIGNER.vkey), ("since", log.checkpoint(2)),
                       ("one.tlog-proof", log.tlog_proof(1)),
                       ("receipt", json.dumps(log.receipt([0, 1]), separators=(",", ":")))):
        (tmp_path / name).write_bytes(text.encode())
    arguments = ["--key", tmp_path / "keys", "--log", tmp_path / "log", "--since",
        tmp_path / "since",
                 "--receipt", tmp_path / "receipt", "--receipt", tmp_path / "one.tlog-proof"]
    assert run(capsys, *arguments)[0] == 0
    for file in ("keys", "since", "receipt", "one.tlog-proof", "log/checkpoint"):
        data = (tmp_path / file).read_bytes()
        for place in range(len(data)):
            changed = bytes([data[place] ^ 1])
            (tmp_path / file).write_bytes(data[:place] + changed + data[place + 1:])
            code, output, _ = run(capsys, *arguments)
            assert code == 1 and output.startswith("not verified: "), (file, place)
        (tmp_path / file).write_bytes(data)


def code_lines(text):
    """How many lines a reader must follow: without blank ones, comments and docstrings."""
    told = set()
    for node in ast.walk(ast.parse(text)):
        telling = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        if telling and ast.get_docstring(node):
            told.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(map(str.strip, text.split("\n")), 1)
    return sum(1 for number, line in lines if line and line[0] != "#" and number not in told)


def test_source_is_short_and_of_the_standard_library():
    text = VERIFY.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            plain = isinstance(node, ast.Import)
            names = {name.name for name in node.names} if plain else {node.module}
            assert names <= sys.stdlib_module_names
    assert code_lines(text) <= 300
    assert max(map(len, text.split("\n"))) <= 100
