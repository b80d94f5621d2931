"""Requests that two readers could understand differently: refused, and the connection closed.

Tests of: request_reader.cc request_head.cc chunked_body.cc
"""
import pytest

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
NEXT = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

CASES = {
    "lengths that differ": (400, POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
    "lengths that agree": (400, POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
    "length and chunked": (
        400, POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "chunked and length": (
        400, POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    "unknown coding": (400, POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    "two codings": (400, POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "length with plus": (400, POST + b"Content-Length: +5\r\n\r\nabcde"),
    "length below zero": (400, POST + b"Content-Length: -5\r\n\r\n"),
    "list of lengths": (400, POST + b"Content-Length: 5, 5\r\n\r\nabcde"),
    "blank before colon": (400, b"GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
    "bare line feeds": (400, b"GET / HTTP/1.1\nHost: x\n\n"),
    "folded header": (400, GET + b"A: b\r\n c\r\n\r\n"),
    "no host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "zero byte": (400, GET + b"A: b\x00c\r\n\r\n"),
    "head of 100 kB": (400, GET + b"A: " + b"a" * 100_000 + b"\r\n\r\n"),
    "size of a chunk overflows": (400, CHUNKED + b"fffffffffffffffff\r\n"),
    "chunked in HTTP/1.0": (
        400, b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    # beyond the eighteen of the first study
    "chunked twice": (400, POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
                                  b"\r\n0\r\n\r\n"),
    "identity": (400, POST + b"Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n"),
    "vertical tab before chunked": (400, POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n"),
    "coding hidden by a blank": (400, POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    "coding behind bare CR": (400, POST + b"A: b\rTransfer-Encoding: chunked\r\n\r\n"),
    "length with leading zero": (400, POST + b"Content-Length: 005\r\n\r\nabcde"),
    "length in hexadecimal": (400, POST + b"Content-Length: 0x5\r\n\r\nabcde"),
    "size with minus": (400, CHUNKED + b"-1\r\n"),
    "size with prefix": (400, CHUNKED + b"0x1\r\na\r\n0\r\n\r\n"),
    "size with blank": (400, CHUNKED + b"1 \r\na\r\n0\r\n\r\n"),
    "size ends in bare line feed": (400, CHUNKED + b"1\na\r\n0\r\n\r\n"),
    "chunk longer than its size": (400, CHUNKED + b"1\r\nab\r\n0\r\n\r\n"),
    "chunk ends in bare line feed": (400, CHUNKED + b"1\r\na\n0\r\n\r\n"),
    "extension too long": (400, CHUNKED + b"1;" + b"e" * 300 + b"\r\na\r\n0\r\n\r\n"),
    "extension with bare CR": (400, CHUNKED + b"1;e\rf\r\na\r\n0\r\n\r\n"),
    "absolute target": (400, b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"),
    "asterisk for GET": (400, b"GET * HTTP/1.1\r\nHost: x\r\n\r\n"),
    "encoded slash": (400, b"GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n"),
    "encoded dots": (400, b"GET /a/%2e%2e/b HTTP/1.1\r\nHost: x\r\n\r\n"),
    "encoded zero": (400, b"GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
    "connect": (501, b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n"),
    "version 2": (505, b"PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "line of 9 kB": (414, b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "body above its limit": (413, POST + b"Content-Length: 1048577\r\n\r\n"),
    "chunk above its limit": (413, CHUNKED + b"100001\r\n"),
    "another expectation": (417, POST + b"Expect: tea\r\nContent-Length: 1\r\n\r\na"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_and_nothing_behind_it_is_read(server, name):
    status, sent = CASES[name]
    client = server.connect().send(sent + NEXT)
    got, headers, body = client.reply()
    assert got == status
    assert headers["connection"] == "close"
    assert headers["content-type"] == "application/problem+json"
    assert f'"status":{status}'.encode() in body
    client.socket.shutdown(1)
    assert client.rest() == b"", "no second reply"


def test_a_refusal_says_nothing_of_the_request(server):
    client = server.connect().send("GET /secret-path HTTP/1.1\r\nHost: secret host\r\n\r\n")
    status, headers, body = client.reply()
    assert status == 400
    assert b"secret" not in body and "secret" not in str(headers)
