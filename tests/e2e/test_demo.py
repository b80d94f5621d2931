"""The demonstration, played whole by the real binary over HTTP."""
# Tests of: demo.cc demo_asking.cc demo_sharing.cc demo_story.cc background_child.cc
import json

PLAYERS = ("ira", "noor", "olu", "ada", "ben", "cyn")


def test_the_story_is_played_and_told(program):
    told = program("demo", "--exit", "--home", "story", "--rows", "6000")
    assert told.rstrip().splitlines()[-1].startswith("story complete")
    for person in PLAYERS:
        assert f"    {person}: " in told
    assert "version 2 stands with 6000 rows" in told
    assert "the stream was cut" in told and "extracts on the disk: 0" in told
    assert "rules refuse this" in told and "no rule refuses this" in told
    assert "\n      verified\n" in told and "      not verified: " in told
    log = (program.folder / "story/server.log").read_text()
    assert all(json.loads(line)["level"] == "info" for line in log.splitlines())


def test_no_secret_is_in_the_transcript(program):
    told = program("demo", "--exit", "--home", "story", "--rows", "5000")
    assert "a password of the demonstration" not in told
    assert "tab_" not in told


def test_a_place_that_is_taken_is_refused(program):
    (program.folder / "story").mkdir()
    assert "already" in program("demo", "--exit", "--home", "story", expected=5)
