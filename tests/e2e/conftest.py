"""What the end-to-end tests share: the real binary, and a folder of its own for each test."""
import os
import pathlib
import subprocess
import sys

import pytest

from backing import PASSPHRASE
from running import ADMINISTRATOR, FOUNDER, LINK, Client, Server
from story import Story
from visitor import Visitor

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent)]
ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TABULARIUM_BINARY", str(ROOT / "build/dev/tabularium"))
COMMAND_LIMIT_S = 120


class Program:
    """Runs the binary in a folder and keeps what it said."""

    binary = BINARY

    def __init__(self, folder):
        self.folder = folder

    def __call__(self, *words, expected=0, before=None):
        done = subprocess.run([BINARY, *map(str, words)], cwd=self.folder, text=True,
                              capture_output=True, timeout=COMMAND_LIMIT_S, check=False,
                              preexec_fn=before)
        assert done.returncode == expected, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout if expected in (0, 1) else done.stderr


@pytest.fixture
def program(tmp_path):
    """The binary, run in the test's own folder."""
    return Program(tmp_path)


@pytest.fixture
def passphrase(program):
    """A file with the passphrase of backups."""
    (program.folder / "passphrase").write_text(f"{PASSPHRASE}\n")


@pytest.fixture
def home(program):
    """A home that was just made, by its name in the test's folder."""
    program.said = program("init", "--home", "home", "--origin", "data.example.org",
                           "--demonstration", *FOUNDER)
    return program.folder / "home"


@pytest.fixture
def shared():
    """The folder of outside vectors and data; skips loudly where it is absent."""
    folder = pathlib.Path(os.environ.get("TABULARIUM_VECTORS", ROOT.parent / "shared"))
    if not (folder / "vectors").exists():
        assert "TABULARIUM_VECTORS_REQUIRED" not in os.environ, f"{folder} is not there"
        pytest.skip(f"NOT TESTED: no outside vectors in {folder}; set TABULARIUM_VECTORS")
    return folder


@pytest.fixture
def server(program, home):
    """The home, served until the test ends."""
    running = Server(program)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def administrator(program, server):
    """The platform's administrator, signed in."""
    return Client(server.port).first_sign_in(LINK.search(program.said)[1], ADMINISTRATOR)


@pytest.fixture
def story(program, server):
    """A council and its people, at the pages."""
    return Story(server.port, LINK.search(program.said)[1])


@pytest.fixture
def nobody(server):
    """Somebody at a browser who is not signed in."""
    return Visitor(server.port)
