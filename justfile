# List the recipes.
default:
    @just --list

# Everything a change must pass.
check: lint types contracts test

# Format the code.
format:
    ruff format studio tests
    ruff check --fix studio tests

# Look for mistakes and untidiness.
lint:
    ruff format --check studio tests
    ruff check studio tests

# Check the types, strictly.
types:
    mypy

# Check that the layers import downwards only.
contracts:
    lint-imports

# The everyday tests.
test *arguments:
    pytest {{arguments}}

# Every branch of the ledger and of authorization is tested.
covered:
    .ci/covered

# The long tests that CI runs too.
slow:
    pytest -m slow

# All there is to kill and to fuzz, for a night.
nightly:
    pytest -m nightly

# Measure what docs/performance.md says.
benchmark:
    python tests/benchmarks/render.py
    python tests/benchmarks/startup.py
