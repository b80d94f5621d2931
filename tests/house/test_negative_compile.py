"""What must not compile: a Permit that nobody gave, and a route that does not say what it takes."""
# Tests of: permit.h gate.h rehearsal.h route.h
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILER = ["clang++-19", "-std=c++23", "-fsyntax-only", "-x", "c++", "-Wno-everything",
            f"-I{ROOT / 'src'}", "-"]

PERMIT = """
#include <type_traits>
#include "agreements/gate.h"
void Give(const agreements::Permit& permit);
void Use(agreements::Gate& gate, agreements::Permit permit) {{ {0} }}
"""

ROUTE = """
#include "api/route.h"
base::Result<api::Answer> Handle(const api::Services&, const api::Call&);
const api::Route route{{.method = http::Method::kGet, .path = "/x", .operation = "x",
                       .summary = "X.", .asker = api::Asker::kAnybody, .query = {{}},
                       {0} .handler = Handle}};
"""

# (name, source, what the compiler must say; None: it must compile)
CASES = [
    ("given", PERMIT.format("Give(permit);"), None),
    ("moved", PERMIT.format("agreements::Permit other(std::move(permit)); Give(other);"), None),
    ("missing", PERMIT.format("Give({});"), "no matching function"),
    ("copied", PERMIT.format("agreements::Permit other(permit);"), "deleted constructor"),
    ("made of nothing", PERMIT.format("agreements::Permit other;"), "no matching constructor"),
    ("forged", PERMIT.format("agreements::Permit other(nullptr);"), "private constructor"),
    ("forged content", PERMIT.format("agreements::Permit::Content content;"), "private member"),
    ("assigned", PERMIT.format("permit = std::move(permit);"), "deleted operator"),
    ("derived", PERMIT.format("struct Own : agreements::Permit { Own() : Permit(nullptr) {} };"),
     "private constructor"),
    ("rehearsal made of nothing", PERMIT.format("agreements::Rehearsal other;"),
     "no matching constructor"),
    ("forged rehearsal", PERMIT.format('agreements::Rehearsal other("", {}, "", 0);'),
     "private constructor"),
    ("copied rehearsal", PERMIT.format("auto copy = [](const agreements::Rehearsal& one) "
                                       "{ agreements::Rehearsal other(one); };"),
     "deleted constructor"),
    ("whole route", ROUTE.format(".body = api::NoBody{}, .reply = {204, api::NoReply{}},"), None),
    ("route without body", ROUTE.format(".reply = {204, api::NoReply{}},"), "error:"),
    ("route without reply", ROUTE.format(".body = api::NoBody{},"), "error:"),
    ("JSON body without schema",
     ROUTE.format(".body = api::JsonBody{}, .reply = {204, api::NoReply{}},"), "error:"),
    ("JSON reply without schema",
     ROUTE.format(".body = api::NoBody{}, .reply = {200, api::JsonReply{}},"), "error:"),
]


@pytest.mark.parametrize("name, source, wanted", CASES, ids=[case[0] for case in CASES])
def test_the_compiler_agrees(name, source, wanted):
    done = subprocess.run(COMPILER, input=source, text=True, capture_output=True, timeout=120,
                          check=False)
    if wanted is None:
        assert done.returncode == 0, (name, done.stderr)
    else:
        assert done.returncode != 0, name
        assert wanted in done.stderr, (name, done.stderr)
