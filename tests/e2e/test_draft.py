"""`tabularium draft`: files of strangers, read by a real sandboxed worker.

All people are synthetic."""
# Tests of: draft_command.cc, program_path.cc, worker_kinds.cc
import json
import random

import pytest

HEADER = ("nino,full_name,date_of_birth,postcode,email,gross_pay,tax_year,start_date,employer_name,"
          "account,active")
ROWS = 5_000
STRAY_ROW = 4_321


def people(rows=ROWS):
    """Synthetic people: NINO prefix QQ, postcode area ZZ, example.org; one date does not exist."""
    chance = random.Random(1)
    lines = [HEADER]
    for row in range(1, rows + 1):
        born = f"{chance.randint(1950, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        start = "31/02/2024" if row == STRAY_ROW else f"{chance.randint(13, 28)}/03/2024"
        lines.append(",".join([
            f"QQ{chance.randrange(10**6):06}{chance.choice('ABCD')}", f"Synthetic Person {row}",
            born, f"ZZ{chance.randint(1, 99)} {chance.randint(1, 9)}AA", f"person{row}@example.org",
            f"{chance.randint(9_000, 90_000)}.{chance.randint(0, 99):02}", "2025-26", start,
            chance.choice(["Ambleford District Council", "Acme Widgets Ltd"]),
            f"{chance.randrange(10**5):08}", chance.choice(["yes", "no"])]))
    return "\n".join(lines) + "\n"


def draft_of(program, name):
    return json.loads(program("draft", "--json", name))[0]["draft"]


def test_every_column_has_its_type_class_and_treatments(program):
    (program.folder / "people.csv").write_text(people())
    draft = draft_of(program, "people.csv")
    assert draft["rows"] == ROWS
    columns = {column["name"]: column for column in draft["columns"]}
    assert list(columns) == HEADER.split(",")
    types = {name: column["type"]["name"] for name, column in columns.items()}
    assert types["date_of_birth"] == "date"
    assert types["gross_pay"] == "decimal(18,2)"
    assert types["active"] == "boolean"
    assert types["account"] == "string"  # leading zeros
    assert types["start_date"] == "string"  # one date does not exist
    stray = columns["start_date"]["remarks"][0]
    assert stray["code"] == "stray-values"
    assert stray["first"] == [{"characters": 10, "row": STRAY_ROW}]
    for name in ("nino", "full_name", "date_of_birth", "postcode", "email"):
        assert columns[name]["class"]["name"] == "personal", name
    assert columns["nino"]["treatments"] == ["token"]
    assert columns["employer_name"]["class"]["name"] == "public"


def test_no_value_of_a_personal_column_leaves_the_worker(program):
    text = people(200)
    (program.folder / "people.csv").write_text(text)
    told = program("draft", "people.csv") + program("draft", "--json", "people.csv")
    for line in text.split("\n")[1:-1]:
        nino, name, _, postcode, email, *_ = line.split(",")
        assert not any(value in told for value in (nino, name, postcode, email))


@pytest.mark.parametrize("name,data,words", [
    ("empty.csv", b"", "The file is empty"),
    ("header.csv", b"a,b\n", "no rows"),
    ("ragged.csv", b"a,b\n1,2\n1,2,3\n", "row 2 has 3"),
    ("quote.csv", b'a,b\n1,"x\n2,y\n', "never closed"),
    ("utf16.csv", "a,b\n1,2\n".encode("utf-16"), "UTF-16"),
    ("latin.csv", "a,b\n1,café\n".encode("windows-1252"), "Windows-1252"),
    ("bytes.csv", b"a,b\n1,\xc3\x28\n", "UTF-8"),
    ("zero.csv", b"a,b\n1,\0\n", "zero byte"),
    ("twice.csv", b"a,A\n1,2\n", "letters"),
    ("noname.csv", b"a,\n1,2\n", "name"),
    ("book.xlsx", b"PK\x03\x04" + bytes(100), "spreadsheet"),
    ("cut.parquet", b"PAR1" + bytes(100), "Parquet"),
    ("lie.parquet", b"PAR1" + bytes(60) + b"\xff\xff\xff\x7fPAR1", "Parquet"),
])
def test_bad_files_are_refused_with_place_and_remedy(program, name, data, words):
    (program.folder / name).write_bytes(data)
    told = program("draft", name, expected=2)
    assert words in told and told.rstrip().endswith("."), told


def test_names_with_quotes_newlines_and_marks_are_shown_safely(program):
    name = 'he said ""x""\n\u202etxt'
    (program.folder / "names.csv").write_text(f'"{name}",plain\n1,2\n')
    told = program("draft", "names.csv")
    assert "\u202e" not in told
    column = draft_of(program, "names.csv")["columns"][0]
    assert column["name"] == 'he said "x"\n\u202etxt' and "\n" not in column["shown_name"]


def test_one_bad_file_does_not_hide_the_others(program):
    (program.folder / "good.csv").write_text("a,b\n1,2\n")
    told = program("draft", "absent.csv", "good.csv", expected=3)
    assert "absent.csv" in told
    assert "1 rows, 2 columns" in program("draft", "good.csv")


def test_a_worker_by_itself_is_of_no_use(program):
    program("worker", expected=2)
