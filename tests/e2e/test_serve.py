"""`tabularium serve`: the public logs over HTTP, from the real binary."""
# Tests of: serve_command.cc, served_home.cc, public_routes.cc, problem.cc
import json
import pathlib
import signal
import socket
import subprocess
import sys

import pytest

from running import FOUNDER, Server
from smuggling import CASES

ROOT = pathlib.Path(__file__).resolve().parents[2]


def fetch(server, path, folder):
    response, body = server.get(f"/log/register/{path}")
    assert response.status == 200, path
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    return response


def test_a_log_fetched_over_http_verifies_with_both_verifiers(program, home, server):
    copy = program.folder / "copy"
    response = fetch(server, "checkpoint", copy)
    assert response.getheader("Cache-Control") == "no-cache"
    for path in ("tile/0/000.p/5", "tile/entries/000.p/5"):
        response = fetch(server, path, copy)
        assert response.getheader("Content-Type") == "application/octet-stream"
    words = ["--key", "home/keys.json", "--log", "copy"]
    assert program("verify", *words).endswith("\nverified\n")
    subprocess.run([sys.executable, ROOT / "clients/verify.py", *words], cwd=program.folder,
                   check=True, stdout=subprocess.DEVNULL)


def test_what_is_not_published_or_no_path_is_404_with_one_body(server):
    bodies = set()
    for path in ("/log/register/tile/0/000", "/log/register/entries", "/log/other/checkpoint",
                 "/log/register/../home.json", "/log/home.json", "/log/register/%2e%2e/home.json"):
        response, body = server.get(path)
        assert response.status in (400, 404), path
        if response.status == 404:
            problem = json.loads(body)
            assert response.getheader("Content-Type") == "application/problem+json"
            del problem["instance"]
            bodies.add(json.dumps(problem))
    assert len(bodies) == 1


def test_health_metrics_errors_and_methods(server):
    assert server.get("/healthz")[1] == b"ok\n"
    assert b'tabularium_log_entries{log="data.example.org/register"} 5' in server.get("/metrics")[1]
    rows = json.loads(server.get("/errors")[1])
    assert any(row["name"] == "not-found" and row["status"] == 404 for row in rows)
    assert json.loads(server.get("/errors/damaged")[1])["title"]
    response, _ = server.get("/healthz", "POST")
    assert response.status == 405 and response.getheader("Allow") == "GET, HEAD"
    response, body = server.get("/log/register/checkpoint", "HEAD")
    assert response.status == 200 and body == b""


@pytest.mark.parametrize("name", CASES)
def test_smuggling_gets_400_and_the_connection_is_closed(server, name):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(CASES[name])
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 400 "), answer[:80]


def test_the_server_stops_in_order_and_a_second_one_is_told(program, server):
    told = program("serve", "--home", "home", "--port", "0", expected=5)
    assert "Another process is using this home" in told
    code, out, errors = server.stop()
    assert code == 0 and "stopping" in out
    assert '"http.stopped"' in errors


def test_after_a_kill_the_home_opens_and_verifies(program, home, server):
    server.stop(signal.SIGKILL)
    again = Server(program)
    assert again.get("/healthz")[0].status == 200
    assert again.stop()[0] == 0
    assert program("verify", "--key", "home/keys.json", "--log", "home/log/register").endswith(
        "\nverified\n")


def test_ports_in_use_foreign_addresses_and_odd_settings_are_refused(program, home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = program("serve", "--home", "home", "--port", port, expected=5)
        assert str(port) in told
    told = program("serve", "--home", "home", "--address", "0.0.0.0", expected=4)
    assert "demonstration" in told
    program("init", "--home", "real", "--origin", "real.example.org", *FOUNDER)
    told = program("serve", "--home", "real", "--address", "0.0.0.0", expected=4)
    assert "--tls-cert" in told
    program("serve", "--home", "real", "--publish-access-log-every", "0", expected=2)
    program("serve", "--home", "absent", expected=3)
