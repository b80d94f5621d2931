"""http's test program as a server, and a client that sends bytes as it likes."""
import os
import pathlib
import re
import signal
import socket
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TABULARIUM_BINARY", ROOT / "build/dev/tabularium")).parent
LIMIT_S = 30


def get(path, *headers, version="1.1"):
    return "\r\n".join((f"GET {path} HTTP/{version}", "Host: x", *headers, "", ""))


def post(path, body, *headers):
    return get(path, f"Content-Length: {len(body)}", *headers).replace("GET", "POST", 1) + body


def cut(client):
    """What came before the connection was reset; fails if it ended in order."""
    with pytest.raises(ConnectionResetError):
        client.rest()
    return client.received


class TestServer:
    """One `http_test serve` and what it says."""

    __test__ = False

    def __init__(self, *settings, before=None):
        self.process = subprocess.Popen([BUILD / "http_test", "serve", "0", *settings], text=True,
                                        stdout=subprocess.PIPE, preexec_fn=before)
        self.port = int(self.await_line("listening ").split()[1])

    def await_line(self, part):
        """The next line that holds `part`."""
        for line in self.process.stdout:
            if part in line:
                return line
        raise AssertionError(f"the server ended and never said {part}")

    def connect(self):
        return Client(self.port)

    def resident_kb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def processor_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def end(self):
        self.terminate()
        code = self.process.wait(LIMIT_S)
        self.process.stdout.close()
        return code


class Client:
    """A connection on which tests send bytes as they like."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self.received = b""

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())
        return self

    def more(self):
        """False at the end of the connection; raises ConnectionResetError when it was cut."""
        piece = self.socket.recv(1 << 20)
        self.received += piece
        return bool(piece)

    def read_until(self, end):
        while end not in self.received:
            assert self.more(), f"the connection ended before {end}: {self.received[-200:]}"
        size = self.received.index(end) + len(end)
        text, self.received = self.received[:size], self.received[size:]
        return text

    def reply(self, has_body=True):
        """(status, headers, body) of the next reply with a length."""
        lines = self.read_until(b"\r\n\r\n").decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in lines[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        size = int(headers.get("content-length", 0)) if has_body else 0
        while len(self.received) < size:
            assert self.more()
        body, self.received = self.received[:size], self.received[size:]
        return int(lines[0].split()[1]), headers, body

    def rest(self):
        """All bytes until the connection ends in order."""
        while self.more():
            pass
        return self.received

    def close(self):
        self.socket.close()
