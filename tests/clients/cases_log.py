"""Cases: bundles and tiles that were damaged, and older checkpoints."""
import os

from case_parts import (FORK, LOG, OLD, OTHER_ORIGIN, SINCE, SIZE, SIZES, append, both, case, cut,
                        drop, flip, folder_instead, grown, healthy, log_of, note, put, replace,
                        signed, swap)
from small_log import (SmallLog, access_leaf, access_log)

case("leaf/byte changed", 1, LOG, flip("log/tile/entries/001", 100), "tile/0/001")
case("leaf/byte changed in a partial bundle", 1, LOG, flip("log/tile/entries/002.p/88", -2),
     "tile/0/002.p/88")
case("leaf/length changed", 1, LOG, flip("log/tile/entries/001", 1), "001")
case("leaf/length runs over the end", 1, LOG, flip("log/tile/entries/002.p/88", -41), "002.p/88")
case("leaf/first and second in the other order", 1, LOG, replace(
    "log/tile/entries/000", *(b"".join(len(x).to_bytes(2, "big") + x for x in map(access_leaf,
        order))
                              for order in ((0, 1), (1, 0)))), "tile/0/000")
case("bundle/cut", 1, LOG, cut("log/tile/entries/000", 1), "tile/entries/000")
case("bundle/cut at a leaf", 1, LOG, cut("log/tile/entries/002.p/88", 2 + len(access_leaf(599))),
     "tile/entries/002.p/88")
case("bundle/empty", 1, LOG, put("log/tile/entries/000", b""), "tile/entries/000")
case("bundle/extra byte", 1, LOG, append("log/tile/entries/001", b"\0"), "tile/entries/001")
case("bundle/extra leaf", 1, LOG, append("log/tile/entries/002.p/88", b"\0\1x"),
     "tile/entries/002.p/88")
case("bundle/extra giant tail", 1, LOG,
     lambda folder: os.truncate(f"{folder}/log/tile/entries/001", 2**40), "tile/entries/001")
case("bundle/missing", 1, LOG, drop("log/tile/entries/001"), "tile/entries/001")
case("bundle/partial missing", 1, LOG, drop("log/tile/entries/002.p/88"), "tile/entries/002")
case("bundle/only a narrower partial", 1, LOG, both(
    drop("log/tile/entries/002.p/88"), put("log/tile/entries/002.p/87", b"")), "tile/entries/002")
case("bundle/full one missing, partial there", 1, LOG, both(
    drop("log/tile/entries/001"), put("log/tile/entries/001.p/255", b"\0\0" * 255)),
        "tile/entries/001")
case("bundle/a folder", 1, LOG, folder_instead("log/tile/entries/001"), "tile/entries/001")
case("bundle/two in the other order", 1, LOG, swap("log/tile/entries/000", "log/tile/entries/001"),
     "000")
case("bundles and tiles/two in the other order", 1, LOG, both(
    swap("log/tile/entries/000", "log/tile/entries/001"),
        swap("log/tile/0/000", "log/tile/0/001")), "tile/1/000")
case("tile/byte changed", 1, LOG, flip("log/tile/0/001", 77), "tile/0/001")
case("tile/byte changed in a partial one", 1, LOG, flip("log/tile/0/002.p/88", -1),
     "tile/0/002.p/88")
case("tile/byte changed at level 1", 1, LOG, flip("log/tile/1/000.p/2", 40), "tile/1/000.p/2")
case("tile/byte changed at level 1, full", 1, LOG, flip("log/tile/1/000", 8000), "tile/1/000",
     size=SIZES[-1])
case("tile/byte changed at level 1, second", 1, LOG, flip("log/tile/1/001.p/1", 0),
     "tile/1/001.p/1",
     size=SIZES[-1])
case("tile/byte changed at level 2", 1, LOG, flip("log/tile/2/000.p/1", 31), "tile/2/000.p/1",
     size=SIZES[-1])
case("tile/cut", 1, LOG, cut("log/tile/0/000", 1), "tile/0/000")
case("tile/cut at a hash", 1, LOG, cut("log/tile/0/002.p/88", 32), "tile/0/002.p/88")
case("tile/extra byte", 1, LOG, append("log/tile/0/000", b"x"), "tile/0/000")
case("tile/extra hash", 1, LOG, append("log/tile/0/002.p/88", b"x" * 32), "tile/0/002.p/88")
case("tile/giant", 1, LOG, lambda folder: os.truncate(f"{folder}/log/tile/0/000", 2**40),
     "tile/0/000")
case("tile/missing", 1, LOG, drop("log/tile/0/000"), "tile/0/000")
case("tile/missing, partial", 1, LOG, drop("log/tile/0/002.p/88"), "tile/0/002")
case("tile/missing at level 1", 1, LOG, drop("log/tile/1"), "tile/1/000")
case("tile/missing at level 2", 1, LOG, drop("log/tile/2"), "tile/2/000", size=SIZES[-1])
case("tile/full one missing, partial there", 1, LOG, both(
    drop("log/tile/0/001"), put("log/tile/0/001.p/255",
        lambda: b"".join(access_log(511).hashes[256:]))),
    "tile/0/001")
case("tile/wider partial with a changed hash", 1, LOG,
     both(grown(700), flip("log/tile/0/002.p/188", 0)), "tile/0/002.p/188")
case("tile/wider partial that is cut", 1, LOG,
     both(grown(700), cut("log/tile/0/002.p/188", 32)), "tile/0/002.p/188")
case("tile/full instead of partial, with an extra byte", 1, LOG,
     both(grown(800), append("log/tile/0/002", b"x")), "tile/0/002")
case("bundle/full instead of partial, with a changed leaf", 1, LOG,
     both(grown(800), flip("log/tile/entries/002", 10)), "tile/0/002")
case("bundle/full instead of partial, cut after our leaves", 1, LOG,
     both(grown(800), cut("log/tile/entries/002", 10)), "tile/entries/002")
case("log/truncated under a larger checkpoint", 1, LOG, both(
    log_of(lambda: access_log(OLD)), put("log/checkpoint", lambda: access_log(SIZE).checkpoint())),
        "tile")
case("log/forked under the old checkpoint", 1, LOG, both(
    log_of(lambda: FORK), put("log/checkpoint", lambda: access_log(SIZE).checkpoint())),
        "checkpoint")
case("log/empty folder", 1, LOG, both(drop("log"), lambda folder: os.mkdir(f"{folder}/log")),
     "checkpoint")

# --- Older checkpoints ----------------------------------------------------------------------------

case("since/byte changed in the size", 1, SINCE, replace("since", b"\n300\n", b"\n301\n"), "since")
case("since/signature changed", 1, SINCE, flip("since", -20), "since")
case("since/larger than the log", 1, SINCE, put("since", lambda: access_log(700).checkpoint()),
     "since")
case("since/of a fork", 1, SINCE, put("since", lambda: FORK.checkpoint(OLD)), "since")
case("since/of a fork of the same size", 1, SINCE, put("since", lambda: FORK.checkpoint()), "since")
case("healthy/since before the fork", 0, SINCE, put("since", lambda: FORK.checkpoint(100)))
case("since/just after the fork", 1, SINCE, put("since", lambda: FORK.checkpoint(101)), "since")
case("since/log was forked", 1, SINCE, log_of(lambda: FORK), "since")
case("since/log was cut and signed anew", 1, SINCE, log_of(lambda: access_log(200)), "since")
case("since/of another origin", 1, SINCE,
     put("since", lambda: SmallLog(OTHER_ORIGIN, access_log(OLD).leaves).checkpoint()), "since")
case("since/size 0 with another root", 1, SINCE, put("since", signed("0")), "since")
case("since/not a note", 1, SINCE, put("since", "hello"), "since")
case("since/giant", 1, SINCE, lambda folder: os.truncate(f"{folder}/since", 2**40), "since")
