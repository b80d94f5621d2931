"""tools/check_floors.py: each rule finds a planted breach, and lets the clean twin pass."""
import pathlib
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
import check_floors  # noqa: E402

FLOORS = """# name floor uses
base     0
storage  1  base
ledger   2  base storage
search   2  base
api      6  base ledger
cli      7  base api
"""
WRAPPERS = """openssl/ssl  ledger
openssl/     base
unistd.h     base
archive      search
sqlite3.h    storage
"""


@pytest.fixture
def house(tmp_path):
    """Makes a small house with the files given; answers with what the checker says."""

    def check(files=(), floors=FLOORS, strict=False):
        (tmp_path / "floors.txt").write_text(floors)
        (tmp_path / "wrappers.txt").write_text(WRAPPERS)
        for name in ("base", "storage", "ledger", "search", "api", "cli"):
            (tmp_path / "src" / name).mkdir(parents=True, exist_ok=True)
        for path, text in dict(files).items():
            full = tmp_path / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text)
        return check_floors.check(tmp_path, strict)

    return check


ALLOWED = [
    ("src/cli/a.cc", '#include "base/text.h"\n'),
    ("src/cli/a.cc", "#include <base/text.h>\n"),
    ("src/base/a.cc", '#include "base/internal/table.h"\n'),
    ("src/base/a.cc", "#include <vector>\n#include <openssl/evp.h>\n#include <unistd.h>\n"),
    ("src/ledger/a.cc", "#include <openssl/ssl.h>\n"),
    ("src/search/a.cc", "#include <archive_entry.h>\n"),
    ("src/base/a.cc", '// #include "cli/main.h"\n/* #include "cli/main.h"\n*/\n'),
    ("src/base/a_test.cc", '#include <doctest/doctest.h>\n#include "base/a.h"\n'),
    ("src/base/a_bench.cc", "#include <benchmark/benchmark.h>\n"),
    ("src/base/a_fuzz.cc", "#include <cstdint>\n#if __has_include(<cli/a.h>)\n#endif\n"),
    ("src/base/a_test.cc", 'const char* kText = R"(\n#include "cli/a.h"\n)";\n'),
    ("src/base/a.cc", 'const char* kText = "#include <cli/a.h>";\n'),
]


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_allowed(house, path, text):
    assert house({path: text}) == []


REFUSED = [
    ("upward, quoted", "src/base/a.cc", '#include "cli/main.h"\n', "base may not use cli"),
    ("upward, angle", "src/base/a.h", "#include <cli/main.h>\n", "base may not use cli"),
    ("upward, in a test", "src/base/a_test.cc", '#include "cli/a.h"\n', "base may not use cli"),
    ("upward, in a fuzzer", "src/base/a_fuzz.cc", '#include "cli/a.h"\n', "base may not use cli"),
    ("sideways", "src/search/a.cc", '#include "ledger/log.h"\n', "search may not use ledger"),
    ("unnamed, angle", "src/cli/a.cc", "#include <ledger/log.h>\n", "cli may not use ledger"),
    ("spaced", "src/base/a.cc", '  #  include  "cli/a.h"  // why\n', "base may not use cli"),
    ("no space", "src/base/a.cc", '#include"cli/a.h"\n', "base may not use cli"),
    ("digraph", "src/base/a.cc", '%:include "cli/a.h"\n', "base may not use cli"),
    ("spliced", "src/base/a.cc", '#inc\\\nlude \\\n"cli/a.h"\n', "base may not use cli"),
    ("comment between", "src/base/a.cc", '#include /* x */ "cli/a.h"\n', "base may not use cli"),
    ("comment before", "src/base/a.cc", '/* x */ #include "cli/a.h"\n', "base may not use cli"),
    ("behind #if", "src/base/a.cc", '#if 0\n#include "cli/a.h"\n#endif\n', "base may not use cli"),
    ("wrapper, angle", "src/cli/a.cc", "#include <openssl/evp.h>\n", "by base alone"),
    ("wrapper, quoted", "src/cli/a.cc", '#include "openssl/evp.h"\n', "by base alone"),
    ("wrapper, first line wins", "src/base/a.cc", "#include <openssl/ssl.h>\n", "by ledger alone"),
    ("wrapper, exact", "src/cli/a.cc", "#include <unistd.h>\n", "by base alone"),
    ("wrapper, start", "src/base/a.cc", "#include <archive.h>\n", "by search alone"),
    ("wrapper, in a test", "src/cli/a_test.cc", "#include <sqlite3.h>\n", "by storage alone"),
    ("internal", "src/cli/a.cc", '#include "base/internal/table.h"\n', "internal to base"),
    ("parent", "src/base/a.cc", '#include "../cli/a.h"\n', "as domain/file.h"),
    ("parent within", "src/cli/a.cc", '#include "base/../ledger/a.h"\n', "as domain/file.h"),
    ("dot", "src/base/a.cc", '#include "./base/a.h"\n', "as domain/file.h"),
    ("from the root", "src/base/a.cc", '#include "/usr/include/zlib.h"\n', "as domain/file.h"),
    ("computed", "src/base/a.cc", "#define UP <cli/a.h>\n#include UP\n", "the path itself"),
    ("next", "src/base/a.cc", "#include_next <vector>\n", "the path itself"),
    ("import", "src/base/a.cc", '#import "base/a.h"\n', "the path itself"),
    ("header unit", "src/base/a.cc", "import <cli/a.h>;\n", "the path itself"),
    ("source", "src/cli/a.cc", '#include "base/text.cc"\n', "is no header"),
    ("own source", "src/base/a_test.cc", '#include "base/a.cc"\n', "is no header"),
    ("test library", "src/base/a.cc", "#include <doctest/doctest.h>\n", "tests and benchmarks"),
    ("other suffix", "src/base/a.hpp", "\n", "name sources .cc"),
    ("no domain", "src/main.cc", "\n", "the folder of a domain"),
    ("folder without a line", "src/extra/a.cc", "\n", "has no line in floors.txt"),
]


@pytest.mark.parametrize(("path", "text", "sentence"), [row[1:] for row in REFUSED],
                         ids=[row[0] for row in REFUSED])
def test_refused(house, path, text, sentence):
    errors = house({path: text})
    assert len(errors) == 1 and sentence in errors[0], errors
    assert errors[0].startswith((path, path.rsplit("/", 1)[0]))


def test_tells_the_line(house):
    errors = house({"src/base/a.cc": '/* one\ntwo */\nint x = 1\'000;\n#include "cli/a.h"\n'})
    assert errors[0].startswith("src/base/a.cc:4: ")


def test_header_of_a_domain_that_has_no_line(house):
    errors = house({"src/extra/a.h": "\n", "src/base/a.cc": "#include <extra/a.h>\n"})
    assert "src/base/a.cc:1: extra/a.h is of extra, which has no line in floors.txt" in errors[-1]


def test_header_beside_the_file(house):
    errors = house({"src/base/a.cc": '#include "b.h"\n', "src/base/b.h": "\n"})
    assert len(errors) == 1 and "write b.h as domain/file.h" in errors[0]
    assert house({"src/base/a.cc": "#include <b.h>\n"}) == []  # that of the system


def test_link_around_the_floors(house, tmp_path):
    house({"src/cli/a.h": "\n"})
    (tmp_path / "src/base/a.h").symlink_to(tmp_path / "src/cli/a.h")
    assert "a link leads around the floors" in house()[0]


TABLES = [
    ("base 0 cli\ncli 7\n", "base (floor 0) may not use cli (floor 7)"),
    ("base 0\ncli 0 base\n", "cli (floor 0) may not use base (floor 0)"),
    ("base 0\ncli 7 nothing\n", "cli names nothing, which has no line"),
    ("base 0\nstorage 1 base\napi 6 storage\n", "api may not use storage"),
    ("base 0\nstorage 1 base\nweb 6 storage\n", "web may not use storage"),
    ("base 0\nbase 1\n", "base has a line already"),
    ("base first\n", "write a name, a floor"),
    ("base 0\nlost 3 base\n", "lost has no folder src/lost"),
]


@pytest.mark.parametrize(("floors", "sentence"), TABLES)
def test_table(house, floors, sentence):
    assert any(sentence in error for error in house(floors=floors))


def test_strict_refuses_what_no_file_needs(house):
    files = {
        "src/storage/a.cc": '#include "base/a.h"\n',
        "src/ledger/a.cc": '#include "base/a.h"\n#include "storage/a.h"\n',
        "src/search/a_test.cc": "#include <base/a.h>\n",
        "src/api/a.cc": '#include "base/a.h"\n#include "ledger/a.h"\n',
        "src/cli/a.cc": '#include "base/a.h"\n',
    }
    assert house(files) == []
    assert house(files, strict=True) == [
        "floors.txt: cli no longer uses api; remove it from the line"]


def test_command(house, tmp_path):
    house()
    command = [sys.executable, str(TOOLS / "check_floors.py"), str(tmp_path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert subprocess.run([*command, "--strict"], check=False, capture_output=True).returncode == 1
