"""Rules of words: names that say nothing, notes to ourselves, words of the machine we work on."""
import ast
import re

EMPTY = {"Manager", "Helper", "Util", "Data", "Info"}
EMPTY |= {word + "s" for word in EMPTY} | {"Utility", "Utilities"}
EMPTY_IN_FILES = {word.lower() for word in EMPTY}

DEFINED = re.compile(r"\b(?:class|struct|union|enum(?:\s+class|\s+struct)?)\s+"
                     r"(?:\[\[[^\]]*\]\]\s*|[A-Z_]{3,}(?:\([^)]*\))?\s+)*(\w+)\s*(?:final\s*)?[{:]"
                     r"|\b(?:using|concept)\s+(\w+)\s*=")

# The words are put together here from pieces, so that this file does not hold them.
NOTES = re.compile(r"\b(?:" + "TO" + "DO|FIX" + "ME|XX" + "X|HA" + r"CK)\b")
HOSTS = re.compile("|".join(
    rf"\b{re.escape(name + '.' + top)}\b"
    for name, top in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"),
        ("yarnpkg", "com"), ("crates", "io"), ("proxy.golang", "org"), ("rubygems", "org"),
        ("deb", "debian.org"), ("repo", "maven.apache.org"),
    )
))
MACHINE = re.compile(r"(?<![\w/.:~$}-])/(?:" + "wo" + "rk|ro" + r"ot)/")
VALUES = (".csv", ".ndjson", ".parquet")  # what others wrote; a word there is a value


def empty_words(name):
    return sorted(EMPTY & set(re.findall(r"[A-Z][a-z0-9]*", name)))


def class_names(source):
    """(line, name) of each type that the file defines."""
    if source.is_cpp:
        for match in DEFINED.finditer(source.code):
            yield source.code.count("\n", 0, match.start()) + 1, match[1] or match[2]
    elif source.is_python and source.python:
        for node in ast.walk(source.python):
            if isinstance(node, ast.ClassDef):
                yield node.lineno, node.name


def names(tree):
    for source in tree.sources:
        for line, name in class_names(source):
            for word in empty_words(name):
                yield source.at(line, f"{name}: {word} says nothing; name the thing itself")
        if source.is_cpp or source.is_python or source.is_shell or source.suffix == ".js":
            for word in sorted(EMPTY_IN_FILES & set(source.stem.lower().split("_"))):
                yield source.at(1, f"{source.name}: {word} says nothing; name the file after "
                                   "what it holds")


def matches(tree, pattern, sentence):
    for source in tree.sources:
        if source.suffix in VALUES or not pattern.search(source.text):
            continue
        for number, line in enumerate(source.lines, 1):
            match = pattern.search(line)
            if match:
                yield source.at(number, sentence % match[0])


def notes(tree):
    yield from matches(tree, NOTES, "%s: do it now, or write it down where it is planned")


def machine_words(tree):
    yield from matches(tree, HOSTS, "%s names a registry; let its client's configuration say it")
    yield from matches(tree, MACHINE, "%s is a path of one machine; write it relative to the root")
