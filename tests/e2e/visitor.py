"""A visitor of the pages: keeps cookies, reads forms, and sends what a browser would send."""
import html.parser
import http.client
import http.cookies
import urllib.parse

REPLY_LIMIT_S = 60


class Reader(html.parser.HTMLParser):
    """The forms of a page: {action: [(name, value), ...]}, with what is chosen already."""

    def __init__(self, text):
        super().__init__()
        self.forms = {}
        self.title = ""
        self.action = None
        self.select = None
        self.in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "title":
            self.in_title = True
        elif tag == "form":
            self.action = given["action"]
            self.forms[self.action] = []
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given:
            self.forms[self.action].append((self.select, given["value"]))
        elif tag == "input" and self.action is not None:
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.forms[self.action].append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self.action = None
        self.in_title = self.in_title and tag != "title"

    def handle_data(self, text):
        if self.in_title:
            self.title += text


class Reply:
    """A page, or whatever came in its place."""

    def __init__(self, response, path):
        self.status = response.status
        self.path = path
        self.headers = response.headers
        self.body = response.read()
        self.text = self.body.decode()

    @property
    def reader(self):
        return Reader(self.text)


class Visitor:
    """Somebody at a browser."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}

    def ask(self, method, path, body=None, headers=None):
        """One request, without following redirects."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_LIMIT_S)
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, sent)
        reply = Reply(connection.getresponse(), path)
        connection.close()
        for line in reply.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return reply

    def follow(self, reply):
        return self.get(reply.headers["Location"]) if reply.status == 303 else reply

    def get(self, path):
        return self.follow(self.ask("GET", path))

    def post(self, action, fields, headers=None):
        """Sends fields as a form, with the headers of a browser unless others are given."""
        sent = {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        sent = dict(sent if headers is None else headers)
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return self.ask("POST", action, urllib.parse.urlencode(fields), sent)

    def submit(self, path, action=None, **fields):
        """Loads a page, fills in its form and sends it. Fields may be lists."""
        page = self.get(path)
        action = action or path
        kept = [(name, value) for name, value in page.reader.forms[action] if name not in fields]
        for name, value in fields.items():
            kept += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return self.post(action, kept)

    def sign_in(self, email, password):
        return self.submit("/sign-in", email=email, password=password)

    def first_sign_in(self, link, email, password):
        """Opens a one-time link, sets the password and signs in."""
        assert self.get(f"/link/{link}").status == 200
        done = self.submit("/set-password", password=password, password_again=password)
        assert done.status == 303, done.text
        return self.sign_in(email, password)
