"""What tests of sharing have in common: two bodies, their people and their data."""
import datetime
import json
import pathlib

from running import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/debt-recovery/request.json"
OPERATOR = "Tabularium demonstration office"


def day(days):
    return (datetime.date.today() + datetime.timedelta(days=days)).isoformat()


class Sharing:
    """A revenue department and a council with all that a request needs."""

    def __init__(self, program, administrator):
        self.administrator = administrator
        self.nobody = Client(administrator.port)
        self.revenue = self.body("HM Revenue and Customs", "uk-department", "united-kingdom")
        self.council = self.body("Ambleford District Council", "district-council", "england",
                                 "E07000999")
        other = self.body("Elsewhere District Council", "district-council", "england", "E07000998")
        self.noor = self.person("noor", self.revenue, "publisher")
        self.olu = self.person("olu", self.revenue, "approver")
        self.ada = self.person("ada", self.council, "explorer")
        self.ben = self.person("ben", self.council, "publisher")
        self.cyn = self.person("cyn", self.council, "approver")
        self.sam = self.person("sam", other, "explorer")
        program("sample-files", "--out", "files", "--rows", "6000")
        files = program.folder / "files"
        self.data = self.publish(self.noor, "paye-employments", "public",
                                 (files / "paye-employments.csv").read_bytes())
        key = {"column": "national_insurance_number", "normalisation": "compact"}
        self.list = self.publish(self.ben, "overdue-2026", "private",
                                 (files / "overdue-2026.csv").read_bytes(), key)

    def body(self, name, kind, country, area=""):
        return self.administrator.want(201, "POST", "/organisations",
                                       {"name": name, "kind": kind, "country": country,
                                        "area_code": area})["id"]

    def person(self, name, at, role):
        email = f"{name}@example.org"
        made = self.administrator.want(201, "POST", "/people",
                                       {"organisation": at, "name": f"{name} (synthetic)",
                                        "email": email})
        self.administrator.want(201, "POST", "/grants", {"subject": made["id"], "role": role,
                                                         "organisation": at})
        client = self.nobody.first_sign_in(made["link"], email)
        client.id = made["id"]
        return client

    def publish(self, who, short_name, visibility, content, key=None):
        dataset = who.want(201, "POST", "/datasets",
                           {"short_name": short_name, "title": short_name,
                            "description": "Synthetic.", "visibility": visibility})
        draft = who.want(201, "POST", f"/datasets/{dataset['id']}/drafts", content,
                         {"Content-Type": "text/csv"})
        columns = [{"name": each["name"], "confirmed": True} for each in draft["proposal"]]
        confirmation = {"columns": columns, **({"key": key} if key else {})}
        who.want(201, "POST", f"/drafts/{draft['summary']['id']}/publish", confirmation)
        return dataset["slug"]

    def document(self, power="dea-48", **places):
        text = EXAMPLE.read_text()
        values = {"dataset": self.data, "list": self.list, "recipient": self.ada.id,
                  "operator": OPERATOR, "power": power, "due": day(-200), "start": day(0),
                  "review": day(180), "end": day(364), **places}
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        return json.loads(text)

    def step(self, who, number, step, revision, status=200, body=None):
        return who.want(status, "POST", f"/requests/{number}/{step}", body,
                        {"If-Match": f'"{revision}"'})

    def in_review(self, document=None):
        """A request that the owner's approver has taken; its number."""
        number = self.ada.want(201, "POST", "/requests", document or self.document())["number"]
        self.step(self.ada, number, "submit", 1)
        self.step(self.olu, number, "take", 2)
        return number

    def in_force(self, document=None):
        """An agreement in force; its number."""
        number = self.in_review(document)
        decided = self.step(self.olu, number, "decision", 3,
                            body={"decision": "approve", "words": "It fits the purpose."})
        agreement = decided["agreement"]
        self.cyn.want(200, "POST", f"/agreements/{agreement}/countersign")
        return agreement
