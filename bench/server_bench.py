#!/usr/bin/env python3
"""A whole server: how soon it is ready, what it holds, how fast a stop is, what a kill leaves.

Prints one JSON object a line, as every benchmark does; bench/run gathers them. The binary is that
of build/bench. The peer of each row is the limit that it must keep.
"""
import json
import os
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("TABULARIUM_BINARY", str(ROOT / "build/bench/tabularium"))
sys.path[:0] = [str(ROOT / "tests/e2e")]

from conftest import Program  # noqa: E402  (the path comes first)
from killing import Battered  # noqa: E402
from running import ADMINISTRATOR, FOUNDER, LINK, Client, Server  # noqa: E402
from sharing_world import Sharing  # noqa: E402

READY_GOAL_MS = 1_000
IDLE_GOAL_MB = 150
STOP_GOAL_MS = 1_000
STREAMS = 50
STARTS = 7
KILLS = int(os.environ.get("TABULARIUM_KILLS", "200"))
STREAMED_BYTES = 2_000_000_000
GROWTH_GOAL_MB = 64
IDLE_WAIT_S = 40
IDLE_PROCESSES = 2  # the server and its parser
FLOW_BYTES = 1_000_000  # that come to a reader before the stop
ENDLESS = json.dumps({
    "sql": "SELECT a.your_reference, b.employer_name FROM paye_employments a, paye_employments b, "
           "paye_employments c, paye_employments d, paye_employments e",
    "purpose": "council-tax-recovery"})


def tell(name, value, unit, goal, met, peer="the limit"):
    print(json.dumps({"name": name, "value": value, "unit": unit, "goal": goal, "peer": peer,
                      "peer_value": goal, "ratio": round(value / goal, 3), "met": met}), flush=True)


def found(folder):
    """A program in the folder with a home, served, and its administrator."""
    program = Program(pathlib.Path(folder))
    said = program("init", "--home", "home", "--origin", "data.example.org", "--demonstration",
                   *FOUNDER)
    server = Server(program)
    return program, server, Client(server.port).first_sign_in(LINK.search(said)[1], ADMINISTRATOR)


def family(root):
    """A process and all its descendants."""
    numbers, queue = [], [root]
    while queue:
        number = queue.pop()
        numbers.append(number)
        for task in pathlib.Path(f"/proc/{number}/task").glob("*/children"):
            queue.extend(int(each) for each in task.read_text().split())
    return numbers


def memory_mb(number, key="Pss", file="smaps_rollup"):
    for line in pathlib.Path(f"/proc/{number}/{file}").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure_ready(program):
    took = []
    for _ in range(STARTS):
        begin = time.monotonic()
        server = Server(program)
        assert server.get("/healthz")[1] == b"ok\n"
        took.append((time.monotonic() - begin) * 1000)
        server.stop()
    value = sorted(took)[STARTS // 2]
    tell("server.ready", round(value, 1), "ms", READY_GOAL_MS, value <= READY_GOAL_MS)


def measure_idle(server):
    """Once the workers kept for an extract have gone; the idle ones of the pool stay."""
    end_s = time.monotonic() + IDLE_WAIT_S
    while len(family(server.process.pid)) > IDLE_PROCESSES and time.monotonic() < end_s:
        threading.Event().wait(0.5)
    total = sum(memory_mb(each) for each in family(server.process.pid))
    tell("server.idle-memory-with-workers", round(total, 1), "MB (PSS)", IDLE_GOAL_MB,
         total <= IDLE_GOAL_MB)


def begin(sharing, agreement):
    """A socket with an endless reply under way."""
    link = socket.create_connection(("127.0.0.1", sharing.ada.port), timeout=60)
    link.sendall((f"POST /api/v1/agreements/{agreement}/query?format=csv HTTP/1.1\r\nHost: a\r\n"
                  f"Authorization: Bearer {sharing.ada.bearer}\r\n"
                  f"Content-Type: application/json\r\nContent-Length: {len(ENDLESS)}\r\n\r\n"
                  f"{ENDLESS}").encode())
    assert link.recv(12) == b"HTTP/1.1 200"
    return link


def read_to_its_end(link, ended, flowing=None):
    came = 0
    try:
        while chunk := link.recv(1 << 16):
            came += len(chunk)
            if flowing and came >= FLOW_BYTES:
                flowing.wait(timeout=60)
                flowing = None
    except ConnectionResetError:
        pass
    ended.append(time.monotonic())


def measure_stop(sharing):
    """From the sending of the revocation to the refusal, and to the end of the last stream."""
    agreement = sharing.in_force()
    links = [begin(sharing, agreement) for _ in range(STREAMS)]
    ended, flowing = [], threading.Barrier(STREAMS // 2 + 1)
    readers = [threading.Thread(target=read_to_its_end, args=(link, ended, flowing))
               for link in links[:STREAMS // 2]]
    for reader in readers:
        reader.start()
    flowing.wait(timeout=60)
    begin_s = time.monotonic()
    sharing.olu.want(200, "POST", f"/agreements/{agreement}/revoke", {"reason": "data-wrong"})
    response, _ = sharing.ada.ask("POST", f"/api/v1/agreements/{agreement}/query", ENDLESS,
                                  {"Content-Type": "application/json"})
    refused_ms = (time.monotonic() - begin_s) * 1000
    assert response.status == 409, response.status
    for reader in readers:
        reader.join(30)
    assert len(ended) == len(readers)
    for link in links[STREAMS // 2:]:  # never read: what was in flight is gone with the reset
        read_to_its_end(link, [])
    last_ms = (max(ended) - begin_s) * 1000
    tell("stop.revocation-to-refusal.50-streams", round(refused_ms, 1), "ms", STOP_GOAL_MS,
         refused_ms <= STOP_GOAL_MS)
    tell("stop.revocation-to-last-byte.50-streams", round(last_ms, 1), "ms", STOP_GOAL_MS,
         last_ms <= STOP_GOAL_MS)


def measure_flatness(server, sharing):
    """How much the server grows while two gigabytes leave it."""
    agreement = sharing.in_force()
    link = begin(sharing, agreement)
    pathlib.Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # the peak begins anew
    before = memory_mb(server.process.pid, "VmHWM", "status")
    came, begin_s = 0, time.monotonic()
    while came < STREAMED_BYTES:
        came += len(link.recv(1 << 20))
    took_s = time.monotonic() - begin_s
    growth = memory_mb(server.process.pid, "VmHWM", "status") - before
    link.close()
    tell("stream.2gb.growth-of-the-server", round(growth, 1), "MB", GROWTH_GOAL_MB,
         growth <= GROWTH_GOAL_MB, f"the limit; {came / took_s / 1e6:.0f} MB/s came")


def measure_kills(program, server, administrator):
    battered = Battered(program, server, Sharing(program, administrator), random.randrange(1 << 32))
    while battered.kills < KILLS:
        battered.kill_once()
    acknowledged = battered.look_at_all()
    battered.server.stop()
    tell("kills.acknowledged-found", acknowledged, "writes and receipts", acknowledged, True,
         f"all that were acknowledged in {KILLS} kills")


def main():
    with tempfile.TemporaryDirectory() as folder:
        program, server, administrator = found(folder)
        sharing = Sharing(program, administrator)
        measure_stop(sharing)
        measure_flatness(server, sharing)
        measure_idle(server)
        server.stop()
        measure_ready(program)
    with tempfile.TemporaryDirectory() as folder:
        measure_kills(*found(folder))


if __name__ == "__main__":
    main()
