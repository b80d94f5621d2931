"""A server under load, killed at random moments; what it acknowledged is looked for afterwards.

Four clients write and read at once: one adds organisations, one drafts requests, one publishes
versions, one queries (which makes an extract for each new version). At a random moment the server
is killed (SIGKILL), with all its workers. The next one must have everything that was acknowledged,
its log must have grown out of the one before, and a query must give all rows of the extract,
whatever was being made.
"""
import http.client
import random
import shutil
import signal
import threading

from running import Client, Server

PURPOSE = "council-tax-recovery"
QUERY = {"sql": "SELECT count(*) AS jobs FROM paye_employments", "purpose": PURPOSE}
MOST_USES = 100_000
LEAST_S = 0.02
GREATEST_S = 2.5
CSV = {"Content-Type": "text/csv"}
GONE = (OSError, http.client.HTTPException, ValueError)


class Battered:
    """One share of data whose server is killed again and again."""

    def __init__(self, program, server, sharing, seed):
        self.program = program
        self.server = server
        self.sharing = sharing
        self.random = random.Random(seed)
        self.agreement = self.put_in_force()
        self.matching = self.query().pop()
        self.dataset = sharing.nobody.want(200, "GET", f"/datasets/{sharing.data}")["id"]
        files = program.folder / "files"
        head, *rows = (files / "paye-employments.csv").read_bytes().splitlines(keepends=True)
        self.head, self.rows = head, rows
        # What was acknowledged, each kind by one client.
        self.organisations = []
        self.requests = []
        self.versions = [1]
        self.receipts = []
        self.wrong = []
        self.kills = 0

    def clients(self):
        sharing = self.sharing
        return [each for each in vars(sharing).values() if isinstance(each, Client)]

    def put_in_force(self):
        """An agreement with as many uses a day as may be; its number."""
        document = self.sharing.document()
        document["policy"]["uses_per_day"] = MOST_USES
        number = self.sharing.in_review(document)
        decided = self.sharing.step(self.sharing.olu, number, "decision", 3,
                                    body={"decision": "approve", "words": "It fits."})
        self.sharing.cyn.want(200, "POST", f"/agreements/{decided['agreement']}/countersign")
        return decided["agreement"]

    # --- the load ---

    def query(self):
        """The counts of the reply; its receipt is kept."""
        response, answer = self.sharing.ada.ask(
            "POST", f"/api/v1/agreements/{self.agreement}/query", QUERY,
            {"Accept": "application/json"})
        assert response.status == 200, answer
        (counts,) = answer["rows"]
        if hasattr(self, "receipts"):
            self.receipts.append(response.getheader("Tabularium-Receipt"))
        return counts

    def add_organisation(self):
        name = f"Killed Parish Council {len(self.organisations)}"
        made = self.sharing.administrator.want(201, "POST", "/organisations",
                                               {"name": name, "kind": "parish-council",
                                                "country": "england"})
        self.organisations.append(made["id"])

    def draft_request(self):
        made = self.sharing.ada.want(201, "POST", "/requests", self.document)
        self.requests.append((made["number"], 1))
        self.sharing.step(self.sharing.ada, made["number"], "submit", 1)
        self.requests[-1] = (made["number"], 2)

    def publish_version(self):
        turn = self.random.randrange(len(self.rows))  # the same rows in another order
        content = self.head + b"".join(self.rows[turn:] + self.rows[:turn])
        noor = self.sharing.noor
        draft = noor.want(201, "POST", f"/datasets/{self.dataset}/drafts", content, CSV)
        columns = [{"name": each["name"], "confirmed": True} for each in draft["proposal"]]
        made = noor.want(201, "POST", f"/drafts/{draft['summary']['id']}/publish",
                         {"columns": columns})
        self.versions.append(made["summary"]["number"])

    def check_query(self):
        counts = self.query()
        if counts != [self.matching]:
            self.wrong.append(counts)

    def work(self, act, stop):
        while not stop.is_set():
            try:
                act()
            except GONE:
                if self.server.process.poll() is None:
                    continue  # between the kill and its being seen
                return
            except AssertionError as error:
                self.wrong.append(str(error)[:500])
                return

    # --- one kill ---

    def kill_once(self):
        self.document = self.sharing.document()
        stop = threading.Event()
        acts = (self.add_organisation, self.draft_request, self.publish_version, self.check_query)
        threads = [threading.Thread(target=self.work, args=(act, stop)) for act in acts]
        for thread in threads:
            thread.start()
        stop.wait(self.random.uniform(LEAST_S, GREATEST_S))
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.communicate(timeout=20)
        stop.set()
        for thread in threads:
            thread.join(60)
        self.kills += 1
        self.server = Server(self.program)
        for client in self.clients():
            client.port = self.server.port
        self.look()

    def look(self):
        """Everything acknowledged is there, and nothing that came of the kill is given out."""
        assert not self.wrong, self.wrong
        self.check_query()
        assert not self.wrong, self.wrong
        nobody, ada = self.sharing.nobody, self.sharing.ada
        for organisation in self.organisations[-5:]:
            self.sharing.administrator.want(200, "GET", f"/organisations/{organisation}")
        for number, revision in self.requests[-5:]:
            assert ada.want(200, "GET", f"/requests/{number}")["revision"] >= revision
        for version in self.versions[-5:]:
            nobody.want(200, "GET", f"/datasets/{self.dataset}/versions/{version}")
        for receipt in self.receipts[-5:]:
            assert ada.want(200, "GET", f"/receipts/{receipt}")["entries"]
        self.verify()

    def verify(self):
        """Both logs are whole and have grown out of what they were after the last kill."""
        home = self.program.folder / "home"
        for log in ("register", "access"):
            kept = self.program.folder / f"{log}-checkpoint"
            words = ["verify", "--key", "home/keys.json", "--log", f"home/log/{log}"]
            said = self.program(*words, *(["--since", kept] if kept.exists() else []))
            assert said.endswith("verified\n"), said
            shutil.copy(home / "log" / log / "checkpoint", kept)

    def look_at_all(self):
        """The whole of what was acknowledged, once at the end."""
        for organisation in self.organisations:
            self.sharing.administrator.want(200, "GET", f"/organisations/{organisation}")
        for number, revision in self.requests:
            assert self.sharing.ada.want(200, "GET", f"/requests/{number}")["revision"] >= revision
        for version in self.versions:
            self.sharing.nobody.want(200, "GET", f"/datasets/{self.dataset}/versions/{version}")
        for receipt in self.receipts:
            assert self.sharing.ada.want(200, "GET", f"/receipts/{receipt}")["entries"]
        return (len(self.organisations) + len(self.requests) + len(self.versions)
                + len(self.receipts))
