"""Consistency proofs (RFC 6962, section 2.1.2), for the published cases: the verifier itself
needs none, since it recomputes the root of an older checkpoint from the leaves."""
from verify import MAX_PROOF, node_hash


def roots_from_proof(size1, size2, root1, proof):
    """Both roots that a consistency proof gives, or None (section 2.1.2, SUBPROOF). `root1` is
    known while the old tree is a left part of the new one; once it is None, the proof names it."""
    if size1 == size2 or not proof:
        known = proof if root1 is None else [root1, *proof]
        return (known[0], known[0]) if size1 == size2 and len(known) == 1 else None
    left, last = 1 << (size2 - 1).bit_length() - 1, proof[-1]
    if size1 <= left:
        inner = roots_from_proof(size1, left, root1, proof[:-1])
        return inner and (inner[0], node_hash(inner[1], last))
    inner = roots_from_proof(size1 - left, size2 - left, None, proof[:-1])
    return inner and (node_hash(last, inner[0]), node_hash(last, inner[1]))


def verify_consistency(size1, size2, root1, root2, proof):
    """Whether the tree of `size2` leaves begins with that of `size1` leaves, which is not empty."""
    if not 0 < size1 <= size2 or len(proof) > MAX_PROOF or any(len(h) != 32 for h in proof):
        return False
    return roots_from_proof(size1, size2, root1, proof) == (root1, root2)
