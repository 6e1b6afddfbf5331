"""CPU of starting studio, as multiples of `python -c pass`, all measured in turn within one run.

    python tests/benchmarks/startup.py [--rounds 21] [--json]

The medians of user plus system time are compared. Compiled bytecode must be there, as after an installation, so
PYTHONDONTWRITEBYTECODE is unset for the children and a first round is thrown away."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TABLES = "import sqlmodel, studio.db.models"


def commands() -> dict[str, list[str]]:
    # The console script without the shell around it: what `studio` on the PATH runs.
    studio = [sys.executable, "-c", "import sys; from studio.cli.main import main; sys.exit(main())"]
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "studio --version": [*studio, "--version"],
        "studio --help": [*studio, "--help"],
        "sqlmodel and the tables": [sys.executable, "-c", TABLES],
        "studio shorts list": [*studio, "shorts", "list"],
    }


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def measure(rounds: int, home: Path) -> dict[str, float]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"STUDIO_DATA_DIR": str(home), "XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    found: dict[str, list[float]] = {name: [] for name in commands()}
    for turn in range(rounds + 1):
        for name, command in commands().items():
            seconds = cpu_seconds(command, environment)
            if turn:
                found[name].append(seconds)
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        medians = measure(options.rounds, Path(folder))
    bare, tables = medians["python -c pass"], medians["sqlmodel and the tables"]
    rows = {
        name: {"cpu_ms": round(1000 * value, 1), "x_pass": round(value / bare, 2)} for name, value in medians.items()
    }
    rows["studio shorts list"]["x_tables"] = round(medians["studio shorts list"] / tables, 3)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for name, row in rows.items():
        print(f"{name:<26}" + "".join(f"{key} {value:<10}" for key, value in row.items()))


if __name__ == "__main__":
    main()
