"""Rules of a domain's folder: its namespace, its headers, its tests, its share of comments."""
import re

from house import cpp
from house.tree import Breach

COMMENTS_LEAST, COMMENTS_MOST = 8, 35  # per cent; 15 to 20 is the aim
JUDGED_LINES = 300  # a smaller domain is only reported
TESTED_LINES = 30  # a shorter .cc may go without a test of its own
TESTS_OF = re.compile(r"^(?://|#)\s*Tests of:\s*(.+)$", re.M)


def pragma_once(tree):
    for source in tree.cpp:
        if source.suffix == ".h" and not re.search(r"^#pragma once$", source.text, re.M):
            yield source.at(1, "write #pragma once after the opening comment")


def namespaces(tree):
    for domain, sources in tree.domains.items():
        for source in sources:
            exempt = source.is_trial or source.name == "main.cc"
            if not exempt and not re.search(rf"\bnamespace\s+{domain}\b", source.code):
                yield source.at(1, f"what it holds belongs into namespace {domain}, "
                                   "named as its folder")


def comment_shares(tree):
    """Domain -> (comment lines in per cent of all that are not empty, lines), without tests."""
    shares = {}
    for domain, sources in tree.domains.items():
        counts = [cpp.comment_lines(source.text) for source in sources if not source.is_trial]
        lines = sum(count for _, count in counts)
        if lines:
            shares[domain] = (round(100 * sum(comments for comments, _ in counts) / lines), lines)
    return shares


def comment_share(tree):
    for domain, (share, lines) in comment_shares(tree).items():
        if lines <= JUDGED_LINES or COMMENTS_LEAST <= share <= COMMENTS_MOST:
            continue
        cure = "say why where the code cannot" if share < COMMENTS_LEAST else (
            "remove what the code says itself")
        yield Breach(f"src/{domain}", 1, f"{share} % of {lines} lines are comments, and "
                                         f"{COMMENTS_LEAST} to {COMMENTS_MOST} are right; {cure}")


def tests_beside(tree):
    elsewhere = set()  # what is tested on the real binary, in tests/
    for source in tree.sources:
        if source.path.startswith("tests/") and source.suffix == ".py":
            for match in TESTS_OF.finditer(source.text):
                elsewhere.update(re.split(r"[,\s]+", match[1].strip()))
    above = set()  # "exchange/extracts.cc", in a test of a domain that sees more
    for source in tree.sources:
        if source.stem.endswith("_test"):
            for match in TESTS_OF.finditer(source.text):
                above.update(name for name in re.split(r"[,\s]+", match[1].strip()) if "/" in name)
    for domain, sources in tree.domains.items():
        named = set(elsewhere)
        named.update(name.removeprefix(domain + "/") for name in above
                     if name.startswith(domain + "/"))
        for source in sources:
            if source.stem.endswith("_test"):
                named.add(source.name.replace("_test.cc", ".cc"))
                for match in TESTS_OF.finditer(source.text):
                    named.update(re.split(r"[,\s]+", match[1].strip()))
        for source in sources:
            exempt = source.suffix != ".cc" or source.is_trial or source.name == "main.cc"
            if not exempt and source.text.count("\n") > TESTED_LINES and source.name not in named:
                yield source.at(1, f"write {source.stem}_test.cc beside it, or name it in the "
                                   "test that covers it: // Tests of: " + source.name)
