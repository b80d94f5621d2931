"""What tests of backup and restore share: the passphrase, and how a log is verified twice."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PASSPHRASE = "six words that dice have chosen"
WORDS = ("--passphrase-file", "passphrase")  # of the fixture "passphrase"


def verify_logs(program, home, *more):
    for log in ("register", "access"):
        words = ["--key", f"{home}/keys.json", "--log", f"{home}/log/{log}", *more]
        assert program("verify", *words).endswith("\nverified\n")
        subprocess.run([sys.executable, ROOT / "clients/verify.py", *words], cwd=program.folder,
                       check=True, stdout=subprocess.DEVNULL)
