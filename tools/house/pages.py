"""Rules of pages: one title each, linked from its index, and pictures made from what they show."""
import re
import textwrap
from typing import NamedTuple

from house.tree import Breach

UPDATE = "tools/tidy.py --update-pictures"
INDEXED = ("docs/formats", "docs/decisions")


def titles(tree):
    for source in tree.sources:
        if source.suffix == ".md":
            prose = re.sub(r"^\s*```.*?^\s*```", "", source.text, flags=re.M | re.S)
            count = len(re.findall(r"^# ", prose, re.M))
        elif source.suffix == ".html" and source.path.startswith("web/"):
            if source.name.startswith("_"):
                continue  # a part of pages
            count = len(re.findall(r"<h1\b", source.text))
        else:
            continue
        if count != 1:
            yield source.at(1, f"{count} main titles; give the page exactly one")


def indexes(tree):
    for folder in INDEXED:
        index = tree.get(f"{folder}/README.md")
        for source in tree.sources:
            inside, _, name = source.path.rpartition("/")
            if inside == folder and source.suffix == ".md" and source is not index:
                if not index or not re.search(rf"\]\((?:\./)?{re.escape(name)}[)#]", index.text):
                    yield source.at(1, f"link it from {folder}/README.md: [title]({name})")


# --- pictures: blocks between two marks, made from the files that they show -----------------------


class Picture(NamedTuple):
    path: str
    mark: str
    origin: str  # the file it is made from
    make: object  # text of the origin -> the block
    page: str = ""  # the page to begin with where there is none; empty: a person writes it

    @property
    def opening(self):
        return f"<!-- {self.mark}: made by {UPDATE} -->"

    @property
    def closing(self):
        return f"<!-- /{self.mark} -->"

    def drawn(self, page, block):
        """The page with the block between its marks, or None without marks."""
        before, opening, rest = page.partition(self.opening)
        _, closing, after = rest.partition(self.closing)
        if not closing:
            return None
        return f"{before}{opening}\n{block}{closing}{after}"


def floors_picture(text):
    rows = [line.split("#")[0].split() for line in text.splitlines()]
    rows = [row for row in rows if len(row) > 1]
    floors = {}
    for name, floor, *_ in rows:
        floors.setdefault(int(floor), []).append(name)
    width = max((len(name) for name, *_ in rows), default=0)
    lines = []
    for floor in sorted(floors, reverse=True):
        lines.append(f"{floor}  " + "  ".join(f"{name:{width}}" for name in floors[floor]).rstrip())
    lines.append("")
    for name, floor, *uses in sorted(rows, key=lambda row: -int(row[1])):
        start = f"{name:{width}} -> "
        lines += textwrap.wrap(start + (" ".join(uses) or "nothing"), 96,
                               subsequent_indent=" " * len(start))
    return "```text\n" + "\n".join(lines) + "\n```\n"


LITERALS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
ROW = re.compile(rf"\bErrorRow\{{\s*ErrorCode::\w+,\s*{LITERALS},\s*(\d+),\s*(\d+),\s*"
                 rf"{LITERALS},\s*{LITERALS},?\s*\}}")


def joined(literals):
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', literals)
    return re.sub(r"\\(.)", r"\1", "".join(parts)).replace("|", "\\|")


def errors_picture(text):
    lines = ["| Name | HTTP status | Exit code | What it means | What to do |",
             "|---|---|---|---|---|"]
    for name, status, code, title, remedy in ROW.findall(text):
        cells = (f"`{joined(name)}`", status, code, joined(title), joined(remedy))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


ERRORS_PAGE = """# Errors

Each refusal and failure has one name, which is the same on the command line, over HTTP and on the
pages. Over HTTP the name is the last part of the problem's type (RFC 9457).

"""

PICTURES = [
    Picture("ARCHITECTURE.md", "floors", "floors.txt", floors_picture),
    Picture("docs/errors.md", "errors", "src/base/errors.cc", errors_picture, ERRORS_PAGE),
]


def pictures(tree):
    for picture in PICTURES:
        origin, page = tree.get(picture.origin), tree.get(picture.path)
        if not origin:
            continue
        if not page:
            sentence = f"the page is missing; run {UPDATE}" if picture.page else (
                f"write the page, with the lines {picture.opening} and {picture.closing}")
            yield Breach(picture.path, 1, sentence)
            continue
        drawn = picture.drawn(page.text, picture.make(origin.text))
        if drawn is None:
            yield page.at(1, f"write the lines {picture.opening} and {picture.closing}")
        elif drawn != page.text:
            line = page.text[: page.text.index(picture.opening)].count("\n") + 1
            yield page.at(line, f"no longer shows {picture.origin}; run {UPDATE}")


def error_rows(tree):
    """Each row of the table must be of the form that the page is made from."""
    origin = tree.get("src/base/errors.cc")
    if origin:
        written = len(re.findall(r"\bErrorRow\{", origin.text))
        read = len(ROW.findall(origin.text))
        if written != read:
            yield origin.at(1, f"{written - read} of {written} rows cannot be read; write "
                               'ErrorRow{ErrorCode::kX, "name", status, exit code, "title", '
                               '"remedy"}')


def update_pictures(tree):
    for picture in PICTURES:
        origin, page = tree.get(picture.origin), tree.get(picture.path)
        text = page.text if page else picture.page
        if text and not page:
            text += f"{picture.opening}\n{picture.closing}\n"
        drawn = picture.drawn(text, picture.make(origin.text)) if origin else None
        if drawn and (not page or drawn != page.text):
            full = tree.root / picture.path
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text(drawn)
