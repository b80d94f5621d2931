"""The same over TLS.

Tests of: server.cc connection.cc
"""
import http.client
import ssl
import subprocess

import pytest

from raw_client import LIMIT_S, get


@pytest.fixture
def certificate(tmp_path):
    """(certificate, key) for localhost, as paths."""
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", paths[0], "-keyout", paths[1]], check=True, capture_output=True)
    return paths


@pytest.fixture
def secure(serve, certificate):
    server = serve(f"certificate={certificate[0]}", f"key={certificate[1]}", "idle_ms=500")
    server.trust = ssl.create_default_context(cafile=certificate[0])
    return server


def wrapped(server):
    client = server.connect()
    client.socket = server.trust.wrap_socket(client.socket, server_hostname="localhost",
                                              suppress_ragged_eofs=False)
    return client


def test_tls_serves_the_same(secure):
    connection = http.client.HTTPSConnection("localhost", secure.port, context=secure.trust,
                                             timeout=LIMIT_S)
    for _ in range(3):
        connection.request("POST", "/a", body="b" * 100_000)
        reply = connection.getresponse()
        assert reply.status == 200 and reply.headers["X-Tls"] == "yes"
        assert len(reply.read()) == 100_008
    connection.request("GET", "/stream?mb=20")
    assert len(connection.getresponse().read()) == 20 << 20
    connection.close()


def test_tls_ends_in_order(secure):
    client = wrapped(secure).send(get("/a", "Connection: close"))
    assert client.reply()[0] == 200
    assert client.rest() == b""  # close_notify came, otherwise SSLEOFError


def test_tls_streams_are_cut_as_well(secure):
    client = wrapped(secure).send(get("/stream"))
    client.read_until(b"x" * 1000)
    assert wrapped(secure).send(get("/cut")).reply()[2] == b"cut"
    with pytest.raises((ConnectionResetError, ssl.SSLError)):
        client.rest()


def test_old_tls_and_plain_http_are_refused(secure):
    secure.trust.minimum_version = ssl.TLSVersion.TLSv1_2
    assert wrapped(secure).socket.version() == "TLSv1.3"
    secure.trust.maximum_version = ssl.TLSVersion.TLSv1_2
    assert wrapped(secure).socket.version() == "TLSv1.2"
    client = secure.connect().send(get("/a"))
    try:
        assert b"HTTP/1.1 200" not in client.rest()
    except ConnectionResetError:
        pass
    old = subprocess.run(["openssl", "s_client", "-tls1_1", "-cipher", "ALL@SECLEVEL=0",
                          "-connect", f"127.0.0.1:{secure.port}"], stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=LIMIT_S, check=False)
    assert old.returncode != 0
    assert wrapped(secure).send(get("/a")).reply()[0] == 200


def test_a_wrong_certificate_stops_the_start(serve, certificate):
    certificate[1].write_text("no key")
    with pytest.raises(AssertionError, match="never said listening"):
        serve(f"certificate={certificate[0]}", f"key={certificate[1]}")
