"""tools/tidy.py: each rule finds a planted breach, and lets the clean twin pass."""
import pathlib
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
from house import cpp, layout, pages  # noqa: E402
from house.tree import Tree  # noqa: E402


def in_namespace(body, domain="ledger"):
    return f"namespace {domain} {{\n{body}\n}}\n"


# --- lines, functions, files ----------------------------------------------------------------------

LONG = "x" * 60 + " " + "x" * 60


@pytest.mark.parametrize(("path", "bad", "good"), [
    ("src/base/a.cc", f"// {LONG}\n", f"// {'x' * 97}\n"),
    ("a.py", f"# {LONG}\n", "# see https://example.org/" + "a" * 90 + "\n"),
    ("a.md", f"# A\n\n{LONG}\n", f"# A\n\n| {LONG} |\n\n```text\n{LONG}\n```\n[{LONG}](a.md)\n"),
    ("CMakeLists.txt", f"# {LONG}\n", "# short\n"),
    ("Makefile", f"# {LONG}\n", "# short\n"),
    ("tools/run", f"#!/usr/bin/env bash\n# {LONG}\n", "#!/usr/bin/env bash\n"),
    ("tools/run", f"#!/bin/sh\n# {LONG}\n", f"a table of values\n{LONG}\n"),
])
def test_line_length(told, path, bad, good):
    assert len(told("line-length", {path: bad})) == 1
    assert told("line-length", {path: good}) == []


@pytest.mark.parametrize(("bad", "sentence"), [
    ("int a;\t\n", "a tab"), ("int a; \n", "blanks at the end"), ("int a;", "one line end"),
    ("int a;\n\n", "one line end"),
])
def test_blanks(told, bad, sentence):
    assert sentence in " ".join(told("blanks", {"src/base/a.cc": bad}))
    assert told("blanks", {"src/base/a.cc": "int a;\n"}) == []


def test_tab_in_a_makefile(told):
    assert told("blanks", {"Makefile": "all:\n\tninja\n"}) == []
    assert told("blanks", {"a.py": "if a:\n\tb()\n"})


def cpp_function(lines):
    return "int Count(int a) {\n" + "  ++a;\n" * (lines - 2) + "}\n"


def test_function_length_in_cpp(told):
    bad = told("function-length", {"src/base/a.cc": in_namespace("\n" + cpp_function(71), "base")})
    assert bad[0].startswith("src/base/a.cc:3: function-length: Count has 71 lines")
    long_namespace = in_namespace(cpp_function(70) + cpp_function(70), "base")
    assert told("function-length", {"src/base/a.cc": long_namespace}) == []


def test_function_length_in_python(told):
    bad = told("function-length", {"a.py": "\ndef count():\n" + "    a()\n" * 70})
    assert bad[0].startswith("a.py:2: function-length: count has 71 lines")
    assert told("function-length", {"a.py": "def count():\n" + "    a()\n" * 69}) == []


def test_file_length(told):
    assert len(told("file-length", {"src/base/a.cc": "\n" * 1001})) == 1
    assert told("file-length", {"src/base/a.cc": "\n" * 1000}) == []


SCANNED = [
    ("int F() {\n}\n", [("F", 1, 2)]),
    ("namespace a {\nclass B : public C {\n public:\n  B() : a_{1}, b_(2) {}\n};\n}\n",
     [("B", 4, 4)]),
    ("enum class E : char { kA, kB };\nstruct S { int a = 1; int b{2}; };\n", []),
    ("constexpr int kA[] = {\n1,\n2};\nstd::vector<int> b{1};\n", []),
    ("template <typename T = int>\nT F(T a = {}) {\n}\n", [("F", 2, 3)]),
    ("template <class T>\nclass A {\n  void F() const noexcept {\n  }\n};\n", [("F", 3, 4)]),
    ("bool A::operator==(const A& b) const {\n}\n", [("A::operator_", 1, 2)]),
    ("auto F() -> std::vector<int> {\n}\n", [("F", 1, 2)]),
    ("void F() {\n  auto f = [] {\n  };\n  if (a) { b(); }\n}\n", [("F", 1, 5)]),
    ("const auto kF = [](int a) {\n};\n", [("lambda", 1, 2)]),
    ('void F() {\n  a("}"); b(\'}\'); c(R"x(})" })x"); // }\n  /* } */ d = 1\'000;\n}\n',
     [("F", 1, 4)]),
    ('extern "C" int F(const uint8_t* a, size_t b) {\n}\n', [("F", 1, 2)]),
    ('extern "C" {\nint F() {\n}\n}\n', [("F", 2, 3)]),
    ("#define A(x) \\\n  do { \\\n#x\nvoid F() {\n}\n", [("F", 4, 5)]),
    ("#ifdef A\nvoid F(int) {\n#else\nvoid F() {\n#endif\n}\nvoid G() {}\n",
     [("F", 2, 6), ("G", 7, 7)]),
    ("A::A(int a) : B<int>{a}, c_{a ? 1 : 2} {\n}\n", [("A::A", 1, 2)]),
    ('TEST_CASE("a { b") {\n}\n', [("TEST_CASE", 1, 2)]),
    ("template <typename T>\nconcept C = requires(T a) {\n  a.F();\n};\nint F() {}\n",
     [("F", 5, 5)]),
    ("void F() REQUIRES(mutex_) {\n}\n", [("F", 1, 2)]),
]


@pytest.mark.parametrize(("text", "functions"), SCANNED)
def test_scan_of_functions(text, functions):
    assert [tuple(function) for function in cpp.Scan(text).functions] == functions


# --- ratchets -------------------------------------------------------------------------------------


def test_ratchets(told, tmp_path):
    record = tmp_path / layout.RATCHETS
    files = {"src/base/a.cc": cpp_function(41), "src/base/b.cc": "\n" * 401}
    assert "is not recorded" in told("ratchet", files)[0]
    layout.update_ratchets(Tree(tmp_path))
    assert told("ratchet", {}) == []

    files = {"src/base/c.cc": cpp_function(41)}
    rise = told("ratchet", files)[0]
    assert "rose from 1 to 2; shorten one of: src/base/a.cc:1 Count (41)" in rise
    before = record.read_text()
    layout.update_ratchets(Tree(tmp_path))
    assert record.read_text() == before  # a count that rose is never written down

    files = {"src/base/a.cc": cpp_function(40), "src/base/c.cc": cpp_function(40)}
    assert "fell from 1 to 0" in told("ratchet", files)[0]
    layout.update_ratchets(Tree(tmp_path))
    assert "functions-above-40 0\nfiles-above-400 1\n" in record.read_text()
    assert told("ratchet", {}) == []


# --- words and names ------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"])
def test_notes(told, word):
    assert told("notes", {"docs/a.md": f"# A\n\n{word}: later\n"}) == [
        f"docs/a.md:3: notes: {word}: do it now, or write it down where it is planned"]
    assert told("notes", {"docs/a.md": f"# A\n\n{word}Y and {word.lower()}\n"}) == []


@pytest.mark.parametrize("word", [
    "https://registry.npmjs" + ".org/a", "pypi" + ".org", "/wo" + "rk/main/a",
    "in /ro" + "ot/.config", '"/wo' + 'rk/a"',
])
def test_machine_words(told, word):
    assert len(told("machine", {"tools/a.lock": f"first\n{word}\n"})) == 1


@pytest.mark.parametrize("word", [
    "pypi", "https://example.org/work/a", "$ROOT/ro" + "ot/a", "src/work/a",
])
def test_no_machine_words(told, word):
    assert told("machine", {"tools/a.lock": f"first\n{word}\n"}) == []


@pytest.mark.parametrize(("path", "bad", "good"), [
    ("src/base/a.h", "class LogManager {};\n", "class Manage {};\nstruct Metadata {};\n"),
    ("src/base/a.h", "struct [[nodiscard]] RowData : Row {};\n",
     "struct Database;\nstruct ArrowData;\n"),
    ("src/base/a.h", "enum class HelperKind { kA };\n",
     "// class LogManager {\nclass Datasets {};\n"),
    ("src/base/a.h", "using FileInfo = int;\n", "using Information = int;\n"),
    ("a.py", "class StringUtils:\n    pass\n", "class Utilisation:\n    pass\n"),
])
def test_names_of_types(told, path, bad, good):
    assert "says nothing" in told("names", {path: bad})[0]
    assert told("names", {path: good}) == []


@pytest.mark.parametrize("name", ["text_util.h", "http_helper.cc", "utils.py", "table_data.h"])
def test_names_of_files(told, name):
    assert "says nothing" in told("names", {f"src/base/{name}": "\n"})[0]


def test_good_names_of_files(told):
    assert told("names", {"src/base/metadata.h": "\n", "data/info.csv": "a\n"}) == []


# --- domains --------------------------------------------------------------------------------------


def test_pragma_once(told):
    assert len(told("pragma-once", {"src/base/a.h": "// #pragma once\nint a;\n"})) == 1
    good = {"src/base/a.h": "// A.\n#pragma once\n", "src/base/a.cc": "\n"}
    assert told("pragma-once", good) == []


def test_namespace(told):
    bad = {"src/base/a.h": in_namespace("int a;", "ledger"), "src/base/b.cc": "// namespace base\n"}
    assert len(told("namespace", bad)) == 2
    good = {"src/base/a.h": in_namespace("int a;", "base::internal"),
            "src/base/b.cc": in_namespace("int a;", "base"), "src/base/b_test.cc": "\n",
            "src/base/main.cc": "\n", "src/base/c_fuzz.cc": "\n", "src/base/c_bench.cc": "\n"}
    assert told("namespace", good) == []


def test_tests_beside(told):
    code = "int a;\n" * 31
    assert len(told("tests", {"src/base/a.cc": code})) == 1
    assert told("tests", {"src/base/a_test.cc": "\n"}) == []
    assert len(told("tests", {"src/base/b.cc": code, "src/base/c.cc": code})) == 2
    assert told("tests", {"src/base/a_test.cc": "// Tests of: b.cc, c.cc\n"}) == []

    assert told("tests", {"src/base/d.cc": "int a;\n" * 30, "src/cli/main.cc": code}) == []


def test_a_test_of_the_binary_may_name_what_it_covers(told):
    source = "".join(f"int f{number}();\n" for number in range(40))
    assert len(told("tests", {"src/cli/demo.cc": source})) == 1
    assert told("tests", {"tests/e2e/test_demo.py": "# Tests of: demo.cc\n"}) == []


def test_a_test_above_names_what_it_covers_with_its_domain(told):
    code = "int a;\n" * 31
    assert len(told("tests", {"src/base/a.cc": code})) == 1
    assert len(told("tests", {"src/cli/whole_test.cc": "// Tests of: a.cc\n"})) == 1
    assert told("tests", {"src/cli/whole_test.cc": "// Tests of: base/a.cc\n"}) == []


def test_comment_share(told):
    code = "int a;\n"
    assert "5 % of 400 lines" in told("comments", {"src/base/a.h": code * 380 + "// a\n" * 20})[0]
    assert "40 % of 500" in told("comments", {"src/base/a.h": code * 300 + "// a\n" * 200})[0]
    assert told("comments", {"src/base/a.h": code * 330 + "// a\n\n" * 70}) == []
    assert told("comments", {"src/base/a.h": code * 300}) == []  # too small to be judged
    tests = {"src/base/a.h": code * 301, "src/base/a_test.cc": "// a\n" * 100}
    assert "0 % of 301 lines" in told("comments", tests)[0]


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "bad", "good"), [
    ("docs/a.md", "## A\n", "# A\n\n## B\n\n```sh\n# a comment\n```\n"),
    ("docs/a.md", "# A\n\n# B\n", "# A\n"),
    ("web/pages/a.html", "<h2>A</h2>\n", "<h1 class='a'>A</h1>\n"),
    ("web/pages/a.html", "<h1>A</h1>\n<h1>B</h1>\n", "<h1>A</h1>\n"),
])
def test_titles(told, path, bad, good):
    assert len(told("titles", {path: bad})) == 1
    assert told("titles", {path: good}) == []


def test_title_of_a_part(told):
    assert told("titles", {"web/_footer.html": "<p>A</p>\n"}) == []


@pytest.mark.parametrize("folder", ["docs/formats", "docs/decisions"])
def test_indexes(told, folder):
    assert len(told("indexes", {f"{folder}/a.md": "# A\n"})) == 1
    assert len(told("indexes", {f"{folder}/README.md": "# All\n\na.md\n"})) == 1
    assert told("indexes", {f"{folder}/README.md": "# All\n\n[A](a.md)\n"}) == []


FLOORS = "# name floor uses\nbase 0\nhttp 1 base\nengine 1 base\ncli 7 base http\n"
FLOORS_PICTURE = """```text
7  cli
1  http    engine
0  base

cli    -> base http
http   -> base
engine -> base
base   -> nothing
```
"""


def test_picture_of_floors(told, tmp_path):
    picture = pages.PICTURES[0]
    page = tmp_path / "ARCHITECTURE.md"
    assert "write the page" in told("pictures", {"floors.txt": FLOORS})[0]
    pages.update_pictures(Tree(tmp_path))
    assert not page.exists()  # a person writes this page
    assert "write the lines" in told("pictures", {"ARCHITECTURE.md": "# A\n"})[0]
    empty = f"# A\n\n{picture.opening}\n{picture.closing}\n\nAfter.\n"
    stale = told("pictures", {"ARCHITECTURE.md": empty})
    assert stale == ["ARCHITECTURE.md:3: pictures: no longer shows floors.txt; "
                     "run tools/tidy.py --update-pictures"]
    pages.update_pictures(Tree(tmp_path))
    assert told("pictures", {}) == []
    drawn = f"# A\n\n{picture.opening}\n{FLOORS_PICTURE}{picture.closing}\n\nAfter.\n"
    assert page.read_text() == drawn
    assert told("pictures", {"floors.txt": FLOORS + "web 6 base\n"})


ROWS = '''constexpr std::array kTable = {
    ErrorRow{ErrorCode::kInvalid, "invalid", 422, 2, "The input breaks a rule",
             "Correct a part, "
             "or b | c."},
};
'''


def test_picture_of_errors(told, tmp_path):
    files = {"src/base/errors.cc": ROWS}
    assert "the page is missing" in told("pictures", files)[0]
    pages.update_pictures(Tree(tmp_path))
    assert told("pictures", {}) == [] and told("titles", {}) == []
    row = "| `invalid` | 422 | 2 | The input breaks a rule | Correct a part, or b \\| c. |\n"
    assert row in (tmp_path / "docs/errors.md").read_text()
    assert told("pictures", {"src/base/errors.cc": ROWS.replace("422", "400")})


def test_error_row_of_another_form(told):
    assert told("error-rows", {"src/base/errors.cc": ROWS}) == []
    odd = ROWS.replace('"invalid"', "kInvalidName")
    assert "1 of 1 rows cannot be read" in told("error-rows", {"src/base/errors.cc": odd})[0]


# --- the whole ------------------------------------------------------------------------------------


def test_only_files_that_git_would_track(told, tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    files = {".gitignore": "/build/\n", "build/a.py": "a = 1 \n", "b.py": "b = 1 \n"}
    assert [error.split(":")[0] for error in told("blanks", files)] == ["b.py"]


def test_command(tmp_path):
    command = [sys.executable, str(TOOLS / "tidy.py"), str(tmp_path)]
    (tmp_path / "a.py").write_text("a = 1\n")
    subprocess.run([*command, "--update-ratchets"], check=True)
    (tmp_path / "a.py").write_text("a = 1 \n")
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stdout.startswith("a.py:1: blanks: blanks at the end of the line; remove them\n")
