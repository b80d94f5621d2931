#!/usr/bin/env python3
"""Checks that every #include in src/ obeys floors.txt and wrappers.txt.

A domain may include its own headers, and the public headers of the domains that floors.txt names
for it, which all stand on lower floors; <domain>/internal/ belongs to that domain alone. A header
named in wrappers.txt may be included by its one folder alone. Both forms of #include count, and
so do tests, fuzzers and benchmarks. The build seals the same rules; what only this checker sees
is a path with `..`, a computed include and the wrappers.
"""
import argparse
import pathlib
import re
import sys
from typing import NamedTuple

from house import cpp

DIRECTIVE = re.compile(r"^[ \t]*(?:#|%:)[ \t]*(include|include_next|import|embed)\b(.*)$"
                       r"|^[ \t]*(?:export[ \t]+)?(import)\b[ \t]*([<\"].*)$", re.M)
HEADER = re.compile(r'"([^"]+)"|<([^>]+)>')
TRIAL = re.compile(r"_(?:test|fuzz|bench)\.(?:h|cc)$")
TRIAL_HEADERS = ("doctest/", "rapidcheck", "benchmark/")
SOURCE_SUFFIXES = {".h", ".cc"}
OTHER_SUFFIXES = {".hpp", ".hh", ".hxx", ".cpp", ".cxx", ".c", ".C", ".inc", ".inl", ".ipp", ".tcc"}
FACES = ("api", "web")  # protocol faces and pages: no storage, so no SQL in a handler


class Domain(NamedTuple):
    floor: int
    uses: tuple


class House(NamedTuple):
    """What the checker knows of the repository."""

    domains: dict
    wrappers: list  # (start of a header's path, the folder that may include it)
    folders: set  # all folders in src/, named in floors.txt or not


class Include(NamedTuple):
    line: int
    header: str  # empty: a computed include, or another directive than #include
    is_quoted: bool = False


def rows_of(path):
    """(number, words) of each line that holds words."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = ((number, line.split("#")[0].split()) for number, line in enumerate(lines, 1))
    return [(number, words) for number, words in pairs if words]


def read_floors(path):
    """The domains, and what cannot be read of them."""
    domains, errors = {}, []
    for number, words in rows_of(path):
        if len(words) < 2 or not words[1].isdigit():
            errors.append(f"floors.txt:{number}: write a name, a floor, and the domains it uses")
        elif words[0] in domains:
            errors.append(f"floors.txt:{number}: {words[0]} has a line already; keep one")
        else:
            domains[words[0]] = Domain(int(words[1]), tuple(words[2:]))
    return domains, errors


def read_house(root):
    domains, errors = read_floors(root / "floors.txt")
    wrappers = [(words[0], words[1]) for _, words in rows_of(root / "wrappers.txt")
                if len(words) == 2]
    folders = {path.name for path in (root / "src").glob("*") if path.is_dir()}
    return House(domains, wrappers, folders), errors


def table_errors(house):
    """What floors.txt says against its own rules."""
    for name, (floor, uses) in house.domains.items():
        for use in uses:
            if use not in house.domains:
                yield f"floors.txt: {name} names {use}, which has no line; write one, or remove it"
            elif house.domains[use].floor >= floor:
                yield (f"floors.txt: {name} (floor {floor}) may not use {use} (floor "
                       f"{house.domains[use].floor}); let it declare an interface that cli fills")
            elif name in FACES and use == "storage":
                yield f"floors.txt: {name} may not use storage; call the domain that owns the rows"
        if name not in house.folders:
            yield f"floors.txt: {name} has no folder src/{name}; remove the line"
    for folder in sorted(house.folders - set(house.domains)):
        yield f"src/{folder}: the folder has no line in floors.txt; write one"


def includes_of(text):
    """Every directive of a C++ file that draws another file in."""
    text = cpp.without_comments(cpp.join_splices(text))
    code = cpp.code_of(text)  # here a directive within a raw string is blank
    for match in DIRECTIVE.finditer(text):
        keyword = 1 if match[1] else 3
        if not code[match.start(keyword) : match.end(keyword)].strip():
            continue
        header = HEADER.fullmatch(match[keyword + 1].strip())
        line = cpp.line_of(text, match.start())
        if match[1] == "include" and header:
            yield Include(line, (header[1] or header[2]).strip(), bool(header[1]))
        else:
            yield Include(line, "")


def fits(pattern, header):
    """A pattern that ends in .h is one header; any other is the start of a path."""
    return header == pattern if pattern.endswith(".h") else header.startswith(pattern)


def judge_domain(house, me, them, header):
    if not header.endswith(".h"):
        return f"{header} is no header; include the .h that declares what you need"
    if them == me:
        return None
    if them not in house.domains:
        return f"{header} is of {them}, which has no line in floors.txt; write one"
    if them not in house.domains[me].uses:
        return (f"{me} may not use {them} ({header}); name it in floors.txt if it stands lower, "
                "or declare an interface that cli fills")
    if "internal" in header.split("/"):
        return f"{header} is internal to {them}; use its public headers"
    return None


def judge(house, me, is_trial, header):
    """What is wrong with this include in a file of the domain `me`; None if nothing is."""
    parts = header.split("/")
    if not header:
        return 'write #include with the path itself, as "domain/file.h" or <header>'
    if {"", ".", ".."} & set(parts) or "\\" in header:
        return f"write {header} as domain/file.h, from the folder src"
    them = parts[0]
    if len(parts) > 1 and (them in house.domains or them in house.folders):
        return judge_domain(house, me, them, header)
    if header.endswith((".cc", ".cpp", ".c", ".inc")):
        return f"{header} is no header; include the .h that declares what you need"
    if header.startswith(TRIAL_HEADERS):
        return None if is_trial else f"{header} is for tests and benchmarks alone"
    owner = next((who for pattern, who in house.wrappers if fits(pattern, header)), me)
    return None if owner == me else f"{header} may be included by {owner} alone; use what it offers"


def file_errors(house, root, path, used):
    """The breaches of one file; notes in `used` which domains it needs."""
    place = path.relative_to(root).as_posix()
    me = path.relative_to(root / "src").parts[0]
    text = path.read_text()
    for include in includes_of(text):
        sentence = judge(house, me, bool(TRIAL.search(path.name)), include.header)
        if not sentence and include.is_quoted and (path.parent / include.header).is_file():
            sentence = f"write {include.header} as domain/file.h, from the folder src"
        if sentence:
            yield f"{place}:{include.line}: {sentence}"
        else:
            used.setdefault(me, set()).add(include.header.split("/")[0])


def source_errors(house, root, used):
    for path in sorted((root / "src").rglob("*")):
        place = path.relative_to(root).as_posix()
        if path.is_symlink():
            yield f"{place}:1: a link leads around the floors; write a file"
        elif path.suffix in OTHER_SUFFIXES:
            yield f"{place}:1: name sources .cc and headers .h; no other is checked"
        elif path.is_file() and path.suffix in SOURCE_SUFFIXES:
            if path.parent == root / "src":
                yield f"{place}:1: a file of src/ belongs into the folder of a domain"
            elif path.relative_to(root / "src").parts[0] in house.domains:
                yield from file_errors(house, root, path, used)


def idle_errors(house, used):
    for name, (_, uses) in house.domains.items():
        for use in uses:
            if use not in used.get(name, ()):
                yield f"floors.txt: {name} no longer uses {use}; remove it from the line"


def check(root, strict=False):
    """Every breach, as one line each."""
    house, errors = read_house(root)
    used = {}
    errors += table_errors(house)
    errors += source_errors(house, root, used)
    if strict:
        errors += idle_errors(house, used)
    return errors


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("root", nargs="?", default=".", type=pathlib.Path)
    parser.add_argument("--strict", action="store_true",
                        help="refuse also what floors.txt allows and no file needs any more")
    options = parser.parse_args(arguments)
    errors = check(options.root.resolve(), options.strict)
    print("\n".join(errors) or "floors: no breach")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
