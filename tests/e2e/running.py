"""What tests of a running server share: the server, and a client of its API."""
import http.client
import json
import re
import signal
import subprocess
import threading

READY_LIMIT_S = 20
STOP_LIMIT_S = 20
REPLY_LIMIT_S = 60

# The first organisation of a home and its administrator.
ADMINISTRATOR = "ira@example.org"
PASSWORD = "a long enough password"
FOUNDER = ("--organisation", "Tabularium demonstration office",
           "--administrator-email", ADMINISTRATOR)
LINK = re.compile(r"/link/([A-Za-z0-9_-]{43})")


class Server:
    """A running server of a home, at a port of its own."""

    def __init__(self, program, *words, home="home", before=None):
        self.process = subprocess.Popen(
            [program.binary, "serve", "--home", home, "--port", "0", *words], cwd=program.folder,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before)
        watchdog = threading.Timer(READY_LIMIT_S, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        self.port = int(re.search(r":(\d+)$", line)[1])

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=STOP_LIMIT_S)
        return self.process.returncode, out, errors


class Client:
    """Somebody who speaks to the API: with a bearer, or as nobody."""

    def __init__(self, port, bearer=None):
        self.port = port
        self.bearer = bearer

    def ask(self, method, path, body=None, headers=None):
        """The response, and its body as JSON, as text, or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_LIMIT_S)
        sent = dict(headers or {})
        if self.bearer:
            sent["Authorization"] = f"Bearer {self.bearer}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if "json" in response.getheader("Content-Type", ""):
            return response, json.loads(content)
        return response, content.decode() if content else None

    def want(self, status, method, path, body=None, headers=None):
        """The body of a reply that must have this status."""
        response, content = self.ask(method, f"/api/v1{path}", body, headers)
        assert response.status == status, (method, path, response.status, content)
        return content

    def sign_in(self, email, password=PASSWORD):
        session = self.want(201, "POST", "/sessions", {"email": email, "password": password})
        return Client(self.port, session["session"])

    def first_sign_in(self, link, email):
        """Uses a one-time link up and signs in."""
        self.want(204, "POST", "/passwords", {"link": link, "password": PASSWORD})
        return self.sign_in(email)
