"""`tabularium verify` and clients/verify.py, made from one page, answer alike on every case."""
import json
import os
import pathlib
import subprocess

import pytest

from cases import CASES

BINARY = os.environ.get("TABULARIUM_BINARY",
                        str(pathlib.Path(__file__).parents[2] / "build/dev/tabularium"))
LIMIT_S = 60


@pytest.mark.parametrize("name,make,expected", CASES, ids=[case[0] for case in CASES])
def test_the_binary_answers_as_the_page_says(name, make, expected, tmp_path):
    arguments = make(tmp_path)
    done = subprocess.run([BINARY, "verify", *arguments], cwd=tmp_path, capture_output=True,
                          timeout=LIMIT_S, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    last = done.stdout.decode().strip().split("\n")[-1]
    if "--json" in arguments:
        if expected in (0, 1):
            assert json.loads(last)["verified"] == (expected == 0)
    elif expected == 0:
        assert last.startswith("verified")
    elif expected == 1:
        assert last.startswith("not verified: ")
