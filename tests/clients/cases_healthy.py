"""Cases: what must be verified."""
import json

from case_parts import (LATER, LOG, OTHER_ORIGIN, PROOF, RECEIPT, SINCE, SIZE, SIZES, STRANGER,
                        WITNESS, both, case, fake_signer, grown, healthy, log_note, log_of, put)
from small_log import (SIGNER, SmallLog, access_log, b64, keys_json)

for each in SIZES:
    case(f"healthy/size {each}", 0, LOG, size=each)
case("healthy/since", 0, SINCE)
for each in (0, 1, 2, 255, 256, 257, 511, 513, SIZE):
    case(f"healthy/since {each}", 0, SINCE,
         put("since", lambda n=each: access_log(SIZE).checkpoint(n)))
case("healthy/since, large log", 0, SINCE, size=SIZES[-1])
case("healthy/since 65536", 0, SINCE, put("since", lambda: access_log(SIZES[-1]).checkpoint(65536)),
     size=SIZES[-1])
case("healthy/receipt alone", 0, RECEIPT)
case("healthy/receipt and log", 0, [*LOG, "--receipt", "receipt"])
case("healthy/receipt of a smaller log", 0, [*LOG, "--receipt", "receipt"],
     put("receipt", lambda: json.dumps(access_log(SIZE).receipt([10, 11], 257))))
case("healthy/receipts of every index of a small log", 0, [*RECEIPT, "--receipt", "receipt2"],
     both(*(put(f"receipt{n}",
     lambda n=n: json.dumps(access_log(7).receipt(range(7)))) for n in ("", 2))))
case("healthy/receipt of one other leaf", 0, RECEIPT,
     put("receipt", lambda: json.dumps(SmallLog(SIGNER,
     [b'{"kind":"home.created"}']).receipt([0]))))
case("healthy/receipts of two logs", 0, [*RECEIPT, "--receipt", "receipt2"],
     put("receipt2", lambda: json.dumps(SmallLog(OTHER_ORIGIN, [b'{"kind":"x"}']).receipt([0]))))
case("healthy/receipt whose leaf is not ASCII", 0, RECEIPT, put("receipt", lambda: json.dumps(
    SmallLog(SIGNER, ['{"kind":"x","name":"Caf\u00e9 \U0001f4dc"}'.encode()]).receipt([0]))))
case("healthy/receipt that is spread over lines", 0, RECEIPT,
     put("receipt", lambda: json.dumps(access_log(SIZE).receipt([10, 11]), indent=4)))
case("healthy/tlog-proof", 0, PROOF)
case("healthy/tlog-proof with extra", 0, PROOF,
     put("one.tlog-proof", lambda: access_log(SIZE).tlog_proof(0, 257, "extra YWJj\n")))
case("healthy/tlog-proof of a log of one", 0, PROOF,
     put("one.tlog-proof", lambda: access_log(SIZE).tlog_proof(0, 1)))
case("healthy/all together", 0, [*SINCE, "--receipt", "receipt", "--receipt", "one.tlog-proof"])
case("healthy/json answer", 0, [*SINCE, "--receipt", "receipt", "--json"])
case("healthy/entries file and strange files are not looked at", 0, LOG,
     both(put("log/entries", b"\0"), put("log/tile/9/000", b"x"), put("log/tile/0/002.p/7", b"x")))
case("healthy/keys as text", 0, SINCE,
     put("keys", f"# the keys\n\n{SIGNER.vkey}\n  \n#{WITNESS.vkey}\n{WITNESS.vkey}"))
case("healthy/keys as text with CR LF", 0, LOG,
     put("keys", f"{SIGNER.vkey}\r\n\r\n{WITNESS.vkey}\r\n"))
case("healthy/key rotated", 0, SINCE, both(
    put("keys", lambda: keys_json((SIGNER, 0, 400), (LATER, 401, None))),
    put("log/checkpoint", log_note(LATER))))
case("healthy/key valid for just this size", 0, LOG, put("keys", keys_json((SIGNER, SIZE, SIZE))))
case("healthy/two keys, the first no longer valid", 0, LOG, both(
    put("keys", lambda: keys_json((SIGNER, 0, 400), (LATER, 401, None))),
    put("log/checkpoint", log_note(SIGNER, LATER))))
case("healthy/1000 keys", 0, LOG, put("keys", lambda: "\n".join(
    [SIGNER.vkey] + [fake_signer(n).vkey for n in range(999)])))
case("healthy/extension lines", 0, LOG,
     put("log/checkpoint", log_note(SIGNER, extension="time 5\n\u00fcber\n")))
case("healthy/unknown signatures passed over", 0, LOG, put("log/checkpoint", log_note(
    WITNESS, SIGNER, STRANGER, tail="\u2014 someone " + b64(b"12345") + "\n")))
case("healthy/signature of a known witness", 0, LOG, both(
    put("log/checkpoint", log_note(WITNESS, SIGNER)),
    put("keys", lambda: keys_json((WITNESS, 0, None), (SIGNER, 0, None)))))
case("healthy/64 signature lines", 0, LOG, put("log/checkpoint", log_note(
    SIGNER, tail=("\u2014 someone " + b64(b"12345") + "\n") * 63)))
case("healthy/partial bundle replaced by full", 0, SINCE, grown(800))
case("healthy/partial files replaced by wider", 0, SINCE, grown(700))
case("healthy/partial files replaced by full of level 1", 0, LOG, grown(65536))
case("healthy/leaf of 65535 bytes", 0, LOG,
     log_of(lambda: SmallLog(SIGNER, [b'"' + b"x" * 65533 + b'"', b"1"])))
case("choice/leaf of no bytes", 0, LOG, log_of(lambda: SmallLog(SIGNER, [b"", b"1", b""])))
case("choice/leaves of the log need not be JSON", 0, LOG,
     log_of(lambda: SmallLog(SIGNER, [b"\xff"])))
