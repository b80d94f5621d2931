"""The files of the repository, as the rules see them: read once, each view made once."""
import ast
import os
import pathlib
import subprocess
from functools import cached_property
from typing import NamedTuple

from house import cpp

BYTES_LIMIT = 1_000_000  # a larger file is data, and no rule reads it
SKIPPED = {".git", "build", "third_party", "__pycache__", ".venv", ".pytest_cache"}


class Breach(NamedTuple):
    path: str
    line: int
    sentence: str


class Source:
    """One text file: `path` is relative to the root, with forward slashes."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.name = path.rsplit("/", 1)[-1]
        self.stem, _, self.suffix = self.name.partition(".")
        self.suffix = "." + self.suffix.rsplit(".", 1)[-1] if self.suffix else ""

    @cached_property
    def lines(self):
        return self.text.split("\n")

    @cached_property
    def code(self):
        return cpp.code_of(self.text)

    @cached_property
    def code_lines(self):
        return self.code.split("\n")

    @cached_property
    def scan(self):
        return cpp.Scan(self.text)

    @cached_property
    def python(self):
        """The syntax tree, or None where the file is not Python that parses."""
        try:
            return ast.parse(self.text)
        except SyntaxError:
            return None

    @property
    def is_cpp(self):
        return self.suffix in (".h", ".cc")

    @property
    def is_python(self):
        return self.suffix == ".py"

    @property
    def is_shell(self):
        first = self.lines[0]
        return self.suffix == ".sh" or (first.startswith("#!") and first.rstrip().endswith("sh"))

    @property
    def domain(self):
        """The domain of a C++ file under src/, or None."""
        parts = self.path.split("/")
        return parts[1] if self.is_cpp and parts[0] == "src" and len(parts) > 2 else None

    @property
    def is_trial(self):
        """A test, a fuzzer or a benchmark beside the code."""
        return self.stem.endswith(("_test", "_fuzz", "_bench"))

    def at(self, line, sentence):
        return Breach(self.path, line, sentence)


class Tree:
    """All text files below the root that belong to the repository, sorted by path."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.sources = [s for s in map(self._read, sorted(set(self._paths()))) if s]
        self._by_path = {source.path: source for source in self.sources}

    def get(self, path):
        return self._by_path.get(path)

    @property
    def cpp(self):
        return [source for source in self.sources if source.is_cpp]

    @property
    def domains(self):
        """Domain -> its C++ files."""
        found = {}
        for source in self.sources:
            if source.domain:
                found.setdefault(source.domain, []).append(source)
        return found

    def _read(self, path):
        full = self.root / path
        if full.is_symlink() or not full.is_file() or full.stat().st_size > BYTES_LIMIT:
            return None
        content = full.read_bytes()
        if b"\0" in content:
            return None
        try:
            return Source(path, content.decode())
        except UnicodeDecodeError:
            return None

    def _paths(self):
        """What git tracks or would track; all files where the root is no repository of git."""
        if (self.root / ".git").exists():
            command = ["git", "-C", str(self.root), "ls-files", "-coz", "--exclude-standard"]
            listing = subprocess.run(command, capture_output=True, check=True, text=True).stdout
            return [path for path in listing.split("\0") if path]
        return list(self._walk())

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(set(folders) - SKIPPED)
            for name in names:
                yield (pathlib.Path(folder) / name).relative_to(self.root).as_posix()
