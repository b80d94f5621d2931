"""openapi.json held against an outside validator, and the server against openapi.json."""
# Tests of: openapi.cc route_table.cc json_schema.cc
import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "third_party/python"
EXAMPLES_EACH = 12
RUN_LIMIT_S = 420


@pytest.fixture
def packages():
    """Where the outside checkers lie; skips loudly where tools/setup has none for this machine."""
    if not (PACKAGES / "schemathesis").exists():
        assert "TABULARIUM_VECTORS_REQUIRED" not in os.environ, f"{PACKAGES} is not there"
        pytest.skip(f"NOT TESTED: no checkers in {PACKAGES}; run tools/setup test")
    return dict(os.environ, PYTHONPATH=str(PACKAGES), NO_COLOR="1")


def test_the_document_is_valid_and_names_each_operation_once(program, administrator, packages):
    document = administrator.want(200, "GET", "/openapi.json")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names) > 20
    assert all(each["summary"].endswith(".") for each in operations)
    response, text = administrator.ask("GET", "/api/v1/openapi.json")
    assert response.getheader("Content-Type") == "application/json"
    (program.folder / "openapi.json").write_text(json.dumps(text))
    checked = subprocess.run([sys.executable, "-m", "openapi_spec_validator", "openapi.json"],
                             cwd=program.folder, env=packages, text=True, capture_output=True,
                             timeout=RUN_LIMIT_S, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_server_does_what_the_document_says(server, administrator, packages, tmp_path):
    """schemathesis asks every operation, with inputs that fit and inputs that do not."""
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run",
         f"http://127.0.0.1:{server.port}/api/v1/openapi.json",
         "--header", f"Authorization: Bearer {administrator.bearer}",
         "--max-examples", str(EXAMPLES_EACH), "--seed", "1",
         "--phases", "examples,coverage,fuzzing",
         # A rule beyond any schema, such as a token's longest life, is answered 422.
         "--exclude-checks", "positive_data_acceptance",
         "--exclude-operation-id", "deleteSession"],
        cwd=tmp_path, env=packages, text=True, capture_output=True, timeout=RUN_LIMIT_S,
        check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert server.process.poll() is None
