"""Rules of shape: lines, lengths of functions and files, and the counts that may only fall."""
import ast
import re

from house.tree import Breach

COLUMNS = 100
FUNCTION_LINES = 70
FILE_LINES = 1000
RATCHETS = "tools/ratchets.txt"
FUNCTION_AIM = 40
FILE_AIM = 400

SUFFIXES = (".h", ".cc", ".py", ".md", ".cmake", ".js", ".css")
NAMES = ("CMakeLists.txt", "Makefile")
URL = re.compile(r"https?://\S+")


def written_by_us(tree):
    return [s for s in tree.sources if s.suffix in SUFFIXES or s.name in NAMES or s.is_shell]


def prose_lines(source):
    """(number, line) of a page, without its code blocks, tables and links."""
    fenced = False
    for number, line in enumerate(source.lines, 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.lstrip().startswith("|") and "](" not in line:
            yield number, line


def line_length(tree):
    for source in written_by_us(tree):
        page = source.suffix == ".md"
        for number, line in prose_lines(source) if page else enumerate(source.lines, 1):
            if len(URL.sub("", line)) > COLUMNS:
                yield source.at(number, f"{len(line)} columns; break the line at {COLUMNS}")


def blanks(tree):
    for source in written_by_us(tree):
        for number, line in enumerate(source.lines, 1):
            if "\t" in line and source.name != "Makefile":
                yield source.at(number, "a tab; write spaces")
            if line != line.rstrip():
                yield source.at(number, "blanks at the end of the line; remove them")
        if source.text and (not source.text.endswith("\n") or source.text.endswith("\n\n")):
            yield source.at(len(source.lines), "end the file with exactly one line end")


def functions_of(source):
    """(name, first line, length) of each function; C++ counts from brace to brace."""
    if source.is_cpp:
        return [(f.name, f.first, f.length) for f in source.scan.functions]
    if source.is_python and source.python:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        found = [node for node in ast.walk(source.python) if isinstance(node, kinds)]
        return [(f.name, f.lineno, f.end_lineno - f.lineno + 1) for f in found]
    return []


def function_length(tree):
    for source in tree.sources:
        for name, line, length in functions_of(source):
            if length > FUNCTION_LINES:
                yield source.at(line, f"{name} has {length} lines; split it into functions of at "
                                      f"most {FUNCTION_AIM} that each do one thing")


def length_of(source):
    return source.text.count("\n") if source.is_cpp or source.is_python else 0


def file_length(tree):
    for source in tree.sources:
        if length_of(source) > FILE_LINES:
            yield source.at(1, f"{length_of(source)} lines; split the file by what it is about, "
                               f"into files of at most {FILE_AIM}")


# --- ratchets -------------------------------------------------------------------------------------


def measured(tree):
    """Ratchet -> the places that count for it."""
    functions = [
        f"{source.path}:{line} {name} ({length})"
        for source in tree.sources
        for name, line, length in functions_of(source)
        if length > FUNCTION_AIM
    ]
    files = [f"{s.path} ({length_of(s)})" for s in tree.sources if length_of(s) > FILE_AIM]
    return {f"functions-above-{FUNCTION_AIM}": functions, f"files-above-{FILE_AIM}": files}


def recorded(tree):
    """Ratchet -> (line, count) as the file tells them."""
    source = tree.get(RATCHETS)
    rows = {}
    for number, line in enumerate(source.lines if source else [], 1):
        words = line.split("#")[0].split()
        if len(words) == 2 and words[1].isdigit():
            rows[words[0]] = (number, int(words[1]))
    return rows


def ratchets(tree):
    rows = recorded(tree)
    for name, places in measured(tree).items():
        line, count = rows.get(name, (1, None))
        if count is None:
            sentence = f"{name} is not recorded; run tools/tidy.py --update-ratchets"
        elif len(places) > count:
            sentence = (f"{name} may only fall, and rose from {count} to {len(places)}; "
                        f"shorten one of: {', '.join(places)}")
        elif len(places) < count:
            sentence = (f"{name} fell from {count} to {len(places)}, well done; "
                        "record it with tools/tidy.py --update-ratchets")
        else:
            continue
        yield Breach(RATCHETS, line, sentence)


def update_ratchets(tree):
    """Writes the counts down: a count that rose stays as it was, and so stays a breach."""
    rows = recorded(tree)
    text = "# Counts that may only fall: tools/tidy.py --update-ratchets writes them down.\n"
    for name, places in measured(tree).items():
        text += f"{name} {min(len(places), rows.get(name, (1, len(places)))[1])}\n"
    (tree.root / RATCHETS).parent.mkdir(exist_ok=True)
    (tree.root / RATCHETS).write_text(text)
