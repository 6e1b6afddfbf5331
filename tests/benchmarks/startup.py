"""CPU of starting studio, as multiples of `python -c pass`, all measured in turn within one run.

    python tests/benchmarks/startup.py [--rounds 21] [--instructions] [--json]

The medians of user plus system time are compared; what `shorts list` takes beside the tables is the median of each
round's own ratio, as the two then ran within the same two seconds. With --instructions valgrind counts what the two
execute: the same on every machine, however loaded. Compiled bytecode must be there, as after an installation, so
PYTHONDONTWRITEBYTECODE is unset for the children and a first round is thrown away."""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TABLES_NAME, LIST_NAME = "sqlmodel and the tables", "studio shorts list"
TABLES = "import sqlmodel, studio.db.models"


def commands() -> dict[str, list[str]]:
    # The console script without the shell around it: what `studio` on the PATH runs.
    studio = [sys.executable, "-c", "import sys; from studio.cli.main import main; sys.exit(main())"]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "studio --version": [*studio, "--version"],
        "studio --help": [*studio, "--help"],
        TABLES_NAME: [sys.executable, "-c", TABLES],
        LIST_NAME: [*studio, "shorts", "list"],
    }


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def instructions(command: list[str], environment: dict[str, str]) -> int:
    counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    report = subprocess.run(counted, check=True, capture_output=True, text=True, env=environment).stderr
    found = re.search(r"refs:\s+([\d,]+)", report)
    assert found is not None, report
    return int(found[1].replace(",", ""))


def clean(home: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    folders = {"STUDIO_DATA_DIR": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    return environment | folders | {"PYTHONHASHSEED": "0"}


def measure(rounds: int, environment: dict[str, str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in commands()}
    for turn in range(rounds + 1):
        for name, command in commands().items():
            seconds = cpu_seconds(command, environment)
            if turn:
                found[name].append(seconds)
    return found


def count(environment: dict[str, str]) -> None:
    for command in (commands()[TABLES_NAME], commands()[LIST_NAME]):
        cpu_seconds(command, environment)
    tables, listed = (instructions(commands()[name], environment) for name in (TABLES_NAME, LIST_NAME))
    print(f"{TABLES_NAME} {tables:,} instructions, {LIST_NAME} {listed:,}: x_tables {listed / tables:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.instructions:
            return count(clean(Path(folder)))
        found = measure(options.rounds, clean(Path(folder)))
    medians = {name: statistics.median(values) for name, values in found.items()}
    bare = medians["python -c pass"]
    rows = {
        name: {"cpu_ms": round(1000 * value, 1), "x_pass": round(value / bare, 2)} for name, value in medians.items()
    }
    ratios = [listed / tables for listed, tables in zip(found[LIST_NAME], found[TABLES_NAME], strict=True)]
    rows[LIST_NAME]["x_tables"] = round(statistics.median(ratios), 3)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        print(f"{name:<26}" + "".join(f"{key} {value:<10}" for key, value in row.items()))


if __name__ == "__main__":
    main()
