"""Cases: receipts and proofs; mistakes in use."""
import json
import os

from case_parts import (FORK, LOG, OLD, OTHER_ORIGIN, PROOF, RECEIPT, SINCE, SIZE, append, case,
                        drop, edit, healthy, note, put, replace)
from small_log import (SIGNER, SmallLog, access_log, b64)

def first(value):
    return value["entries"][0]


def receipt_case(name, change, options=tuple(RECEIPT)):
    case(f"receipt/{name}", 1, options, edit("receipt", change), "receipt")


def receipt_of(*leaves):
    """A receipt of a log of just these leaves."""
    leaves = [leaf.encode() if isinstance(leaf, str) else leaf for leaf in leaves]
    return put("receipt", lambda: json.dumps(SmallLog(SIGNER, leaves).receipt(range(len(leaves)))))


receipt_case("leaf changed", lambda v: first(v).update(leaf=first(v)["leaf"].replace("10", "12")))
receipt_case("index changed", lambda v: first(v).update(index=12))
receipt_case("index too large", lambda v: first(v).update(index=SIZE))
receipt_case("proof hash changed", lambda v: first(v)["proof"].__setitem__(3, b64(bytes(32))))
receipt_case("proof without its last hash", lambda v: first(v)["proof"].pop() and None)
receipt_case("proof with one hash more", lambda v: first(v)["proof"].append(b64(bytes(32))))
receipt_case("proof empty", lambda v: first(v).update(proof=[]))
receipt_case("proof null", lambda v: first(v).update(proof=None))
receipt_case("proof of 64 hashes", lambda v: first(v).update(proof=[b64(bytes(32))] * 64))
receipt_case("proof with a short hash", lambda v: first(v)["proof"].__setitem__(0, b64(bytes(31))))
receipt_case("proof with a number", lambda v: first(v)["proof"].__setitem__(0, 5))
receipt_case("proof turned round", lambda v: first(v)["proof"].reverse())
for value in (-1, True, "10", 10.0, None, 2**53, 2**64 + 10, 10**400):
    receipt_case(f"index {str(value)[:30]} {type(value).__name__}", lambda v,
        x=value: first(v).update(index=x))
receipt_case("leaf a number", lambda v: first(v).update(leaf=10))
receipt_case("leaf a lone surrogate", lambda v: first(v).update(leaf="\ud800"))
receipt_case("leaf of 65,536 bytes", lambda v: first(v).update(leaf="x" * 65536))
receipt_case("unknown member", lambda v: v | {"more": 1})
receipt_case("unknown member of an entry", lambda v: first(v).update(more=1))
receipt_case("member missing", lambda v: v.pop("format") and None)
receipt_case("other format", lambda v: v | {"format": "tabularium-receipt-2"})
receipt_case("no entries", lambda v: v | {"entries": []})
receipt_case("17 entries", lambda v: v | {"entries": [first(v)] * 17})
receipt_case("entries an object", lambda v: v | {"entries": first(v)})
receipt_case("entry a list", lambda v: v | {"entries": [[]]})
receipt_case("a list", lambda v: [v])
receipt_case("a number", lambda v: 5)
receipt_case("null", lambda v: [None])
receipt_case("checkpoint changed",
    lambda v: v | {"checkpoint": v["checkpoint"].replace("600", "601")})
receipt_case("checkpoint of a smaller log",
    lambda v: v | {"checkpoint": access_log(SIZE).checkpoint(OLD)})
receipt_case("checkpoint a number", lambda v: v | {"checkpoint": 1})
receipt_case("checkpoint a lone surrogate",
    lambda v: v | {"checkpoint": "\udfff" + v["checkpoint"]})
receipt_case("access.closed alone", lambda v: v | {"entries": v["entries"][1:]})
receipt_case("access.closed before access.opened", lambda v: v | {"entries": v["entries"][::-1]})
case("receipt/access.closed names another", 1, RECEIPT,
     receipt_of('{"kind":"access.opened"}', '{"kind":"access.closed","opened":1}'), "receipt")
case("receipt/access.closed names true", 1, RECEIPT, receipt_of(
    "{}", '{"kind":"access.opened"}', '{"kind":"access.closed","opened":true}'), "receipt")
case("receipt/access.closed names nothing", 1, RECEIPT,
     receipt_of('{"kind":"access.opened"}', '{"kind":"access.closed"}'), "receipt")
case("receipt/access.closed names a leaf of another kind", 1, RECEIPT,
     receipt_of('{"kind":"access.asked"}', '{"kind":"access.closed","opened":0}'), "receipt")
case("choice/receipt of an access.opened alone", 0, RECEIPT, receipt_of('{"kind":"access.opened"}'))
case("choice/receipt whose leaf is not JSON", 1, RECEIPT, receipt_of("hello"), "receipt")
case("choice/receipt whose leaf is not an object", 1, RECEIPT, receipt_of("[1]"), "receipt")
case("choice/receipt whose leaf has a member twice", 1, RECEIPT,
     receipt_of('{"kind":"access.closed","kind":"x"}'), "receipt")
case("receipt/leaf is deep JSON", 1, RECEIPT, receipt_of('{"a":' * 10_000), "receipt")
case("choice/receipt whose leaf nests 33 deep", 1, RECEIPT,
     receipt_of('{"a":' * 33 + "1" + "}" * 33), "receipt")
case("choice/receipt whose leaf nests 32 deep", 0, RECEIPT,
     receipt_of('{"a":' * 32 + "1" + "}" * 32))
case("receipt/well proven leaf of 65,536 bytes", 1, RECEIPT,
     receipt_of('{"a":"' + "x" * 65_528 + '"}'), "receipt")
case("healthy/receipt with a leaf of 65,535 bytes", 0, RECEIPT,
     receipt_of('{"a":"' + "x" * 65_527 + '"}'))
case("receipt/checkpoint above 64 KiB", 1, RECEIPT, edit("receipt", lambda v: v | {
    "checkpoint": note(access_log(SIZE).body() + "x" * 65_536 + "\n", SIGNER)}), "receipt")
case("receipt/empty", 1, RECEIPT, put("receipt", b""), "receipt")
case("receipt/deep JSON", 1, RECEIPT, put("receipt", "[" * 262_000), "receipt")
case("receipt/quotes and backslashes without end", 1, RECEIPT, put("receipt", '"\\' * 131_000),
     "receipt")
case("receipt/NaN", 1, RECEIPT, replace("receipt", b'"index": 10', b'"index": NaN'), "receipt")
case("receipt/not UTF-8", 1, RECEIPT, replace("receipt", b"access", b"acc\xffss"), "receipt")
case("receipt/tail after the object", 1, RECEIPT, append("receipt", b"x"), "receipt")
case("receipt/member twice", 1, RECEIPT, replace("receipt", b'"index"', b'"index": 1, "index"'),
     "receipt")
case("receipt/262,145 bytes", 1, RECEIPT, lambda folder: append("receipt", b" " * (
    262_145 - os.path.getsize(f"{folder}/receipt")))(folder), "receipt")
case("healthy/receipt of 262,144 bytes", 0, RECEIPT, lambda folder: append("receipt", b" " * (
    262_144 - os.path.getsize(f"{folder}/receipt")))(folder))
case("receipt/giant", 1, RECEIPT, lambda folder: os.truncate(f"{folder}/receipt", 2**40), "receipt")
case("receipt/larger than the log", 1, [*LOG, "--receipt", "receipt"],
     put("receipt", lambda: json.dumps(access_log(700).receipt([10, 11]))), "receipt")
case("receipt/of a fork", 1, [*LOG, "--receipt", "receipt"],
     put("receipt", lambda: json.dumps(FORK.receipt([10, 11]))), "receipt")
case("receipt/of a fork, smaller", 1, [*LOG, "--receipt", "receipt"],
     put("receipt", lambda: json.dumps(FORK.receipt([10, 11], 200))), "receipt")
case("receipt/of another origin", 1, [*LOG, "--receipt", "receipt"],
     put("receipt", lambda: json.dumps(
    SmallLog(OTHER_ORIGIN, access_log(SIZE).leaves).receipt([10, 11]))), "receipt")
case("receipt/second of two is wrong", 1, [*RECEIPT, "--receipt", "receipt2"],
     put("receipt2", "{}"), "receipt2")


def proof_case(name, old, new):
    case(f"tlog-proof/{name}", 1, PROOF, replace("one.tlog-proof", old, new), "one.tlog-proof")


proof_case("index changed", b"index 11", b"index 10")
proof_case("index outside", b"index 11", b"index 600")
proof_case("index with a zero first", b"index 11", b"index 011")
proof_case("index of 2^64+11", b"index 11", b"index 18446744073709551627")
proof_case("index missing", b"index 11\n", b"")
proof_case("other version", b"@v1", b"@v2")
proof_case("extra not base64", b"index", b"extra ?\nindex")
proof_case("extra after index", b"index 11\n", b"index 11\nextra YWJj\n")
proof_case("hash changed", b64(access_log(SIZE).hashes[10]).encode(), b64(bytes(32)).encode())
proof_case("hash missing", b64(access_log(SIZE).hashes[10]).encode() + b"\n", b"")
proof_case("64 hashes", b"index 11\n", b"index 11\n" + (b64(bytes(32)) + "\n").encode() * 64)
proof_case("checkpoint changed", b"\n600\n", b"\n599\n")
proof_case("CR LF", b"\n", b"\r\n")
case("tlog-proof/of a fork", 1, PROOF, put("one.tlog-proof", lambda: FORK.tlog_proof(11)),
     "one.tlog-proof")
case("tlog-proof/larger than the log", 1, PROOF,
     put("one.tlog-proof", lambda: access_log(700).tlog_proof(11)), "one.tlog-proof")
case("tlog-proof/leaf beyond its own checkpoint", 1, PROOF, put("one.tlog-proof", lambda:
     access_log(SIZE).tlog_proof(11, 257).replace("index 11", "index 300")), "one.tlog-proof")
case("tlog-proof/empty", 1, PROOF, put("one.tlog-proof", b""), "one.tlog-proof")

# --- Mistakes in use, and files that are not there ------------------------------------------------

case("use/nothing", 2, [])
case("use/no key", 2, ["--log", "log"])
case("use/neither log nor receipt", 2, ["--key", "keys"])
case("use/since without log", 2, [*RECEIPT, "--since", "since"])
case("choice/use, tlog-proof without log", 2, ["--key", "keys", "--receipt", "one.tlog-proof"])
case("use/unknown option", 2, [*LOG, "--quick"])
case("use/stray word", 2, [*LOG, "word"])
case("use/option without value", 2, ["--key", "keys", "--log"])
case("missing/keys", 3, LOG, drop("keys"))
case("missing/log", 3, LOG, drop("log"))
case("missing/receipt", 3, RECEIPT, drop("receipt"))
case("missing/since", 3, SINCE, drop("since"))
case("missing/tlog-proof", 3, PROOF, drop("one.tlog-proof"))
