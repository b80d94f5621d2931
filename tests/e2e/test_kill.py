"""kill -9 at a random moment under load: nothing acknowledged is missing."""
import secrets

from killing import Battered
from sharing_world import Sharing

KILLS = 20


def test_what_was_acknowledged_survives_every_kill(program, administrator, server):
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    battered = Battered(program, server, Sharing(program, administrator), seed)
    try:
        while battered.kills < KILLS:
            battered.kill_once()
        acknowledged = battered.look_at_all()
        # The load was one: each client did something, and all of it together much.
        assert battered.organisations and battered.requests and battered.receipts
        assert len(battered.versions) > 1
        assert acknowledged > KILLS * 5
        print(f"{acknowledged} acknowledged, {len(battered.versions)} of them versions")
    finally:
        battered.server.stop()
