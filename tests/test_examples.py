"""The shell files in `examples/` do what they say, on a studio that has nothing yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.acceptance


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A fresh data folder, and a `studio` on the path that is this one."""
    program = tmp_path / "bin" / "studio"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m studio "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "STUDIO_DATA_DIR": str(tmp_path / "data")}


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_month_of_an_administrator_can_be_scripted_and_repeated(environment: dict[str, str]) -> None:
    script = str(ROOT / "examples" / "admin-month.sh")

    run(environment, "sh", script)
    told = run(environment, "sh", script)

    def asked(*arguments: str) -> Any:
        return json.loads(run(environment, "studio", *arguments, "--json"))

    people = {each["email"]: each for each in asked("admin", "users", "list")["data"]}
    assert {email: each["credits_remaining"] for email, each in people.items()} == {
        "ana@example.com": 525,
        "bia@example.com": 40,
        "rui@example.com": 0,
        "owner@localhost": 100,
    }
    assert people["ana@example.com"]["plan"] == "pro"
    assert people["rui@example.com"]["role"] == "admin"
    assert not asked("admin", "plans", "show", "trial")["active"]
    assert asked("admin", "settings", "show", "prices.image_generation")["data"][0]["value"] == 6
    trail = [each["action"] for each in asked("admin", "audit", "list", "--limit", "100")["data"]]
    assert (trail.count("credits.granted"), trail.count("credits.adjusted")) == (3, 1)
    assert "Every credit is accounted for." in told
