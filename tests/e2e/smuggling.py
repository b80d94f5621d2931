"""Requests that two servers in a row could read differently: each must get 400."""

_POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"

CASES = {
    "two lengths that differ": _POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
    "two lengths alike": _POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "length, then chunked": _POST + b"Content-Length: 5\r\n" + _CHUNKED + b"\r\n0\r\n\r\n",
    "chunked, then length": _POST + _CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "xchunked": _POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "gzip, chunked": _POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "length with plus": _POST + b"Content-Length: +5\r\n\r\nabcde",
    "length with minus": _POST + b"Content-Length: -5\r\n\r\n",
    "list of lengths": _POST + b"Content-Length: 5, 5\r\n\r\nabcde",
    "blank before colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\nHost: x\n\n",
    "folded line": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "zero byte": b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
    "huge header": b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n",
    "chunk beyond 64 bits": _POST + _CHUNKED + b"\r\nfffffffffffffffff\r\n",
    "chunked in HTTP/1.0": b"POST / HTTP/1.0\r\nHost: x\r\n" + _CHUNKED + b"\r\n0\r\n\r\n",
}
