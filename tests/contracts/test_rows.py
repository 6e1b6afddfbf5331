"""Reading many things from one file, with every fault and its line, and writing what no spreadsheet will run."""

from __future__ import annotations

import csv
import io

import pytest
from pydantic import Field

from studio.contracts.base import Input
from studio.contracts.rows import csv_text, read_rows
from studio.domain.errors import Invalid, TooLarge


class Thing(Input):
    name: str = Field(min_length=1)
    size: int = Field(0, strict=True, ge=0)
    fresh: bool = Field(False, strict=True)
    words: tuple[str, ...] = ()
    most: dict[str, int] = Field({})
    note: str | None = None


def read(text: str) -> list[tuple[int, Thing]]:
    found = read_rows(Thing, text, source="things")
    found.require("things")
    return found.rows


def faults_of(text: str) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        read(text)
    return refusal.value.faults


def test_reads_each_kind_of_cell() -> None:
    rows = read("name,size,fresh,words,most,note\nAna,7,yes,a; b,x=1; y=2,\n")

    assert rows == [(2, Thing(name="Ana", size=7, fresh=True, words=("a", "b"), most={"x": 1, "y": 2}))]


def test_reads_what_a_brazilian_spreadsheet_writes() -> None:
    rows = read('\ufeffname;size;words\r\nAna;7;"a; b"\r\n')

    assert rows == [(2, Thing(name="Ana", size=7, words=("a", "b")))]


def test_reads_json_lines_and_skips_empty_ones() -> None:
    rows = read('{"name": "Ana", "size": 1}\n\n{"name": "Bo\u2028b"}\n')

    assert rows == [(1, Thing(name="Ana", size=1)), (3, Thing(name="Bo\u2028b"))]


def test_tells_every_fault_with_the_line_it_begins_in() -> None:
    faults = faults_of('name,size\n"two\nlines",-1\nAna,1.5\nBob\n,3\nEve,True\nZoe,1\n')

    assert faults == [
        "line 2: size must be greater than or equal to 0",
        "line 4: size must be a valid integer",
        "line 5: has 1 cells, and the header 2",
        "line 6: name is missing",
        "line 7: size must be a valid integer",
    ]


@pytest.mark.parametrize("number", ["true", "1.0", "1e18", "NaN", '"1"', "null"])
def test_a_number_in_json_is_a_whole_number_and_nothing_like_one(number: str) -> None:
    assert len(faults_of(f'{{"name": "Ana", "size": {number}}}')) == 1


def test_faults_in_json_lines_stop_no_other_line() -> None:
    faults = faults_of('{"name": "A", "name": "B"}\n[1]\n{"name": "C", "colour": 1}\n{"name": NaN}\n{"name"\n')

    assert [fault.split(":")[0] for fault in faults] == ["line 1", "line 2", "line 3", "line 4", "line 5"]
    assert "given twice" in faults[0]
    assert faults[1] == "line 2: must be a JSON object"
    assert "colour is not a field" in faults[2]


def test_columns_nobody_knows_and_columns_that_come_twice_are_told() -> None:
    assert faults_of("name,colour,name\nAna,red,Bob\n") == [
        "line 1: the column 'name' is there twice",
        "line 1: 'colour' is not a column; there are name, size, fresh, words, most, note",
    ]


def test_a_quote_without_its_end_is_a_fault() -> None:
    assert faults_of('name\n"Ana\n') == ["line 2: unexpected end of data"]


@pytest.mark.parametrize("text", ["", "\n\n", "name,size\n"])
def test_a_file_with_nothing_in_it_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="There is nothing in things"):
        read(text)


def test_a_file_of_ten_megabytes_is_refused() -> None:
    with pytest.raises(TooLarge, match="larger than 1 MB"):
        read("name\n" + "a" * 10_000_000)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'quoted", "'=1", "plain", "a=b"])
def test_what_is_written_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    written = csv_text(("name", "note"), [("Ana", text)])

    cell = list(csv.reader(io.StringIO(written)))[1][1]
    assert not cell.startswith(("=", "+", "-", "@", "\t"))
    assert read(written)[0][1].note == text


def test_numbers_stay_numbers() -> None:
    assert csv_text(("size", "fresh"), [(-5, True)]) == "size,fresh\n-5,true\n"
