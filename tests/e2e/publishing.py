"""A publisher at the pages: adds datasets, uploads files, checks and publishes them."""
import re
import secrets

DRAFT = re.compile(r"^/datasets/([a-z0-9-]+)/drafts/[0-9a-f]{32}$")


def upload_body(token, content, boundary=None, file_name="upload.csv"):
    """As a browser writes it, and its Content-Type."""
    boundary = boundary or "----" + secrets.token_hex(12)
    head = (f'--{boundary}\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{file_name}"\r\nContent-Type: text/csv\r\n\r\n')
    return (head.encode() + content + f"\r\n--{boundary}--\r\n".encode(),
            f"multipart/form-data; boundary={boundary}")


class Publisher:
    """A visitor who holds the role, at the pages of datasets."""

    def __init__(self, story, account_url, visitor):
        given = story.ira.submit(f"{account_url}/roles/new", role="publisher")
        assert given.status == 303, given.text
        self.visitor = visitor

    def add(self, title, short_name, visibility="public", description="One row for each job"):
        made = self.visitor.submit("/datasets/new", title=title, short_name=short_name,
                                   description=description, visibility=visibility)
        assert made.status == 303, made.text
        return made.headers["Location"].removesuffix("/upload?done=dataset")

    def upload(self, dataset, content, **how):
        page = self.visitor.get(f"{dataset}/upload")
        token = dict(page.reader.forms[f"{dataset}/upload"])["form_token"]
        body, kind = upload_body(token, content, **how)
        return self.visitor.ask("POST", f"{dataset}/upload", body, {
            "Content-Type": kind, "Origin": f"http://127.0.0.1:{self.visitor.port}"})

    def draft(self, dataset, content):
        sent = self.upload(dataset, content)
        assert sent.status == 303, sent.text
        assert DRAFT.match(sent.headers["Location"])
        return sent.headers["Location"]

    def publish(self, draft, **fields):
        return self.visitor.submit(draft, confirm="yes", **fields)

    def publish_file(self, dataset, content, **fields):
        done = self.publish(self.draft(dataset, content), **fields)
        assert done.status == 303, done.text
        return done.headers["Location"]
