"""Streamed replies: flat memory, back-pressure, and an end that cannot be mistaken.

Tests of: connection.cc
"""
import select
import time

import pytest

from raw_client import cut, get


def test_a_stream_leaves_in_flat_memory(server):
    client = server.connect().send(get("/stream?mb=500"))
    client.read_until(b"\r\n\r\n")
    before, most, total, tail = server.resident_kb(), 0, len(client.received), b""
    client.received = b""
    while not tail.endswith(b"0\r\n\r\n"):
        piece = client.socket.recv(1 << 20)
        assert piece
        if total >> 26 != (total + len(piece)) >> 26:
            most = max(most, server.resident_kb())
        total += len(piece)
        tail = (tail + piece)[-16:]
    assert total > 500 << 20
    assert most < before + 8 * 1024
    assert client.send(get("/a")).reply()[2] == b"GET /a\n"


def test_a_slow_reader_slows_the_producer_down(server):
    client = server.connect().send(get("/stream"))
    client.read_until(b"\r\n\r\n")
    before = server.resident_kb()
    for _ in range(20):
        client.socket.recv(4096)
    assert server.resident_kb() < before + 8 * 1024


@pytest.mark.parametrize("reads", [True, False])
def test_a_stopped_stream_is_reset_at_once_and_has_no_last_chunk(serve, reads):
    server = serve("threads=2")
    client = server.connect().send(get("/stream"))
    client.read_until(b"x" * 1000)
    if not reads:
        select.select([], [], [], 0.3)  # until the kernel's buffers are full
    client.received = b""
    started = time.monotonic()
    assert server.connect().send(get("/cut")).reply()[2] == b"cut"
    assert not cut(client).endswith(b"0\r\n\r\n")
    assert time.monotonic() - started < 1


def test_a_stream_that_fails_is_reset(server):
    client = server.connect().send(get("/stream?mb=9&fail_after=3"))
    client.read_until(b"\r\n\r\n")
    received = cut(client)
    assert received.count(b"x") <= 3 * 65_536 and not received.endswith(b"0\r\n\r\n")


def test_slow_readers_hold_no_thread(serve):
    server = serve("threads=2")
    clients = [server.connect().send(get("/stream")) for _ in range(10)]
    for client in clients:
        client.read_until(b"\r\n\r\n")
    assert server.connect().send(get("/a")).reply()[0] == 200
