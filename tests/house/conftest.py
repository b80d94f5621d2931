"""What the tests of the house's checkers share."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import tidy  # noqa: E402
from house.tree import Tree  # noqa: E402


@pytest.fixture
def told(tmp_path):
    """Writes the files; answers with the breaches of one rule."""

    def tell(rule, files):
        for path, text in files.items():
            full = tmp_path / path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(text)
        return list(tidy.breaches(Tree(tmp_path), [rule]))

    return tell
