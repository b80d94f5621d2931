#!/usr/bin/env python3
"""Checks the habits of the house over all files that git tracks or would track.

Each breach is one line, `file:line: rule: what is wrong; what to write instead`, and makes the
exit code 1. What a rule means stands beside its function in tools/house/.
"""
import argparse
import sys

from house import calls, domains, layout, names, pages
from house.tree import Tree

RULES = [
    ("line-length", layout.line_length),
    ("blanks", layout.blanks),
    ("function-length", layout.function_length),
    ("file-length", layout.file_length),
    ("ratchet", layout.ratchets),
    ("banned", calls.banned_calls),
    ("sleep", calls.sleeping_tests),
    ("notes", names.notes),
    ("machine", names.machine_words),
    ("names", names.names),
    ("pragma-once", domains.pragma_once),
    ("namespace", domains.namespaces),
    ("tests", domains.tests_beside),
    ("comments", domains.comment_share),
    ("titles", pages.titles),
    ("indexes", pages.indexes),
    ("error-rows", pages.error_rows),
    ("pictures", pages.pictures),
]


def breaches(tree, rules=None):
    for name, rule in RULES:
        for breach in rule(tree) if rules is None or name in rules else ():
            yield f"{breach.path}:{breach.line}: {name}: {breach.sentence}"


def summary(tree):
    shares = domains.comment_shares(tree).items()
    comments = ", ".join(f"{domain} {share} %" for domain, (share, _) in sorted(shares))
    return f"tidy: {len(tree.sources)} files; comments: {comments or 'none to count'}"


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("root", nargs="?", default=".")
    parser.add_argument("--update-ratchets", action="store_true", help="write fallen counts down")
    parser.add_argument("--update-pictures", action="store_true", help="draw stale pictures anew")
    options = parser.parse_args(arguments)
    if options.update_ratchets:
        layout.update_ratchets(Tree(options.root))
    if options.update_pictures:
        pages.update_pictures(Tree(options.root))
    tree = Tree(options.root)
    found = list(breaches(tree))
    print("\n".join(found + [summary(tree)]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
