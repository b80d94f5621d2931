"""The server as a client sees it: connections, deadlines, limits, stops.

Tests of: server.cc connection.cc
"""
import resource
import select
import socket
import struct
import time

import pytest

from raw_client import LIMIT_S, cut, get, post

# --- requests -------------------------------------------------------------------------------------


def test_a_connection_serves_many_requests(server):
    client = server.connect()
    for number in range(20):
        status, headers, body = client.send(post(f"/{number}", "hello")).reply()
        assert (status, body) == (200, f"POST /{number}\nhello".encode())
        assert "connection" not in headers
        assert headers["x-remote"] == "127.0.0.1"


def test_requests_that_come_at_once_are_answered_in_order(server):
    client = server.connect()
    client.send("".join(post(f"/{number}", "b" * number) for number in range(50)))
    for number in range(50):
        assert client.reply()[2] == f"POST /{number}\n{'b' * number}".encode()


def test_a_request_may_come_byte_by_byte(server):
    client = server.connect()
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in post("/a", "hello").encode():
        client.send(bytes([byte]))
    assert client.reply()[2] == b"POST /a\nhello"


def test_a_chunked_request_is_put_together(server):
    client = server.connect()
    head = get("/a", "Transfer-Encoding: chunked").replace("GET", "POST", 1)
    client.send(head + "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n" + get("/b"))
    assert client.reply()[2] == b"POST /a\nhello world"
    assert client.reply()[2] == b"GET /b\n"


def test_http_1_0_is_answered_and_closed(server):
    client = server.connect().send(get("/a", "Connection: keep-alive", version="1.0"))
    status, headers, body = client.reply()
    assert (status, headers["connection"], body) == (200, "close", b"GET /a\n")
    assert client.rest() == b""


def test_http_1_0_cannot_have_a_stream(server):
    status, headers, _ = server.connect().send(get("/stream", version="1.0")).reply()
    assert (status, headers["upgrade"]) == (426, "HTTP/1.1")


def test_head_has_the_headers_of_get_and_no_body(server):
    client = server.connect()
    for path, name in (("/big?kb=1", "content-length"), ("/stream", "transfer-encoding")):
        client.send(get(path).replace("GET", "HEAD", 1))
        status, headers, _ = client.reply(has_body=False)
        assert status == 200 and name in headers
    assert client.send(get("/a")).reply()[2] == b"GET /a\n"


def test_a_status_without_a_body_keeps_the_connection_usable(server):
    client = server.connect().send(get("/none") + get("/a"))
    status, headers, _ = client.reply()
    assert status == 204 and "content-length" not in headers
    assert client.reply()[2] == b"GET /a\n"


def test_a_client_that_asks_is_told_to_continue(server):
    client = server.connect()
    whole = post("/a", "hello", "Expect: 100-continue")
    client.send(whole[:-5])
    assert client.read_until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert client.send(whole[-5:]).reply()[2] == b"POST /a\nhello"
    # a body above its limit is refused before it is sent
    client.send(get("/a", "Content-Length: 9999999", "Expect: 100-continue"))
    assert client.reply()[0] == 413


def test_a_large_body_arrives_whole(server):
    body = "u" * (8 << 20)
    client = server.connect().send(post("/upload", body))
    assert client.reply()[2] == f"POST /upload\n{body}".encode()


def test_a_connection_ends_after_its_last_request(serve):
    client = serve("requests=3").connect().send(get("/a") * 5)
    closes = [client.reply()[1].get("connection") for _ in range(3)]
    assert closes == [None, None, "close"]
    assert client.rest() == b""


# --- clients that are slow, or gone ---------------------------------------------------------------


@pytest.mark.parametrize("begun", ["G", "GET / HTTP/1.1\r\nHost: x\r\nA:"])
def test_a_slow_head_is_answered_408_in_time(serve, begun):
    server = serve("header_ms=300")
    started = time.monotonic()
    status, headers, _ = server.connect().send(begun).reply()
    assert (status, headers["connection"]) == (408, "close")
    assert 0.25 < time.monotonic() - started < 3


def test_a_head_that_trickles_is_answered_408_in_time(serve):
    server = serve("header_ms=300")
    client = server.connect().send("GET / HTTP/1.1\r\n")
    started = time.monotonic()
    while not select.select([client.socket], [], [], 0.05)[0]:
        client.send("A: b\r\n")
        assert time.monotonic() - started < 3
    assert client.reply()[0] == 408


def test_a_body_must_move_on(serve):
    server = serve("body_ms=300")
    client = server.connect().send(post("/a", "b" * 100)[:-1])
    assert client.reply()[0] == 408
    # a byte now and then is not enough
    client = server.connect().send(post("/a", "b" * 10_000)[:-9_000])
    started = time.monotonic()
    while not select.select([client.socket], [], [], 0.05)[0]:
        client.send("b")
        assert time.monotonic() - started < 3
    assert client.reply()[0] == 408


def test_a_body_that_moves_on_may_take_longer(serve):
    server = serve("body_ms=400")
    pieces, piece = 10, "b" * 20_000  # above the progress that is asked for
    whole = post("/a", piece * pieces)
    client = server.connect().send(whole[:-len(piece) * pieces])
    started = time.monotonic()
    for _ in range(pieces):
        select.select([client.socket], [], [], 0.1)
        client.send(piece)
    assert time.monotonic() - started > 0.8
    assert client.reply()[0] == 200


def test_silent_connections_are_closed_without_a_word(serve):
    server = serve("idle_ms=300")
    fresh = server.connect()
    used = server.connect().send(get("/a"))
    used.reply()
    assert fresh.rest() == b"" and used.rest() == b""


def test_a_client_that_has_closed_its_half_still_gets_the_reply(server):
    client = server.connect().send(get("/a"))
    client.socket.shutdown(socket.SHUT_WR)
    assert client.reply()[2] == b"GET /a\n"
    assert client.rest() == b""


def test_a_client_that_leaves_in_the_middle_costs_nothing(server):
    for begun in ("", "GET / HT", post("/a", "hello")[:-2], get("/stream"), get("/big?kb=90000")):
        client = server.connect().send(begun)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    assert server.connect().send(get("/a")).reply()[0] == 200


def test_a_client_that_does_not_read_is_cut(serve):
    server = serve("write_ms=300", "connections=1")
    client = server.connect().send(get("/big?kb=60000"))
    started = time.monotonic()
    while time.monotonic() - started < LIMIT_S:  # the only place is free again
        other = server.connect().send(get("/a"))
        if other.reply()[0] == 200:
            break
    assert len(cut(client)) < 60_000 * 1024


# --- limits ---------------------------------------------------------------------------------------


def test_connections_beyond_the_limit_are_answered_503(serve):
    server = serve("connections=2")
    clients = [server.connect().send(get("/a")) for _ in range(2)]
    for client in clients:
        assert client.reply()[0] == 200
    status, headers, _ = server.connect().send(get("/a")).reply()
    assert (status, headers["connection"]) == (503, "close")
    clients[0].close()
    started = time.monotonic()
    while server.connect().send(get("/a")).reply()[0] != 200:
        assert time.monotonic() - started < LIMIT_S


def test_bodies_are_limited_together(serve):
    server = serve("bodies=1000000")
    first = server.connect().send(post("/hold", "b" * 900_000))
    server.await_line("holding")
    status, headers, _ = server.connect().send(post("/a", "b" * 900_000)).reply()
    assert (status, headers["connection"]) == (503, "close")
    assert server.connect().send(get("/release")).reply()[0] == 200
    assert first.reply()[0] == 200
    for _ in range(3):  # what was counted is given back
        assert server.connect().send(post("/a", "b" * 900_000)).reply()[0] == 200


def test_a_flood_of_connections_is_survived(serve):
    server = serve("connections=2", "linger_ms=200")
    flood = [server.connect() for _ in range(300)]
    for client in flood:
        client.close()
    started = time.monotonic()
    while True:
        try:
            if server.connect().send(get("/a")).reply()[0] == 200:
                break
        except (ConnectionError, AssertionError):
            pass  # one of those that are closed without a word
        assert time.monotonic() - started < LIMIT_S


def test_without_descriptors_the_server_waits_and_does_not_spin(serve):
    server = serve(before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)))
    clients = [server.connect().send(get("/a")) for _ in range(40)]
    server.await_line("http.accept-failed")
    before = server.processor_s()
    select.select([], [], [], 1.0)
    assert server.processor_s() - before < 0.2
    for client in clients[:20]:
        client.close()
    assert clients[20].reply()[0] == 200
    for client in clients[20:]:
        client.close()


# --- stopping -------------------------------------------------------------------------------------


def test_a_stop_lets_running_requests_end(serve):
    server = serve("stop_ms=20000")
    idle, client = server.connect(), server.connect().send(get("/hold"))
    server.await_line("holding")
    release = server.connect().send("GET /release HTTP/1.1\r\nHost: x\r\n")  # its end comes later
    assert server.connect().send(get("/a")).reply()[0] == 200  # so all four were accepted
    server.terminate()
    assert idle.rest() == b""
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    assert release.send("\r\n").reply()[0] == 200
    status, headers, body = client.reply()
    assert (status, headers["connection"], body) == (200, "close", b"held")
    client.close()
    release.close()
    server.await_line('"graceful":1')
    assert server.process.wait(LIMIT_S) == 0


def test_a_stop_cuts_what_takes_too_long(serve):
    server = serve("stop_ms=100")
    held, stream = server.connect().send(get("/hold")), server.connect().send(get("/stream"))
    server.await_line("holding")
    stream.read_until(b"\r\n\r\n")
    server.terminate()
    assert cut(held) == b""
    assert not cut(stream).endswith(b"0\r\n\r\n")
    server.await_line("cut")
    server.await_line('"graceful":0')
    assert server.process.wait(LIMIT_S) == 0
