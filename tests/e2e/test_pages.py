"""The pages, by what a browser would send: addresses, headers, the register and its receipts."""
# Tests of: site.cc desk.cc start_pages.cc register_pages.cc access.cc
import html
import json
import re
import subprocess
import sys

from running import ADMINISTRATOR, Server
from story import links_of
from visitor import Visitor


def pages_from(visitor, begin, limit=200):
    """Every page that can be reached by links, as (path, reply)."""
    waiting, seen = [begin], {}
    while waiting and len(seen) < limit:
        path = waiting.pop()
        if path not in seen:
            seen[path] = visitor.get(path)
            is_page = seen[path].headers.get("Content-Type", "").startswith("text/html")
            waiting += sorted(links_of(seen[path].text)) if is_page else []
    assert len(seen) < limit
    return seen


def test_every_link_of_every_page_leads_somewhere(story, nobody):
    story.ira.submit(f"{story.asha_url}/roles/new", role="explorer")
    machine = story.machine()
    story.ira.submit(f"{machine}/roles/new", role="publisher")
    story.ira.submit(f"{machine}/tokens/new", name="nightly", scopes=["publish"], expires="7")
    story.ira.submit("/account/tokens/new", name="mine", scopes=["read"], expires="7")
    for visitor, least in ((nobody, 15), (story.ira, 40)):
        # Sign-out is a form; to load it is no page.
        pages = pages_from(visitor, "/")
        pages.pop("/sign-out", None)
        assert len(pages) > least
        for path, page in pages.items():
            assert page.status == 200, (path, page.status)


def test_every_reply_keeps_strangers_out(story, nobody):
    paths = ["/", "/sign-in", "/nothing", "/admin", "/register-log/0", "/favicon.ico", "/verify.py",
             "/register-log/0.json", "/set-password"]
    for reply in [nobody.ask("GET", path) for path in paths] + [story.ira.get("/account")]:
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert len(reply.headers.get_all("Content-Security-Policy")) == 1
    assert story.ira.get("/").headers["Cache-Control"] == "no-store"
    assert nobody.get("/").headers["Cache-Control"] == "no-cache"
    assert nobody.get("/").headers["Vary"] == "Cookie"
    assert nobody.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_assets_stay_for_good_and_no_page_asks_for_more(nobody):
    page = nobody.get("/").text
    assets = [path for path in links_of(page) if path.startswith("/assets/")]
    assert len(assets) == 3
    for path in assets:
        reply = nobody.get(path)
        assert "immutable" in reply.headers["Cache-Control"]
        assert "url(/assets/fonts" not in reply.text
    assert nobody.get(assets[0].replace("/assets/", "/assets/0")).status == 404
    assert "<script" not in page and " style=" not in page


def test_a_demonstration_says_so_on_every_page_and_a_real_home_does_not(program, nobody, server):
    for path in ("/", "/sign-in", "/nothing", "/register-log"):
        assert "Every person, council, decision and figure shown" in nobody.get(path).text
    server.stop()
    program("init", "--home", "real", "--origin", "real.example.org", "--organisation", "Real",
            "--administrator-email", ADMINISTRATOR)
    again = Server(program, home="real")
    assert "made up" not in Visitor(again.port).get("/").text
    again.stop()


def test_addresses_that_take_no_such_method(story, nobody):
    refused = nobody.post("/", {})
    assert refused.status == 405 and refused.headers["Allow"] == "GET, HEAD, POST"
    assert nobody.ask("GET", "/sign-out").status == 405
    assert nobody.ask("DELETE", "/account").status == 405
    assert nobody.ask("HEAD", "/").body == b""


def test_what_one_may_not_know_of_is_what_does_not_exist(story, nobody):
    other = story.organisation("Elsewhere Council")
    sam_url, sam = story.person("sam@example.org", "Sam Example (synthetic)", other)
    paths = ["/nothing", "/admin", "/admin/organisations/new", other, story.council, sam_url,
             f"{other}/people/new", "/admin/organisations/none-000000", "/register-log/99999",
             "/register-log/99999.json", "/register-log/x", f"{sam_url}/roles/new",
             "/account/tokens/" + "0" * 32 + "/withdraw"]
    replies = [story.asha.ask("GET", path) for path in paths]
    assert {reply.status for reply in replies} == {404}
    assert len({reply.body for reply in replies}) == 1
    for reply in replies:
        del reply.headers["Date"]
    assert len({str(reply.headers.items()) for reply in replies}) == 1
    # Whoever is not signed in is asked to, whether the address exists or not.
    for path in (other, "/admin/organisations/none-000000"):
        reply = nobody.ask("GET", path)
        assert reply.status == 303 and reply.headers["Location"] == f"/sign-in?return={path}"
    # An administrator of a council knows their own alone.
    story.ira.submit(f"{sam_url}/roles/new", role="administrator")
    assert sam.get(other).status == 200
    assert sam.get(story.council).body == sam.get("/nothing").body
    assert sam.get("/admin").body == sam.get("/nothing").body


def test_a_receipt_is_what_both_verifiers_accept(program, story, nobody):
    size = story.log_size()
    page = nobody.get(f"/register-log/{size - 1}").text
    assert f"Entry {size - 1} of {size}, counted from 0." in page
    folder = program.folder
    for name in ("verify.py", "keys.json"):
        (folder / name).write_bytes(nobody.get(f"/{name}").body)
    receipt = f"receipt-{size - 1}.json"
    saved = nobody.get(f"/register-log/{size - 1}.json")
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{receipt}"'
    (folder / receipt).write_bytes(saved.body)
    command = html.unescape(re.search(r"<code>(python3 verify\.py.*?)</code>", page, re.S)[1])
    words = command.replace("\\\n", " ").split()
    done = subprocess.run([sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True,
                          check=True)
    assert done.stdout.strip() == "verified: receipts 1" and done.stdout.strip() in page
    assert program("verify", "--key", "keys.json", "--receipt", receipt).endswith("\nverified\n")
    (folder / receipt).write_bytes(saved.body.replace(b"ambleford", b"amb1eford"))
    bad = subprocess.run([sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True,
                         check=False)
    assert bad.returncode == 1
    told = html.unescape(re.search(r"<code>(not verified: .*?)</code>", page)[1])
    assert told in bad.stdout + bad.stderr


def test_the_proof_of_a_page_is_that_of_its_receipt(story, nobody):
    size = story.log_size()
    for index in range(size):
        page = nobody.get(f"/register-log/{index}").text
        proof = json.loads(nobody.get(f"/register-log/{index}.json").text)["entries"][0]
        listed = re.findall(r'neighbour: .*?tab-break">([0-9a-f]{64})<', page)
        assert len(listed) == len(proof["proof"]) == page.count('class="l"')
        proved = nobody.get(f"/register-log/{index}.tlog-proof").text
        assert proved.startswith("c2sp.org/tlog-proof@v1\n") and f"\nindex {index}\n" in proved
        assert html.escape(proof["leaf"]) in page


def test_the_register_log_is_shown_in_pages(story, nobody):
    for number in range(60):
        story.ira.submit("/admin/organisations/new", name=f"Council {number}", kind="other")
    size = story.log_size()
    first = nobody.get("/register-log").text
    assert f"{size} entries, newest first" in first and "Newer entries" not in first
    older = html.unescape(re.search(r'href="([^"]+)">Older entries', first)[1])
    second = nobody.get(older).text
    assert "Newer entries" in second and 'href="/register-log/0"' in second
    for wrong in ("0", "x", "99999"):
        assert nobody.get(f"/register-log?before={wrong}").status == 404


def test_a_damaged_store_still_leaves_a_page_that_says_so(program, story, nobody):
    databases = [path for path in (program.folder / "home/store").iterdir() if path.is_file()]
    for path in databases:
        path.write_bytes(b"\0" * path.stat().st_size)
    replies = [story.ira.ask("GET", path) for path in ("/admin", "/account", "/")]
    for reply in replies:
        assert reply.status in (500, 503)
        assert "<h1" in reply.text and "Signed in as" not in reply.text
