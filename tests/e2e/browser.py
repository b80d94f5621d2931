"""Debian's Chromium, driven by the WebDriver protocol of the W3C over HTTP by any Python."""
import base64
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / "third_party/axe-core/axe.min.js"
DRIVER = "chromedriver"
STARTED = re.compile(r"started successfully on port (\d+)")
START_LIMIT_S = 30
REPLY_LIMIT_S = 60
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that the standard gives to a reference
TAB, ENTER, SPACE, DOWN = "\ue004", "\ue007", "\ue00d", "\ue015"

# Rules of WCAG 2.2 AA and good practice; the answer lists what is violated, by rule and place.
RUN_AXE = """
const done = arguments[0];
axe.run(document, {resultTypes: ["violations"]}).then(
  result => done(result.violations.map(
    each => [each.id, each.nodes.map(node => node.target.join(" ")).slice(0, 5)])),
  error => done([["axe itself", String(error)]]));
"""


def missing():
    """What these tests need and this machine has not, or nothing."""
    absent = [name for name in ("chromium", DRIVER) if not shutil.which(name)]
    if not AXE.exists():
        absent.append("third_party/axe-core")
    return " ".join(absent)


class Driver:
    """A running chromedriver, which starts browsers."""

    def __init__(self, log):
        self.process = subprocess.Popen([DRIVER, "--port=0", f"--log-path={log}"], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        watchdog = threading.Timer(START_LIMIT_S, self.process.kill)
        watchdog.start()
        started = (STARTED.search(line) for line in self.process.stdout)
        self.port = int(next(found[1] for found in started if found))
        watchdog.cancel()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_LIMIT_S)
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{answer['error']}: {answer['message'][:500]}")
        return answer

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=START_LIMIT_S)


class Browser:
    """One window of Chromium without a screen, and a profile of its own."""

    def __init__(self, driver, script=True):
        self.driver = driver
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                            "--disable-dev-shm-usage", "--window-size=1280,900"]}
        if not script:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options,
                        "goog:loggingPrefs": {"browser": "ALL"}}
        made = driver.ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = f"/session/{made['sessionId']}"

    def ask(self, method, path, body=None):
        return self.driver.ask(method, self.session + path, body)

    def close(self):
        self.driver.ask("DELETE", self.session)

    def open(self, url):
        self.ask("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.ask("GET", "/url")

    @property
    def title(self):
        return self.ask("GET", "/title")

    def await_title(self, title):
        """Until the page that a key or a click led to is there."""
        end = time.monotonic() + START_LIMIT_S
        while self.title != title:
            assert time.monotonic() < end, f"still at {self.title}, not at {title}"

    @property
    def source(self):
        return self.ask("GET", "/source")

    def run(self, script, *arguments):
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector):
        return self.ask("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]

    def text(self, selector):
        return self.ask("GET", f"/element/{self.find(selector)}/text")

    def click(self, selector):
        self.ask("POST", f"/element/{self.find(selector)}/click", {})

    def type_into(self, selector, text):
        self.ask("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def press(self, keys):
        """Keys as a keyboard gives them, to whatever has the focus."""
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "k", "actions": actions}]})

    def width(self, pixels):
        """Widths below 500 are no windows of Chromium's, so the page alone is told."""
        self.ask("POST", "/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": False}})

    def violations(self):
        self.run(AXE.read_text() + "\n;return true;")
        return self.ask("POST", "/execute/async", {"script": RUN_AXE, "args": []})

    def overflow(self):
        """By how many pixels the page is wider than its window."""
        return self.run("const page = document.documentElement;"
                        "return page.scrollWidth - page.clientWidth;")

    def complaints(self):
        """What the browser wrote to its console: requests that failed, what the policy blocked."""
        return [each["message"] for each in self.ask("POST", "/se/log", {"type": "browser"})]

    def picture(self, path):
        size = self.ask("POST", "/goog/cdp/execute",
                        {"cmd": "Page.getLayoutMetrics", "params": {}})["cssContentSize"]
        shot = self.ask("POST", "/goog/cdp/execute", {
            "cmd": "Page.captureScreenshot",
            "params": {"captureBeyondViewport": True,
                       "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"],
                                "scale": 1}}})["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(shot))
