"""Cases: checkpoints that were damaged or say something impossible, and lists of keys."""
import hashlib
import json
import os

from case_parts import (LOG, OLD, SINCE, SIZE, STRANGER, WITNESS, append, both, case, cut, drop,
                        edit, fake_signer, flip, folder_instead, healthy, log_note, note, put,
                        replace, signed)
from small_log import (BASE, L, SIGNER, Signer, access_log, b64, encode, keys_json, multiply)

NOTE = access_log(SIZE).checkpoint()
LINES = NOTE.split("\n")
for name, offset in (("origin", 3), ("size", NOTE.index("600")),
                     ("root", NOTE.index("\n600\n") + 9),
                     ("empty line", NOTE.index("\n\n") + 1),
                     ("dash", len(LINES[0] + LINES[1] + LINES[2]) + 5),
                     ("key name", len((LINES[0] + LINES[1] + LINES[2]).encode()) + 10),
                     ("key id", -97), ("signature R", -60), ("signature S", -20),
                     ("last line end", -1)):
    case(f"checkpoint/byte changed in {name}", 1, LOG, flip("log/checkpoint", offset), "checkpoint")
case("checkpoint/missing", 1, LOG, drop("log/checkpoint"), "checkpoint")
case("checkpoint/empty", 1, LOG, put("log/checkpoint", b""), "checkpoint")
case("checkpoint/a folder", 1, LOG, folder_instead("log/checkpoint"), "checkpoint")
case("checkpoint/not UTF-8", 1, LOG, append("log/checkpoint", b"\xff"), "checkpoint")
case("checkpoint/giant", 1, LOG, lambda folder: os.truncate(f"{folder}/log/checkpoint", 2**40),
     "checkpoint")
case("checkpoint/65,537 bytes", 1, LOG, put("log/checkpoint", lambda: note(
    access_log(SIZE).body() + "x" * (65537 - len(NOTE.encode()) - 1) + "\n", SIGNER)), "checkpoint")
case("healthy/checkpoint of 65,536 bytes", 0, LOG, put("log/checkpoint", lambda: note(
    access_log(SIZE).body() + "x" * (65536 - len(NOTE.encode()) - 1) + "\n", SIGNER)))
case("checkpoint/without signature", 1, LOG,
     put("log/checkpoint", lambda: access_log(SIZE).body()), "checkpoint")
case("checkpoint/without signature line", 1, LOG,
     put("log/checkpoint", lambda: access_log(SIZE).body() + "\n"), "checkpoint")
case("checkpoint/last line end missing", 1, LOG, cut("log/checkpoint", 1), "checkpoint")
case("checkpoint/65 signature lines", 1, LOG, put("log/checkpoint", log_note(
    SIGNER, tail=("\u2014 someone " + b64(b"12345") + "\n") * 64)), "checkpoint")
case("checkpoint/hyphen instead of dash", 1, LOG,
     replace("log/checkpoint", "\u2014".encode(), b"-"), "checkpoint")
case("checkpoint/signature line of another form", 1, LOG,
     append("log/checkpoint", "\u2014 someone\n".encode()), "checkpoint")
case("checkpoint/signature without bytes", 1, LOG,
     append("log/checkpoint", f"\u2014 someone {b64(b'1234')}\n".encode()), "checkpoint")
case("checkpoint/signature cut", 1, LOG, put("log/checkpoint", lambda: with_signature(
    SIGNER, SIGNER.sign(access_log(SIZE).body().encode())[:63])), "checkpoint")
case("checkpoint/S plus the group order", 1, LOG, put("log/checkpoint", lambda: malleable()),
     "checkpoint")
case("checkpoint/CR LF", 1, LOG, put("log/checkpoint", NOTE.replace("\n", "\r\n")), "checkpoint")
case("choice/checkpoint with an empty extension line", 1, LOG,
     put("log/checkpoint", log_note(SIGNER, extension="\n")), "checkpoint")
case("checkpoint/control character", 1, LOG,
     put("log/checkpoint", log_note(SIGNER, extension="a\tb\n")), "checkpoint")
case("checkpoint/NUL", 1, LOG, put("log/checkpoint", log_note(SIGNER, extension="a\0b\n")),
     "checkpoint")
for text in ("0600", "+600", "-1", "6e2", "", " 600", "600 ", "0x258", "\u0666\u0660\u0660",
             str(2**53), str(2**53 + 1), str(2**60), str(2**63), str(2**64), str(2**64 + 600),
             "9" * 5000):
    case(f"checkpoint/well signed size {text[:20]!a}", 1, LOG, put("log/checkpoint", signed(text)),
         "checkpoint")
case("checkpoint/well signed size 2^53-1", 1, LOG, put("log/checkpoint", signed(str(2**53 - 1))),
     "tile")
case("checkpoint/well signed size one larger", 1, LOG, put("log/checkpoint", signed("601")),
     "tile/entries/002")
case("checkpoint/well signed size one smaller", 1, LOG, put("log/checkpoint", signed("599")),
     "checkpoint")
case("checkpoint/well signed size 0 with another root", 1, LOG, put("log/checkpoint", signed("0")),
     "checkpoint")
for name, root in (("other", b64(bytes(32))), ("short", b64(bytes(31))), ("long", b64(bytes(33))),
                   ("without padding", b64(bytes(32)).rstrip("=")),
                   ("not canonical", "A" * 42 + "B="),
                   ("hexadecimal", "00" * 32), ("url alphabet", "_" * 43 + "=")):
    case(f"checkpoint/well signed root {name}", 1, LOG, put("log/checkpoint", signed("600", root)),
         "checkpoint")
case("checkpoint/of another origin, signed by its key", 1, LOG, put("log/checkpoint", lambda: note(
    access_log(SIZE).body(origin="other.example/access"), SIGNER)), "checkpoint")
case("checkpoint/known signature does not verify beside a good one", 1, LOG, both(
    put("keys", lambda: keys_json((SIGNER, 0, None), (WITNESS, 0, None))),
    put("log/checkpoint", log_note(SIGNER, tail=f"\u2014 {WITNESS.name} "
                                   f"{b64(WITNESS.key_id + bytes(64))}\n"))), "checkpoint")
case("checkpoint/good signature first, then a bad one of the same key", 1, LOG,
     put("log/checkpoint", log_note(
    SIGNER, tail=f"\u2014 {SIGNER.name} {b64(SIGNER.key_id + bytes(64))}\n")), "checkpoint")
case("checkpoint/signed by a witness only", 1, LOG, both(
    put("keys", lambda: keys_json((SIGNER, 0, None), (WITNESS, 0, None))),
    put("log/checkpoint", log_note(WITNESS))), "checkpoint")


def with_signature(signer, signature):
    """The usual checkpoint with any bytes as its signature."""
    line = f"\u2014 {signer.name} {b64(signer.key_id + signature)}\n"
    return access_log(SIZE).body() + "\n" + line


def malleable():
    """The checkpoint with S + L, which old verifiers took."""
    signature = SIGNER.sign(access_log(SIZE).body().encode())
    s = int.from_bytes(signature[32:], "little") + L
    return with_signature(SIGNER, signature[:32] + s.to_bytes(32, "little"))


# --- Keys ---

case("keys/wrong key", 1, LOG, put("keys", STRANGER.vkey), "checkpoint")
case("keys/wrong name", 1, LOG, put("keys", WITNESS.vkey), "checkpoint")
case("keys/not valid any more", 1, LOG, put("keys", keys_json((SIGNER, 0, SIZE - 1))), "checkpoint")
case("keys/not valid yet", 1, LOG, put("keys", keys_json((SIGNER, SIZE + 1, None))), "checkpoint")
case("keys/not valid for the older checkpoint", 1, SINCE,
     put("keys", keys_json((SIGNER, OLD + 1, None))), "since")
case("keys/not valid for the receipt", 1, [*LOG, "--receipt", "receipt"], both(
    put("keys", keys_json((SIGNER, OLD + 1, None))),
    put("receipt", lambda: json.dumps(access_log(SIZE).receipt([10, 11], OLD)))), "receipt")
case("keys/empty", 1, LOG, put("keys", b""), "keys")
case("keys/no key", 1, LOG, put("keys", keys_json()), "keys")
case("keys/only remarks", 1, LOG, put("keys", b"# none\n"), "keys")
case("keys/1001", 1, LOG, put("keys", lambda: "\n".join(fake_signer(n).vkey for n in range(1001))),
     "keys")
case("keys/id does not fit", 1, LOG,
     put("keys", SIGNER.vkey.replace(SIGNER.key_id.hex(), "00000000")), "keys")
case("keys/key changed", 1, LOG, put("keys", SIGNER.vkey[:-3] + "AA="), "keys")
case("keys/not Ed25519", 1, LOG, put("keys", lambda: other_kind(4)), "keys")
case("keys/a word", 1, LOG, put("keys", "hello\n"), "keys")
case("keys/private key form", 1, LOG, put("keys", "PRIVATE+KEY+" + SIGNER.vkey), "keys")
case("keys/not UTF-8", 1, LOG, put("keys", b"\xff\xfe"), "keys")
case("keys/giant", 1, LOG, lambda folder: os.truncate(f"{folder}/keys", 2**40), "keys")
case("keys/JSON cut", 1, LOG, cut("keys", 1), "keys")
case("keys/deep JSON", 1, LOG, put("keys", '{"format":' + "[" * 100_000), "keys")
case("keys/other format", 1, LOG, replace("keys", b"keys-1", b"keys-2"), "keys")
case("choice/keys with an unknown member", 1, LOG, edit("keys", lambda v: v | {"more": 1}), "keys")
case("choice/keys with an unknown member of a key", 1, LOG,
     edit("keys", lambda v: v["keys"][0].update(more=1)), "keys")
case("choice/keys with one twice", 1, LOG,
     put("keys", keys_json((SIGNER, 0, 400), (SIGNER, 0, None))), "keys")
case("keys/member twice", 1, LOG, replace("keys", b'"format"', b'"format": "x", "format"'), "keys")
case("keys/size missing", 1, LOG, edit("keys", lambda v: v["keys"][0].pop("last_size") and None),
     "keys")
for value in (-1, "0", True, 0.0, 2**53, 2**64, None, [], 10**30):
    case(f"keys/first_size {value!r}", 1, LOG,
         edit("keys", lambda v, x=value: v["keys"][0].update(first_size=x)), "keys")
for value in (-1, "600", True, 600.0, 2**64, {}):
    case(f"keys/last_size {value!r}", 1, LOG,
         edit("keys", lambda v, x=value: v["keys"][0].update(last_size=x)), "keys")
case("choice/keys with a key of low order that signs everything", 1, LOG, both(
    put("keys", lambda: low_order()[0]), put("log/checkpoint", lambda: low_order()[1])),
        "checkpoint")


def other_kind(kind):
    """A verifier key of an algorithm that is not Ed25519."""
    data = bytes([kind]) + SIGNER.public
    key_id = hashlib.sha256(SIGNER.name.encode() + b"\n" + data).hexdigest()[:8]
    return f"{SIGNER.name}+{key_id}+{b64(data)}"


def low_order():
    """The neutral point as a key: R = [S]B then signs any text. Returns key and checkpoint."""
    signer = object.__new__(Signer)
    signer.name, signer.public = SIGNER.name, encode((0, 1))
    signature = encode(multiply(5, BASE)) + (5).to_bytes(32, "little")
    return signer.vkey, with_signature(signer, signature)
