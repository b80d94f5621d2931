"""A small, plain writer of logs, keys, checkpoints and receipts for tests (docs/formats/log.md).

It shares no code with what it tests: trees are the recursions of RFC 6962 as they stand there, and
Ed25519 signing is the plain arithmetic of RFC 8032 on x and y. Never use it to make a real key: the
time that it takes depends on the secret.
"""
import base64
import functools
import hashlib
import json
import os

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960)


def b64(data):
    return base64.b64encode(data).decode()


# --- Ed25519 signing ------------------------------------------------------------------------------


def add(p, q):
    """The sum of two points of the curve."""
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P)


def multiply(number, point):
    """`number` times a point."""
    result = (0, 1)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def sha512_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


class Signer:
    """A key pair with a name, made from a word."""

    def __init__(self, name, word):
        self.name = name
        digest = hashlib.sha512(hashlib.sha256(word.encode()).digest()).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
        self.prefix = digest[32:]
        self.public = encode(multiply(self.scalar, BASE))

    @property
    def key_id(self):
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    @property
    def vkey(self):
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([1]) + self.public)}"

    @functools.lru_cache(maxsize=None)
    def sign(self, message):
        r = sha512_number(self.prefix, message) % L
        point = encode(multiply(r, BASE))
        s = (r + sha512_number(point, self.public, message) * self.scalar) % L
        return point + s.to_bytes(32, "little")

    def line(self, body):
        """The signature line of a note."""
        return f"\u2014 {self.name} {b64(self.key_id + self.sign(body.encode()))}\n"


# --- Trees (RFC 6962, section 2.1) ----------------------------------------------------------------


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def split(count):
    """The largest power of two below `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def mth(hashes):
    """MTH over leaf hashes."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return hashlib.sha256(b"\1" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(index, hashes):
    """PATH: the inclusion proof of a leaf."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if index < k:
        return path(index, hashes[:k]) + [mth(hashes[k:])]
    return path(index - k, hashes[k:]) + [mth(hashes[:k])]


def consistency(size, hashes, whole=True):
    """SUBPROOF: the consistency proof from the first `size` leaves."""
    if size == len(hashes):
        return [] if whole else [mth(hashes)]
    k = split(len(hashes))
    if size <= k:
        return consistency(size, hashes[:k], whole) + [mth(hashes[k:])]
    return consistency(size - k, hashes[k:], False) + [mth(hashes[:k])]


# --- The log --------------------------------------------------------------------------------------


def write(file, data):
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "wb") as out:
        out.write(data if isinstance(data, bytes) else data.encode())


def tile_name(number):
    """`5` -> `005`, `1234067` -> `x001/x234/067`."""
    name = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        name = f"x{number % 1000:03}/{name}"
    return name


class SmallLog:
    """Leaves of a log in memory, which writes itself to a folder."""

    def __init__(self, signer, leaves):
        self.signer = signer
        self.leaves = leaves
        self.hashes = [leaf_hash(leaf) for leaf in leaves]
        self.parts = None

    def body(self, size=None, origin=None):
        size = len(self.leaves) if size is None else size
        return f"{origin or self.signer.name}\n{size}\n{b64(mth(self.hashes[:size]))}\n"

    def checkpoint(self, size=None):
        body = self.body(size)
        return body + "\n" + self.signer.line(body)

    def write(self, folder):
        """All bundles, tiles and the checkpoint."""
        os.makedirs(folder, exist_ok=True)
        if self.parts is None:  # made once: many tests write the same log
            self.parts = list(self.all_parts())
        for name, data in self.parts:
            write(f"{folder}/{name}", data)

    def all_parts(self):
        """(name, bytes) of each file of the log."""
        bundle = [len(leaf).to_bytes(2, "big") + leaf for leaf in self.leaves]
        yield from self.parts_of("tile/entries", bundle)
        level, hashes = 0, self.hashes
        while hashes:
            yield from self.parts_of(f"tile/{level}", hashes)
            full = len(hashes) // 256
            hashes = [mth(hashes[i * 256:i * 256 + 256]) for i in range(full)]
            level += 1
        yield "checkpoint", self.checkpoint()

    @staticmethod
    def parts_of(folder, items):
        for start in range(0, len(items), 256):
            part = items[start:start + 256]
            name = tile_name(start // 256) + ("" if len(part) == 256 else f".p/{len(part)}")
            yield f"{folder}/{name}", b"".join(part)

    def receipt(self, indexes, size=None, **changes):
        """A JSON receipt as a dict; `changes` replace members."""
        size = len(self.leaves) if size is None else size
        entries = [{"index": index, "leaf": self.leaves[index].decode(),
                    "proof": [b64(h) for h in path(index,
                        self.hashes[:size])]} for index in indexes]
        return {"format": "tabularium-receipt-1", "entries": entries,
                "checkpoint": self.checkpoint(size)} | changes

    def tlog_proof(self, index, size=None, extra=""):
        size = len(self.leaves) if size is None else size
        hashes = "".join(b64(h) + "\n" for h in path(index, self.hashes[:size]))
        return f"c2sp.org/tlog-proof@v1\n{extra}index {index}\n{hashes}\n{self.checkpoint(size)}"


def keys_json(*rows):
    """keys.json of (signer, first size, last size)."""
    keys = [{"vkey": s.vkey, "first_size": first, "last_size": last} for s, first, last in rows]
    return json.dumps({"format": "tabularium-keys-1", "keys": keys})


def access_leaf(index):
    """Even leaves open an access, odd ones close the one before."""
    if index % 2 == 0:
        return f'{{"kind":"access.opened","outbox":{index}}}'.encode()
    return f'{{"kind":"access.closed","opened":{index - 1},"outbox":{index}}}'.encode()


SIGNER = Signer("data.ambleford.example/access", "the key of the log")


@functools.lru_cache(maxsize=None)
def access_log(size):
    """A log of `size` small leaves, always the same."""
    return SmallLog(SIGNER, [access_leaf(index) for index in range(size)])
