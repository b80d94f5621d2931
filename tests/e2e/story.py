"""Who acts at the pages: a platform's administrator, a council and its people."""
import html
import re

from running import ADMINISTRATOR, LINK, PASSWORD
from visitor import Visitor

ACCOUNT = re.compile(r'href="(/admin/organisations/[^"/]+/accounts/[0-9a-f]{32})"')


class Story:
    """A platform's administrator and a council with a person, each signed in at the pages."""

    def __init__(self, port, link):
        self.port = port
        self.ira = Visitor(port)
        assert self.ira.first_sign_in(link, ADMINISTRATOR, PASSWORD).status == 303
        self.council = self.organisation("Ambleford District Council")
        self.asha_url, self.asha = self.person("asha@example.org", "Asha Example (synthetic)")

    def organisation(self, name):
        sent = self.ira.submit("/admin/organisations/new", name=name, kind="district-council",
                               country="england", area_code="E07000999")
        assert sent.headers["Location"] == "/admin?done=organisation", sent.text
        page = self.ira.get("/admin").text
        found = re.findall(r'href="(/admin/organisations/[^"]+)">([^<]*)<', page)
        return next(url for url, words in found if name in html.unescape(words))

    def person(self, email, name, at=None):
        made = self.ira.submit(f"{at or self.council}/people/new", name=name, email=email)
        assert made.status == 200, made.text
        visitor = Visitor(self.port)
        visitor.first_sign_in(LINK.search(made.text)[1], email, PASSWORD)
        return ACCOUNT.search(made.text)[1], visitor

    def machine(self):
        made = self.ira.submit(f"{self.council}/machines/new", name="Nightly publishing")
        assert made.status == 303, made.text
        return made.headers["Location"].split("?")[0]

    def log_size(self):
        """Of the register log, by the figures of the first page."""
        return int(re.search(r"Register log: ([\d,]+) entries", self.ira.get("/").text)[1])


def links_of(text):
    found = re.findall(r'(?:href|action)="([^"]+)"', text)
    return {html.unescape(each).split("#")[0] for each in found} - {""}
