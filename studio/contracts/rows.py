"""Many things from one file: CSV with a header, or JSON lines. Every fault is told with its line.

What is written for a spreadsheet cannot become a formula there, and comes back as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from types import NoneType
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from studio.contracts.definitions import faults_of
from studio.contracts.script_text import load_document
from studio.domain.errors import Invalid, StudioError, TooLarge
from studio.domain.text import safe

LARGEST_FILE_BYTES = 1024 * 1024
MOST_ROWS = 10_000

_Model = TypeVar("_Model", bound=BaseModel)
_Result = TypeVar("_Result")

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass
class Rows(Generic[_Model]):
    """What a file holds: each row with its line, and a sentence for everything that is wrong.

    Nobody should correct a file twice: what a row with a fault says besides is looked at as well."""

    rows: list[tuple[int, _Model]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    broken: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)
    """The fields of the rows that are no model."""

    def refuse(self, line: int, fault: str) -> None:
        self.faults.append((line, fault))

    def values(self, name: str) -> list[tuple[int, Any]]:
        """What every row has in this column, as far as it has any; in a broken row that may be anything."""
        sound = [(line, getattr(row, name)) for line, row in self.rows]
        broken = [(line, fields[name]) for line, fields in self.broken if fields.get(name) is not None]
        return sorted([*sound, *broken], key=itemgetter(0))

    def values_beside_faults(self, name: str) -> list[tuple[int, Any]]:
        """The same of the rows with a fault, which `take` does not come to."""
        wrong = self._wrong_lines()
        return [(line, value) for line, value in self.values(name) if line in wrong]

    def check(self, name: str, look: Callable[[str], object]) -> None:
        """Look at the text every row has in this column; what `look` raises is a fault of the line."""
        for line, value in self.values(name):
            try:
                if isinstance(value, str) and value.strip():
                    look(value)
            except StudioError as error:
                self.refuse(line, error.message)

    def refuse_repeated(self, name: str, *, ignores_case: bool = True) -> None:
        """Make a value that comes twice in this column a fault of the second line."""
        lines: dict[str, int] = {}
        for line, value in self.values(name):
            text = str(value).strip()
            first = lines.setdefault(text.lower() if ignores_case else text, line)
            if first != line:
                self.refuse(line, f"{text} stands in line {first} already")

    def take(self, source: str, change: Callable[[_Model], _Result]) -> list[_Result]:
        """What `change` makes of each row without a fault. What it raises is a fault of the line.

        Raises Invalid with every fault there is: call it inside a transaction, which then takes back the good rows."""
        wrong = self._wrong_lines()
        results = []
        for line, row in self.rows:
            if line in wrong:
                continue
            try:
                results.append(change(row))
            except StudioError as error:
                self.refuse(line, error.message)
        self.require(source)
        return results

    def require(self, source: str) -> None:
        """Raise Invalid with every fault in the order of the lines, if there is any."""
        if not self.faults:
            return
        faults = [f"line {line}: {safe(fault)}" for line, fault in sorted(self.faults, key=itemgetter(0))]
        hint = "Correct these lines and give the whole file again."
        raise Invalid(f"{source} was not taken: nothing was changed.", faults=faults, hint=hint)

    def _wrong_lines(self) -> set[int]:
        return {line for line, _ in self.faults}


def read_rows(model: type[_Model], text: str, *, source: str) -> Rows[_Model]:
    """The rows as models. Raises TooLarge for too much, Invalid for nothing at all; other faults are collected."""
    if len(text.encode("utf-8", "replace")) > LARGEST_FILE_BYTES:
        raise TooLarge(f"{source} is larger than 1 MB.", hint="Cut it into several files.")
    body = text.removeprefix("\ufeff")
    found: Rows[_Model] = Rows()
    is_json = body.lstrip().startswith("{")
    lines = _json_lines(body, found) if is_json else _csv_lines(body, model, found) if body.strip() else ()
    for line, fields in lines:
        try:
            found.rows.append((line, model.model_validate(fields)))
        except ValidationError as error:
            found.faults += [(line, fault) for fault in faults_of(error, model)]
            found.broken.append((line, fields))
    if not found.rows and not found.faults:
        raise Invalid(f"There is nothing in {source}.", hint="Give CSV with a header, or a JSON object a line.")
    if len(found.rows) > MOST_ROWS:
        raise TooLarge(
            f"{source} has {len(found.rows)} rows; {MOST_ROWS} go at once.", hint="Cut it into several files."
        )
    return found


def _json_lines(text: str, found: Rows[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    # Not splitlines(): it also cuts at separators that JSON allows inside a text.
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        if not content.lstrip().startswith("{"):
            found.refuse(line, "must be a JSON object")
            continue
        try:
            yield line, load_document(content, source=f"line {line}")
        except Invalid as error:
            found.refuse(line, str(error.__cause__))


def _csv_lines(text: str, model: type[BaseModel], found: Rows[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    first_line, _, _ = text.partition("\n")
    # Spreadsheets write semicolons where the comma is a decimal mark, as in Brazil.
    delimiter = ";" if ";" in first_line and "," not in first_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_header(names, model, found)
        if found.faults:
            return
        yield from _csv_rows(reader, names, model, found)
    except csv.Error as error:
        found.refuse(reader.line_num, str(error))


def _check_header(names: Sequence[str], model: type[BaseModel], found: Rows[Any]) -> None:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            found.refuse(1, f"the column {name[:60]!r} is there twice")
        if name not in model.model_fields:
            found.refuse(1, f"{name[:60]!r} is not a column; there are {', '.join(model.model_fields)}")


def _csv_rows(
    reader: Any, names: Sequence[str], model: type[BaseModel], found: Rows[Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    line = reader.line_num + 1
    for cells in reader:
        if len(cells) == len(names):
            yield line, _fields(dict(zip(names, cells, strict=True)), model)
        elif cells:
            found.refuse(line, f"has {len(cells)} cells, and the header {len(names)}")
        line = reader.line_num + 1


def _fields(cells: dict[str, str], model: type[BaseModel]) -> dict[str, Any]:
    """The cells as JSON would have them; an empty cell is a field that is left out."""
    kinds = {name: _kind(model.model_fields[name].annotation) for name in cells}
    return {name: _value(_unguarded(cell.strip()), kinds[name]) for name, cell in cells.items() if cell.strip()}


def _kind(annotation: Any) -> Any:
    """The plain type: without `| None`, and without what pydantic annotates it with."""
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if NoneType in get_args(annotation):
        return _kind(kinds[0])
    plain = kinds[0] if get_origin(annotation) is Annotated else annotation
    return get_origin(plain) or plain


def _value(cell: str, kind: Any) -> Any:
    """The cell as this kind of value; one that is none stays text, and the model says what is wrong with it."""
    if kind is int:
        return int(cell) if _WHOLE_NUMBER.fullmatch(cell) else cell
    if kind is bool:
        return _TRUTHS.get(cell.lower(), cell)
    if kind is tuple:
        return [part.strip() for part in cell.split(";") if part.strip()]
    if kind is dict:
        return named_numbers(part for part in cell.split(";") if part.strip())
    return cell


def named_numbers(pairs: Iterable[str]) -> dict[str, Any]:
    """`characters=20` and the like as a map; what is no whole number stays text for the model to refuse."""
    parts = [pair.partition("=") for pair in pairs]
    return {name.strip(): _value(number.strip(), int) for name, _, number in parts}


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The rows as CSV that a spreadsheet takes for data only. Lists are joined by semicolons, as they are read."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return _guarded("; ".join(f"{name}={inner}" for name, inner in value.items()))
    return _guarded("; ".join(str(inner) for inner in value) if isinstance(value, list) else str(value))


def _guarded(text: str) -> str:
    # An apostrophe of one's own gets one too, so that reading takes away only what writing added.
    return f"'{text}" if text.startswith((*_FORMULA_STARTS, "'")) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith(tuple(f"'{start}" for start in (*_FORMULA_STARTS, "'"))) else cell
