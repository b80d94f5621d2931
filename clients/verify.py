#!/usr/bin/env python3
"""Checks copies of a Tabularium log and its receipts, with Python's standard library alone.

The rules are those of docs/formats/log.md, "What verify checks". Read it from the bottom up:
check_all takes the files that were named, walk_log hashes every leaf, all else serves these two."""
import argparse, base64, collections, hashlib, json, os, re, sys

MAX_SIZE = 2**53 - 1  # leaves of a log
MAX_LEAF, MAX_NOTE, MAX_RECEIPT, MAX_KEYS_FILE = 65_535, 65_536, 262_144, 1_048_576  # bytes
MAX_SIGNATURES, MAX_KEYS, MAX_ENTRIES, MAX_PROOF, MAX_JSON_DEPTH = 64, 1_000, 16, 63, 32
WIDTH = 256  # hashes of a full tile, leaves of a full bundle
Key = collections.namedtuple("Key", "name key_id public first_size last_size")
Checkpoint = collections.namedtuple("Checkpoint", "origin size root extensions")
Receipt = collections.namedtuple("Receipt", "where checkpoint index proof")  # index: .tlog-proof

class NotVerified(Exception):
    """Its two arguments: where, and what does not hold there."""

def require(condition, where, failure):
    """Ends the check unless the condition holds."""
    if not condition:
        raise NotVerified(where, failure)

# --- Ed25519 (RFC 8032, section 5.1); points are extended coordinates X, Y, Z, T with T = XY/Z ---
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_1 = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)

def point_add(p, q):
    """The sum of two points; of a point with itself too."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def point_decode(data):
    """The point of 32 bytes, or None if they are not the one canonical encoding of a point."""
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT_OF_MINUS_1 % P
    if y >= P or x * x % P != square or (x == 0 and sign == 1):
        return None
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P

BASE = point_decode(bytes([0x58]) + bytes([0x66]) * 31)

def verify_ed25519(public, message, signature):
    """Whether a signature holds, by the rule of OpenSSL 3.0, and a stricter one for the key.
    S is below the group order; R is byte for byte the encoding of [S]B - [k]A (no cofactor), and
    so never another encoding. A key in a non-canonical encoding, or of low order so that anybody
    can sign with it, fails here though OpenSSL takes it. Honest keys are not touched by that."""
    a, s = point_decode(public), int.from_bytes(signature[32:], "little")
    if len(public) != 32 or len(signature) != 64 or a is None or s >= ORDER:
        return False
    double = point_add(a, a)
    if point_add(point_add(double, double), point_add(double, double))[0] == 0:  # 8A: low order
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus_a, result = (P - a[0], a[1], 1, P - a[3]), (0, 1, 1, 0)
    for bit in range(252, -1, -1):  # both products in one sweep, from the highest bit down
        result = point_add(result, result)
        result = point_add(result, BASE) if s >> bit & 1 else result
        result = point_add(result, minus_a) if k >> bit & 1 else result
    x, y = (result[i] * pow(result[2], -1, P) % P for i in (0, 1))
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

# --- Merkle trees (RFC 6962, section 2.1) ---
def leaf_hash(leaf):
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()

def node_hash(left, right):
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()

def tree_root(hashes):
    """The root over hashes: pairs are joined until one is left; a last odd one goes up as it is."""
    while len(hashes) > 1:
        pairs = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2:]
    return hashes[0] if hashes else hashlib.sha256(b"").digest()

def root_from_leaf(index, size, leaf, proof):
    """The root to which a proof leads, or None where it has the wrong length (section 2.1.1)."""
    if size == 1 or not proof:
        return leaf if size == 1 and not proof else None
    left, last = 1 << (size - 1).bit_length() - 1, proof[-1]  # the largest power of two below size
    if index < left:
        inner = root_from_leaf(index, left, leaf, proof[:-1])
        return inner and node_hash(inner, last)
    inner = root_from_leaf(index - left, size - left, leaf, proof[:-1])
    return inner and node_hash(last, inner)

def verify_inclusion(index, size, leaf, proof, root):
    """Whether a proof leads from the leaf hash at `index` to the root of `size` leaves."""
    fits = 0 <= index < size and len(proof) <= MAX_PROOF
    fits = fits and all(len(each) == 32 for each in [leaf, *proof])
    return fits and root_from_leaf(index, size, leaf, proof) == root

def read_text(path, limit, where):
    require(os.path.isfile(path), where, "the file is missing")
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    require(len(data) <= limit, where, f"the file is larger than {limit} bytes")
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotVerified(where, "the file is not UTF-8") from None

def parse_base64(text, where, length=None):
    """Standard base64 with padding, only in its one canonical form, of `length` bytes if given."""
    shaped = re.fullmatch("[A-Za-z0-9+/]+={0,2}", text) and len(text) % 4 == 0
    data = base64.b64decode(text) if shaped else b""
    require(data and base64.b64encode(data).decode() == text, where, "the base64 is not in order")
    require(length in (None, len(data)), where, f"this has not {length} bytes")
    return data

def parse_number(text, where):
    require(re.fullmatch("0|[1-9][0-9]{0,15}", text) and int(text) <= MAX_SIZE, where,
        "this is not a whole number below 2^53")
    return int(text)

def parse_proof(hashes, where):
    require(len(hashes) <= MAX_PROOF and all(isinstance(text, str) for text in hashes), where,
        f"the proof is not a list of at most {MAX_PROOF} hashes")
    return [parse_base64(text, f"{where}, proof", 32) for text in hashes]

def parse_json(text, where):
    """JSON of limited depth; a member that stands twice, NaN and lone surrogates are refused."""
    def unique(pairs):
        require(len(dict(pairs)) == len(pairs), where, "a member of the JSON stands twice")
        return dict(pairs)
    depth = 0
    for bracket in re.findall(r"[][{}]", re.sub(r'(?s)"(?:[^"\\]|\\.)*"?', "", text)):
        depth += 1 if bracket in "[{" else -1
        require(depth <= MAX_JSON_DEPTH, where, f"the JSON is deeper than {MAX_JSON_DEPTH}")
    try:
        value = json.loads(text, object_pairs_hook=unique)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise NotVerified(where, "this is not JSON") from None
    return value

def members(value, where, **types):
    """The members of an object which has exactly these, each of its type; numbers are sizes."""
    exact = isinstance(value, dict) and value.keys() == types.keys()
    require(exact, where, "this is not an object of exactly the members " + ", ".join(types))
    for name, kind in types.items():
        fits = type(value[name]) is kind and (kind is not int or 0 <= value[name] <= MAX_SIZE)
        require(fits, f"{where}, {name}", "this has the wrong type, or is not from 0 to 2^53 - 1")
    return [value[name] for name in types]

# --- Keys and checkpoints ---
def parse_key(vkey, first_size, last_size, where):
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", vkey)
    require(match, where, "this is not a verifier key")
    name, data = match[1], parse_base64(match[3], where)
    require(len(data) == 33 and data[0] == 1, where, "the key is not an Ed25519 key")
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    require(key_id.hex() == match[2], where, "the key id is not that of the name and the key")
    return Key(name, key_id, data[1:], first_size, last_size)

def read_keys(path):
    """The keys of keys.json, or of a text file with one verifier key a line; by name and key id."""
    text, keys = read_text(path, MAX_KEYS_FILE, path), {}
    if text.lstrip().startswith("{"):
        form, listed = members(parse_json(text, path), path, format=str, keys=list)
        require(form == "tabularium-keys-1", path, "the format is not tabularium-keys-1")
    else:
        lines = [line for line in map(str.strip, text.split("\n")) if line and line[0] != "#"]
        listed = [{"vkey": line, "first_size": 0, "last_size": None} for line in lines]
    require(1 <= len(listed) <= MAX_KEYS, path, f"there are not 1 to {MAX_KEYS} keys")
    for number, item in enumerate(listed, 1):
        where = f"{path}, key {number}"
        if isinstance(item, dict) and item.get("last_size", 0) is None:  # null: still in use
            item["last_size"] = MAX_SIZE
        key = parse_key(*members(item, where, vkey=str, first_size=int, last_size=int), where)
        require((key.name, key.key_id) not in keys, where, "the key is listed twice")
        keys[key.name, key.key_id] = key
    return keys

def open_note(text, keys, where):
    """The checkpoint of a note, if a listed key of its origin, valid at its size, signed it."""
    require(len(text.encode()) <= MAX_NOTE, where, f"the note is larger than {MAX_NOTE} bytes")
    require(not re.search(r"[\x00-\x09\x0b-\x1f]", text), where, "the note has control characters")
    body, _, signatures = text.rpartition("\n\n")
    lines, signature_lines = body.split("\n"), signatures.split("\n")
    whole = len(lines) >= 3 and "" not in lines and signature_lines.pop() == ""
    require(whole, where, "this is not origin, size, root, an empty line and whole signature lines")
    require(len(signature_lines) <= MAX_SIGNATURES, where, "the note has too many signatures")
    size = parse_number(lines[1], f"{where}, size")
    root, signed = parse_base64(lines[2], f"{where}, root", 32), False
    for number, line in enumerate(signature_lines, 1):
        place, match = f"{where}, signature {number}", re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        data = parse_base64(match[2], place) if match else b""
        require(len(data) >= 5, place, "this is not a signature line")
        key = keys.get((match[1], data[:4]))
        if key:
            require(verify_ed25519(key.public, f"{body}\n".encode(), data[4:]), place,
                "the signature does not verify")
            signed |= key.name == lines[0] and key.first_size <= size <= key.last_size
    require(signed, where, "no listed key of this origin that is valid at this size signed it")
    return Checkpoint(lines[0], size, root, lines[3:])

# --- The log ---
def find_part(folder, level, number, width):
    """The file with the first `width` items of a tile or bundle, and how many it holds in all:
    where a partial one is absent, the full one or any wider partial one is taken."""
    *leading, last = [group.zfill(3) for group in f"{number:,}".split(",")]
    full = "/".join(["tile", level, *("x" + group for group in leading), last])
    choices = [(f"{full}.p/{width}", width)] if width < WIDTH else []
    choices += [(full, WIDTH)] + [(f"{full}.p/{held}", held) for held in range(width + 1, WIDTH)]
    for name, held in choices:
        if os.path.isfile(os.path.join(folder, name)):
            return name, held
    raise NotVerified(choices[0][0], "the file is missing")

def read_bundle(folder, number, width):
    """Yields the hashes of the first `width` leaves; the bundle must be in order to its end."""
    name, held = find_part(folder, "entries", number, width)
    with open(os.path.join(folder, name), "rb") as file:
        for place in range(held):
            prefix = file.read(2)
            leaf = file.read(int.from_bytes(prefix, "big"))
            whole = len(prefix) == 2 and len(leaf) == int.from_bytes(prefix, "big")
            require(whole, name, f"the bundle ends before the end of its leaf {place}")
            if place < width:
                yield leaf_hash(leaf)
        require(not file.read(1), name, f"the bundle goes on after its {held} leaves")

def check_tile(folder, level, number, hashes):
    """A tile must be whole and hold what the leaves give."""
    name, held = find_part(folder, str(level), number, len(hashes))
    with open(os.path.join(folder, name), "rb") as file:
        data = file.read(held * 32 + 1)
    require(len(data) == held * 32, name, f"the tile has not {held * 32} bytes")
    for place, expected in enumerate(hashes):
        first, equal = (number * WIDTH + place) * WIDTH**level, data[32 * place:][:32] == expected
        require(equal, name, f"hash {place} is not what the leaves give, from leaf {first} on")

def prefix_root(levels):
    """The root of all leaves so far, from the hashes of each level that are in no full tile yet."""
    below = []
    for hashes in levels:
        below = [tree_root(hashes + below)] if hashes or below else []
    return tree_root(below)

def walk_log(folder, size, wanted_sizes, wanted_leaves):
    """Hashes all leaves and checks all tiles; returns the wanted roots by size and leaf hashes by
    index. levels[L] holds the hashes since the last full tile of level L: memory is flat."""
    levels, roots, leaves = [[] for _ in range(8)], {0: tree_root([])}, {}  # 256^7 > MAX_SIZE
    for bundle in range(-(-size // WIDTH)):
        hashes = read_bundle(folder, bundle, min(WIDTH, size - bundle * WIDTH))
        for index, item in enumerate(hashes, bundle * WIDTH):
            levels[0].append(item)
            if index in wanted_leaves:
                leaves[index] = item
            if index + 1 in wanted_sizes:
                roots[index + 1] = prefix_root(levels)
        level, tile = 0, bundle
        while len(levels[level]) == WIDTH:  # a full tile: its root is a hash of the next level
            check_tile(folder, level, tile, levels[level])
            levels[level + 1].append(tree_root(levels[level]))
            levels[level] = []
            level, tile = level + 1, tile // WIDTH
    for level, hashes in enumerate(levels):
        if hashes:
            check_tile(folder, level, size // WIDTH**(level + 1), hashes)
    return roots, leaves

# --- Receipts ---
def read_receipt(path, keys):
    """Checks a JSON receipt by itself; an access.closed names the access.opened before it."""
    receipt = parse_json(read_text(path, MAX_RECEIPT, path), path)
    form, entries, note = members(receipt, path, format=str, entries=list, checkpoint=str)
    require(form == "tabularium-receipt-1" and 1 <= len(entries) <= MAX_ENTRIES, path,
        f"this is not a tabularium-receipt-1 of 1 to {MAX_ENTRIES} entries")
    checkpoint, opened = open_note(note, keys, f"{path}, checkpoint"), None
    for number, entry in enumerate(entries, 1):
        where = f"{path}, entry {number}"
        index, leaf, hashes = members(entry, where, index=int, leaf=str, proof=list)
        require(len(leaf.encode()) <= MAX_LEAF, where, f"the leaf is larger than {MAX_LEAF} bytes")
        good = verify_inclusion(index, checkpoint.size, leaf_hash(leaf.encode()),
            parse_proof(hashes, where), checkpoint.root)
        require(good, where, "the proof does not lead from the leaf to the checkpoint's root")
        content = parse_json(leaf, f"{where}, leaf")
        require(isinstance(content, dict), f"{where}, leaf", "this is not a JSON object")
        kind, named = content.get("kind"), content.get("opened")
        good = kind != "access.closed" or (type(named) is int and named == opened)
        require(good, where, "access.closed does not name the access.opened before it")
        opened = index if kind == "access.opened" else None
    return Receipt(path, checkpoint, None, None)

def read_tlog_proof(path, keys):
    """Reads a .tlog-proof; check_all compares it once the leaf is known."""
    head, _, note = read_text(path, MAX_RECEIPT, path).partition("\n\n")
    match = re.fullmatch(r"c2sp\.org/tlog-proof@v1\n(?:extra (.*)\n)?index (.*)((?:\n.*)*)", head)
    require(match, path, "this is not a c2sp.org/tlog-proof@v1")
    parse_base64(match[1] or "AA==", f"{path}, extra")  # not used, but must be in order
    index, proof = parse_number(match[2], f"{path}, index"), match[3].split("\n")[1:]
    return Receipt(path, open_note(note, keys, f"{path}, checkpoint"), index,
        parse_proof(proof, path))

# --- The whole check ---
def check_all(options):
    """Checks what the options name; returns the checkpoints of --log and --since."""
    keys, log, since, older = read_keys(options.key), None, None, []
    if options.log is not None:
        text = read_text(os.path.join(options.log, "checkpoint"), MAX_NOTE, "checkpoint")
        log = open_note(text, keys, "checkpoint")
    if options.since is not None:
        since = open_note(read_text(options.since, MAX_NOTE, options.since), keys, options.since)
        older.append(Receipt(options.since, since, None, None))
    for path in options.receipt:
        read = read_tlog_proof if path.endswith(".tlog-proof") else read_receipt
        older.append(read(path, keys))
    if not log:
        return None, None
    for where, checkpoint, _, _ in older:
        require(checkpoint.origin == log.origin, where, "the origin is not that of the log")
        require(checkpoint.size <= log.size, where, "it is newer: get a newer copy of the log")
    sizes, indexes = {item.checkpoint.size for item in older}, {item.index for item in older}
    roots, leaves = walk_log(options.log, log.size, sizes | {log.size}, indexes)
    require(roots[log.size] == log.root, "checkpoint, root", "this is not the root of the leaves")
    for where, (_, size, root, _), index, proof in older:
        require(roots[size] == root, where, f"the first {size} leaves of the log have another root")
        good = index is None or verify_inclusion(index, size, leaves.get(index, b""), proof, root)
        require(good, where, "the proof does not lead from the log's leaf to its checkpoint's root")
    return log, since

def parse_options(arguments):
    """Ends with exit code 2 for a mistake in use, and 3 for a named file that is not there."""
    parser = argparse.ArgumentParser(prog="verify.py", allow_abbrev=False, description=__doc__)
    parser.add_argument("--key", metavar="KEYS", required=True, help="keys.json, or a key a line")
    parser.add_argument("--log", metavar="FOLDER", help="a folder with checkpoint and tile/")
    parser.add_argument("--receipt", metavar="FILE", action="append", default=[], help="repeatable")
    parser.add_argument("--since", metavar="CHECKPOINT", help="an older checkpoint that you kept")
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    options = parser.parse_args(arguments)
    proofs = [path for path in options.receipt if path.endswith(".tlog-proof")]
    if options.log is None and (not options.receipt or proofs or options.since is not None):
        parser.error("give --log; without it only JSON receipts can be checked")
    if options.log is not None and not os.path.isdir(options.log):
        parser.exit(3, f"{options.log}: there is no such folder\n")
    for path in [options.key, options.since, *options.receipt]:
        if path is not None and not os.path.isfile(path):
            parser.exit(3, f"{path}: there is no such file\n")
    return options

def main(arguments=None):
    """Prints the answer and returns the exit code: 0 verified, 1 not verified."""
    sys.stdout.reconfigure(errors="backslashreplace")
    options = parse_options(arguments)
    answer = dict.fromkeys("failure where origin size root since_size receipts".split())
    try:
        log, since = check_all(options)
        answer.update(origin=log and log.origin, size=log and log.size, root=log and log.root.hex(),
            since_size=since and since.size, receipts=len(options.receipt) or None)
    except NotVerified as error:
        answer["where"], answer["failure"] = error.args
    except OSError as error:
        answer.update(where=str(error.filename or "a file"), failure="it cannot be read")
    verified = answer["failure"] is None
    if options.json:
        print(json.dumps({"verified": verified, **answer}))
    elif verified:
        print("verified:", ", ".join(f"{k} {v}" for k, v in answer.items() if v is not None))
    else:
        print(f"not verified: {answer['where']}: {answer['failure']}")
    return 0 if verified else 1

if __name__ == "__main__":
    sys.exit(main())
