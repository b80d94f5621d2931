"""Reads C++ just well enough to check it: comments and literals, functions, namespace variables.

This is no parser. It knows comments, strings, raw strings and characters for certain, and tells
what a brace opens by the words before it. House style keeps it right: no macro hides a brace.
"""
import re
from typing import NamedTuple

# Every alternative begins with one of three plain characters, which keeps the search fast.
TOKEN = re.compile(
    r"(?P<comment>//(?:\\\n|[^\n])*|/\*[\s\S]*?(?:\*/|\Z))"
    r'|(?P<raw>"(?<=R")(?P<mark>[^()\\\s"]{0,16})\([\s\S]*?\)(?P=mark)")'
    r'|(?P<string>"(?:\\[\s\S]|[^"\\\n])*")'
    r"|(?P<char>'(?<!\w')(?:\\[\s\S]|[^'\\\n])+'|'(?<=\b[uUL]')(?:\\[\s\S]|[^'\\\n])+')"
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.M)
BRANCH = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b", re.M)


class Function(NamedTuple):
    name: str
    first: int  # the line of the opening brace
    last: int  # the line of the closing brace

    @property
    def length(self):
        return self.last - self.first + 1


def spaces(text):
    """As many blanks as the text has characters; its line ends stay."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with each comment blanked; every other character keeps its place."""
    return TOKEN.sub(lambda m: spaces(m[0]) if m["comment"] else m[0], text)


def code_of(text):
    """The text with comments and the inside of literals blanked; places are kept."""

    def blank(match):
        token = match[0]
        return spaces(token) if match["comment"] else token[0] + spaces(token[1:-1]) + token[-1]

    return TOKEN.sub(blank, text)


def comment_lines(text):
    """How many lines bear a comment, and how many are not empty."""
    code = without_comments(text).split("\n")
    pairs = list(zip(text.split("\n"), code, strict=True))
    commented = sum(1 for before, after in pairs if before.strip() and before != after)
    return commented, sum(1 for before, _ in pairs if before.strip())


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def join_splices(text):
    """Joins lines that end in a backslash; the lines that follow keep their numbers."""

    def join(match):
        return match[0].replace("\\\n", "") + "\n" * match[0].count("\\\n")

    return re.sub(r"(?:[^\n]*\\\n)+[^\n]*", join, text)


def one_branch(code):
    """Blanks directives, and all but the first branch of each #if, so that braces balance."""
    kept, place, hidden = [], 0, []
    for match in BRANCH.finditer(code):
        piece = code[place : match.start()]
        kept.append(spaces(piece) if any(hidden) else piece)
        place, word = match.start(), match[1]
        if word in ("if", "ifdef", "ifndef"):
            hidden.append(False)
        elif word == "endif":
            hidden = hidden[:-1]
        elif hidden:
            hidden[-1] = True
    kept.append(code[place:])
    return DIRECTIVE.sub(lambda m: spaces(m[0]), "".join(kept))


# --- what a brace opens ---------------------------------------------------------------------------

TEMPLATE = re.compile(r"\btemplate\s*<")
ACCESS = re.compile(r"\b(?:public|private|protected)\s*:(?!:)")
OPERATOR = re.compile(r"\boperator\s*(?:\(\s*\)|\[\s*\]|[^\w\s(]+)")
SCOPE = re.compile(r'\bnamespace\b[^()=]*$|\bextern\s*" *"\s*$')
TYPE = re.compile(r"^(?:\[\[[^\]]*\]\]\s*|(?:typedef|static|inline|constexpr|const)\s+)*"
                  r"(?:class|struct|union|enum)\b")
LAMBDA = re.compile(r"\[[^\[\]]*\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?[\w\s:<>*&,\->]*$")
ASSIGN = re.compile(r"(?<![=!<>+\-*/|&^%])=(?!=)")
NAME = re.compile(r"([~\w:]+)\s*\(")


def without_templates(header):
    """The header without template<...>, whose parameters look like classes and assignments."""
    while match := TEMPLATE.search(header):
        depth, place = 1, match.end()
        while depth and place < len(header):
            depth += {"<": 1, ">": -1}.get(header[place], 0)
            place += 1
        header = header[: match.start()] + " " + header[place:]
    return header


def outside_parentheses(header):
    """The header with what stands in parentheses left out, and how many stay open."""
    depth, kept = 0, []
    for letter in header:
        depth -= letter == ")"
        if depth <= 0:
            kept.append(letter)
        depth += letter == "("
    return "".join(kept), depth


def opened_by(header):
    """What the brace after this text opens: scope, type, function or initialiser."""
    if SCOPE.search(header):
        return "scope"
    plain = OPERATOR.sub("operator_", ACCESS.sub(" ", without_templates(header))).strip()
    if TYPE.match(plain):
        return "type"
    outside, still_open = outside_parentheses(plain)
    if still_open > 0 or ASSIGN.search(outside):
        return "function" if "[" in plain and LAMBDA.search(plain) else "initialiser"
    if ")" not in outside:
        return "initialiser"
    members = re.search(r"\)[^:]*?(?<!:):(?!:)", outside)
    if members and re.search(r"[\w>]$", plain):
        return "initialiser"  # a member of a constructor's list: a_{a}
    return "function"


def name_of(header):
    plain = OPERATOR.sub("operator_", ACCESS.sub(" ", without_templates(header)))
    match = NAME.search(plain)
    return match[1] if match else "lambda"


class Scan:
    """One pass over the code of a file: its functions, and the statements of its namespaces."""

    def __init__(self, text):
        self.functions = []
        self.statements = []  # (line, text) of what stands directly in a namespace
        self._code = one_branch(code_of(text))
        self._scopes = []
        self._walk()

    def _walk(self):
        code, start, header, place = self._code, 0, "", 0
        braces = re.compile(r"[{};]")
        while match := braces.search(code, place):
            header += code[start : match.start()]
            start = place = match.end()
            if match[0] == ";":
                self._end_statement(header, match.start())
                header = ""
            elif match[0] == "}":
                self._scopes = self._scopes[:-1]
                header = ""
            else:
                kind = opened_by(header)
                if kind in ("scope", "type"):
                    self._scopes.append(kind)
                    header = ""
                    continue
                start = place = self._closing(match.start())
                if kind == "function":
                    self._add(header, match.start(), place)
                    header = ""
                else:
                    header += " {}"

    def _closing(self, opening):
        """The place after the brace that closes the one at `opening`."""
        depth = 0
        for match in re.compile(r"[{}]").finditer(self._code, opening):
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.end()
        return len(self._code)

    def _add(self, header, opening, end):
        first, last = line_of(self._code, opening), line_of(self._code, end - 1)
        self.functions.append(Function(name_of(header), first, last))

    def _end_statement(self, header, place):
        if "type" not in self._scopes and header.strip():
            self.statements.append((line_of(self._code, place), header.strip()))
