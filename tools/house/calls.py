"""Calls that the house does without, each with what to write instead.

One line may be excused by a comment on it, or one statement by a comment on the line above:
    // tidy: allow <rule> because <a reason of three words or more>
"""
import ast
import fnmatch
import re
from typing import NamedTuple

from house import cpp

ALLOW = re.compile(r"//\s*tidy: allow\b(.*)")
ALLOW_FORM = re.compile(r"\s+([a-z-]+)\s+because\s+(\S+(?:\s+\S+){2,})\s*$")
STATEMENT_LINES = 6  # a statement below a comment is excused no further than this
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b.*$", re.M)

# What may surround a banned word: a C function that is called, a name of std, or any word.
CALL = r"(?<![\w.>:])(?:::|std::)?(?:%s)\s*\("
STD = r"\bstd::(?:chrono::|this_thread::)?(?:%s)\b"
WORD = r"(?<!\w)(?:%s)\b"

WORLD = ("src/base/world*", "src/base/real_*")
TALKING = ("src/cli/*", "src/base/check.cc", "src/base/log*", "src/base/event_log*",
           "src/*/*_bench.cc")
FILES = "World's files, so that the simulation can lose what was not synced"
LOG = "a line of base's event log"
NUMBERS = "base's number parsing, or std::from_chars with its error checked"


class Ban(NamedTuple):
    rule: str
    words: str  # apart by blanks
    form: str
    instead: str
    free: tuple = ()  # patterns of paths where the call is at home

    def pattern(self):
        return re.compile(self.form % "|".join(self.words.split()))


BANS = [
    Ban("throw", "throw", WORD, "return a Result with Fail(...)"),
    Ban("randomness", "rand srand rand_r drand48 getrandom getentropy", CALL,
        "World's randomness", WORLD),
    Ban("randomness", "random_device", STD, "World's randomness", WORLD),
    Ban("clock", "time clock_gettime gettimeofday timespec_get", CALL, "World's clock",
        WORLD),
    Ban("clock", "system_clock steady_clock high_resolution_clock", r"\b(?:%s)::now\b",
        "World's clock", WORLD),
    Ban("files", "open openat creat fopen fdopen freopen rename renameat unlink unlinkat "
        "write pwrite writev fwrite fsync fdatasync ftruncate mmap mkdir rmdir", CALL, FILES,
        WORLD),
    Ban("files", "ofstream ifstream fstream filebuf filesystem tmpfile", STD, FILES, WORLD),
    Ban("print", "printf fprintf vprintf vfprintf puts fputs putchar perror", CALL, LOG,
        TALKING),
    Ban("print", "cout cerr clog print println", STD, LOG,
        TALKING),
    Ban("print", "print println", r"\bfmt::(?:%s)\b", LOG, TALKING),
    Ban("copy-text", "sprintf vsprintf strcpy strncpy strcat strncat gets", CALL,
        "std::string, or base's formatting"),
    Ban("parse-number", "atoi atol atoll atof strtol strtoll strtoul strtoull strtod strtof "
        "strtold sscanf scanf", CALL, NUMBERS),
    Ban("parse-number", "stoi stol stoll stoul stoull stof stod stold", STD, NUMBERS),
    Ban("raw-memory", "malloc calloc realloc free strdup", CALL,
        "std::make_unique, or a unique_ptr with the library's own deleter"),
    Ban("raw-memory", "new", WORD, "std::make_unique"),
    Ban("raw-memory", "delete", r"(?<!=)(?<!= )(?<!\w)(?:%s)\b", "a std::unique_ptr that owns it"),
    Ban("reinterpret-cast", "reinterpret_cast", WORD, "base's bytes and text views",
        ("src/base/*", "src/storage/*", "src/engine/*", "*_fuzz.cc")),
    Ban("const-cast", "const_cast", WORD, "a parameter that is const, or a copy"),
    Ban("globals", "thread_local", WORD, "an object that is passed in"),
    Ban("singleton", "get Get instance Instance GetInstance", r"\w::(?:%s)\(\)",
        "a reference that the constructor takes"),
    Ban("lock", "mutex shared_mutex recursive_mutex timed_mutex lock_guard unique_lock scoped_lock "
        "shared_lock condition_variable condition_variable_any", STD, "base's Guarded<T>",
        ("src/base/*",)),
    Ban("thread", "thread", r"\bstd::(?:%s)\b(?!::)", "std::jthread"),
    Ban("thread", "pthread_create", CALL, "std::jthread"),
    Ban("thread", "detach", r"(?:\.|->)(?:%s)\s*\(\s*\)", "std::jthread, which is joined"),
    Ban("sleep", "sleep usleep nanosleep", CALL, "a wait for the event itself, with a deadline"),
    Ban("sleep", "sleep_for sleep_until", WORD, "a wait for the event itself, with a deadline"),
    Ban("using-namespace", "namespace", r"\busing\s+(?:%s)\b",
        "the full name, or a using-declaration of the one name"),
]
RULES = sorted({ban.rule for ban in BANS})
COMPILED = [(ban, set(ban.words.split()), ban.pattern()) for ban in BANS]


# --- globals that change --------------------------------------------------------------------------

STATIC = re.compile(r"^[ \t]*(?:inline[ \t]+)?static\s+"
                    r"(?!const\b|constexpr\b|consteval\b|inline\s+const)"
                    r"(?:(?!\boperator\b)[^()=;{}])*[\w>\]]\s*(?:=|;|\{[^{}]*\}\s*;)", re.M)
NO_VARIABLE = re.compile(r"^(?:using|typedef|friend|extern|static_assert|class|struct|union|enum|"
                         r"namespace|concept|export|import|asm|goto|return)\b")
CONSTANT = re.compile(r"\b(?:const|constexpr|consteval|concept|operator|thread_local|static)\b")
VARIABLE = re.compile(r"^(?:[\w:]+\s+)*[\w:]+(?:\s*<[^()]*>)?[\s*&]+[\w:]+\s*"
                      r"(?:\[[^\]]*\]\s*)*(?:=|\{|$)")
MOVING_POINTER = re.compile(r"\bconst\b[^()]*\*\s*\w+\s*$")
PREFIX = re.compile(r"^(?:\[\[[^\]]*\]\]\s*|(?:inline|constinit|volatile)\s+)+")


def can_change(statement):
    """Whether a statement of a namespace defines a variable that is not constant."""
    plain = PREFIX.sub("", cpp.without_templates(statement).strip())
    if NO_VARIABLE.match(plain) or not VARIABLE.match(plain):
        return False
    before = re.split(r"[={]", plain)[0]
    pointer = MOVING_POINTER.search(before) and "constexpr" not in before
    return bool(pointer or not CONSTANT.search(before))


def mutable_globals(source):
    """(line, what) of variables that outlive a call and can change."""
    for match in STATIC.finditer(source.code):
        place = match.start() + len(match[0]) - len(match[0].lstrip())
        yield cpp.line_of(source.code, place), "static"
    for line, statement in source.scan.statements:
        if can_change(statement):
            yield line, "global"


# --- the rules ------------------------------------------------------------------------------------


class Excuse:
    """A comment that allows one rule's calls from line `first` to line `last`."""

    def __init__(self, source, number, rule):
        self.number, self.rule, self.is_used = number, rule, False
        self.first = self.last = number
        if source.lines[number - 1].lstrip().startswith("//"):
            self.first = number + 1
            self.last = number + STATEMENT_LINES
            for line in range(number, min(self.last, len(source.lines))):
                if source.code_lines[line].rstrip().endswith((";", "{", "}")):
                    self.last = line + 1
                    break

    def covers(self, line, rule):
        found = rule == self.rule and self.first <= line <= self.last
        self.is_used |= found
        return found


def excuses_in(source):
    """The comments that allow something, and the lines of those that are not well formed."""
    excuses, bad = [], []
    for number, line in enumerate(source.lines, 1):
        match = ALLOW.search(line)
        form = ALLOW_FORM.match(match[1]) if match else None
        if form and form[1] in RULES:
            excuses.append(Excuse(source, number, form[1]))
        elif match:
            bad.append(number)
    return excuses, bad


def declares(code, place):
    """Whether the name at this place is being declared: a type stands before it."""
    match = re.search(r"(\w+)>?\s+$", code[max(0, place - 60) : place])
    return bool(match) and match[1] not in ("return", "co_return", "else", "do", "case", "not")


def banned_in(source):
    """(line, rule, sentence) of each banned call, excused or not."""
    code = INCLUDE.sub(lambda match: cpp.spaces(match[0]), source.code)
    present = set(re.findall(r"\w+", code))
    for ban, words, pattern in COMPILED:
        if not words & present or any(fnmatch.fnmatch(source.path, p) for p in ban.free):
            continue
        for match in pattern.finditer(code):
            if ban.form == CALL and declares(code, match.start()):
                continue
            found = " ".join(match[0].split()).rstrip("( ").lstrip(".->")
            yield (cpp.line_of(code, match.start()), ban.rule,
                   f"{found} is not used here; write {ban.instead}")
    for line, kind in mutable_globals(source):
        yield line, "globals", f"a {kind} variable that can change; pass an object in instead"


def banned_calls(tree):
    for source in tree.sources:
        if not source.domain:
            continue
        excuses, bad = excuses_in(source)
        for line, rule, sentence in sorted(set(banned_in(source))):
            if not any([excuse.covers(line, rule) for excuse in excuses]):
                yield source.at(line, f"[{rule}] {sentence}")
        for number in bad:
            yield source.at(number, "[allow] write // tidy: allow <rule> because <three words or "
                                    f"more>, where the rule is one of {', '.join(RULES)}")
        for excuse in excuses:
            if not excuse.is_used:
                yield source.at(excuse.number, "[allow] nothing here needs it; remove the comment")


def sleeping_tests(tree):
    """time.sleep in Python: read as a syntax tree, so that words in strings do not count."""
    for source in tree.sources:
        for node in ast.walk(source.python) if source.is_python and source.python else ():
            called = isinstance(node, ast.Attribute) and node.attr == "sleep"
            taken = isinstance(node, ast.ImportFrom) and node.module == "time"
            if (called and isinstance(node.value, ast.Name) and node.value.id == "time") or (
                taken and any(alias.name == "sleep" for alias in node.names)
            ):
                yield source.at(node.lineno, "time.sleep guesses; wait for the event itself, "
                                             "with a deadline")
