"""The build seals the floors: what check_floors.py refuses must not compile, or not link.

A house of four small domains is built with the real CMakeLists.txt. The checker reads
text and may be fooled; here the compiler and the linker are asked themselves.
"""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 120  # a build that takes longer hangs

CLEAN = {
    "floors.txt": "base 0\nledger 2 base\nweb 6 ledger\ncli 7 base\n",
    "src/base/answer.h": "#pragma once\nnamespace base {\nint Answer();\n}\n",
    "src/base/answer.cc":
        '#include "base/answer.h"\n\nnamespace base {\nint Answer() { return 0; }\n}\n',
    "src/ledger/log.h": "#pragma once\nnamespace ledger {\nint Length();\n}\n",
    "src/ledger/log.cc":
        '#include "ledger/log.h"\n\nnamespace ledger {\nint Length() { return 0; }\n}\n',
    "src/web/page.cc":
        '#include "ledger/log.h"\n\nnamespace web {\nint Page() { return ledger::Length(); }\n}\n',
    "src/cli/run.h": "#pragma once\nnamespace cli {\nint Run();\n}\n",
    "src/cli/run.cc":
        '#include "cli/run.h"\n\n#include "base/answer.h"\n\n'
        "namespace cli {\nint Run() { return base::Answer(); }\n}\n",
    "src/cli/main.cc": '#include "cli/run.h"\n\nint main() { return cli::Run(); }\n',
}
# base calls upward without any include: it compiles, and only the linker can tell.
CALLS_UPWARD = """#include "base/answer.h"

namespace cli {
int Run();
}

namespace base {
int Answer() { return 0; }
int Ask() { return cli::Run(); }
}
"""


def run(*command):
    environment = {**os.environ, "CCACHE_DISABLE": "1"}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment,
                          timeout=SECONDS)


class House:
    """A configured build of the domains; every test begins with the clean sources."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "tools").mkdir()
        for name in ("CMakeLists.txt", "wrappers.txt", "tools/test_main.cc"):
            shutil.copy(ROOT / name, folder / name)
        self.write(CLEAN)
        configured = run("cmake", "-S", str(folder), "-B", str(folder / "build"), "-G", "Ninja",
                         "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_BUILD_TYPE=Debug",
                         "-DTABULARIUM_TESTS=ON")
        assert configured.returncode == 0, configured.stdout + configured.stderr

    def write(self, files):
        for path, text in files.items():
            full = self.folder / path
            full.parent.mkdir(parents=True, exist_ok=True)
            if not full.exists() or full.read_text() != text:
                full.write_text(text)

    def build(self, target):
        return run("ninja", "-C", str(self.folder / "build"), "-j1", target)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture
def house(built):
    built.write(CLEAN)
    return built


def test_clean_house_builds_and_runs(house):
    result = house.build("tabularium")
    assert result.returncode == 0, result.stdout
    assert run(str(house.folder / "build/tabularium")).returncode == 0


@pytest.mark.parametrize("form", ['"cli/run.h"', "<cli/run.h>"])
def test_upward_include_does_not_compile(house, form):
    house.write({"src/base/answer.cc": f"#include {form}\n" + CLEAN["src/base/answer.cc"]})
    result = house.build("base")
    assert result.returncode != 0
    assert "'cli/run.h' file not found" in result.stdout


@pytest.mark.parametrize("form", ['"base/answer.h"', "<base/answer.h>"])
def test_downward_include_compiles(house, form):
    text = CLEAN["src/cli/run.cc"].replace('"base/answer.h"', form)
    house.write({"src/cli/run.cc": text})
    result = house.build("cli")
    assert result.returncode == 0, result.stdout


def test_lower_domain_that_is_not_named_does_not_compile(house):
    house.write({"src/cli/run.cc": '#include "ledger/log.h"\n' + CLEAN["src/cli/run.cc"]})
    result = house.build("cli")
    assert result.returncode != 0
    assert "'ledger/log.h' file not found" in result.stdout


def test_use_is_not_handed_on(house):
    """web names ledger, and ledger names base: web does not see base by that."""
    clean = house.build("web")
    assert clean.returncode == 0, clean.stdout
    house.write({"src/web/page.cc": '#include "base/answer.h"\n' + CLEAN["src/web/page.cc"]})
    result = house.build("web")
    assert result.returncode != 0
    assert "'base/answer.h' file not found" in result.stdout


def test_upward_call_does_not_link(house):
    clean = house.build("base_test")
    assert clean.returncode == 0, clean.stdout
    house.write({"src/base/answer.cc": CALLS_UPWARD})
    assert house.build("base").returncode == 0  # an archive is no proof
    result = house.build("base_test")
    assert result.returncode != 0
    assert "undefined symbol: cli::Run()" in result.stdout
