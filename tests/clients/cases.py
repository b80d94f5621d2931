"""Healthy and damaged logs, as data: what a verifier must say of each.

CASES = [(name, function(folder) -> arguments of verify, expected exit code)]
PLACES = {name: text that a "not verified" answer must hold, so that it names the place}

A case builds its files below an empty folder. Nothing here knows which verifier runs. Names that
begin with "choice/" are cases on which docs/formats/log.md is silent; verifiers must agree on them.
"""
import cases_healthy  # noqa: F401  (each of these adds its cases)
import cases_log  # noqa: F401
import cases_note  # noqa: F401
import cases_receipt  # noqa: F401
from case_parts import CASES, PLACES

__all__ = ["CASES", "PLACES"]
