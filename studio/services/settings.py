"""Administrators' settings: reading what is in force, and changing it all at once or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from studio.contracts.settings import (
    DEFINITIONS,
    LOCAL,
    SECTIONS,
    AdminSettings,
    ChangeSettings,
    Definition,
    ImportSettings,
    SettingChange,
    SettingsChange,
    SettingsFile,
    SettingsView,
    SettingView,
    Value,
    definition_of,
    permille_of,
)
from studio.contracts.settings_file import parse_settings, settings_text
from studio.db.models.admin_setting import AdminSetting
from studio.domain.clock import moment
from studio.domain.credits import PERMILLE, FeatureKey, Price, price
from studio.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from studio.domain.text import safe
from studio.services.administrators import is_studio_of_one
from studio.services.audit import Subject, audit, changed_by
from studio.services.base import Service

CAP = "limits.adjustment_credits"


@dataclass(frozen=True)
class Prices:
    """The prices in force: credits for a unit of each feature, and each model's factor in thousandths."""

    credits: Mapping[FeatureKey, int]
    multipliers_permille: Mapping[str, int]

    def of(self, feature: FeatureKey, quantity: int = 1, *, model: str) -> Price:
        """What the model's work costs. `local` stands for every model on this machine and costs nothing."""
        multiplier = 0 if model == LOCAL else self.multipliers_permille.get(model, PERMILLE)
        return price(feature, quantity, multiplier_permille=multiplier, prices=self.credits)


def prices_in_force(session: Session) -> Prices:
    """The prices to charge now; what is charged keeps the price it was charged at."""
    values = _values(session)
    return Prices(
        credits={feature: values[f"prices.{feature}"] for feature in FeatureKey},
        multipliers_permille={
            key.partition(".")[2]: int(permille_of(value))
            for key, value in values.items()
            if key.startswith("multipliers.")
        },
    )


def default_model(session: Session, medium: str) -> str:
    """The model for `text`, `image`, `video`, `speech` or `music` where a person named none."""
    return str(_values(session)[f"models.{medium}"])


def fallback_model(session: Session, medium: str) -> str | None:
    """The model that is asked when the chosen one gives nothing; None when there is none."""
    return str(_values(session).get(f"fallbacks.{medium}") or "") or None


def limit_in_force(session: Session, name: str) -> int:
    """The limit of this name, such as `adjustment_credits`, in the unit its name tells."""
    return int(_values(session)[f"limits.{name}"])


def limits_in_force(session: Session) -> Mapping[str, int]:
    """All limits by their names."""
    return {key.partition(".")[2]: int(value) for key, value in _values(session).items() if key.startswith("limits.")}


class AdminSettingsService(Service, AdminSettings):
    def list(self, key: str | None = None) -> SettingsView:
        with self.database.read() as session:
            rows = _rows(session)
            return SettingsView(data=[_view(each, rows.get(each.key)) for each in _wanted(rows, key)])

    def change(self, data: ChangeSettings) -> SettingsChange:
        values = {safe(key): value for key, value in data.values.items()}
        _require_valid(values, "The settings cannot be taken as they are: nothing was changed.")
        with self.database.write() as session:
            _lock(session)
            rows = _rows(session)
            for key, version in data.versions.items():
                _check_version(session, rows.get(key), key, version)
            return self._apply(session, rows, values, data.reason, data.dry_run)

    def export(self) -> SettingsFile:
        with self.database.read() as session:
            rows = _rows(session)
            return SettingsFile(
                text=settings_text([_view(each, rows.get(each.key)) for each in _all_definitions(rows)])
            )

    def import_(self, data: ImportSettings) -> SettingsChange:
        values = parse_settings(data.text, source=data.source)
        _require_valid(values, f"{data.source} was not taken: nothing was changed.")
        with self.database.write() as session:
            _lock(session)
            rows = _rows(session)
            others = dict.fromkeys(rows.keys() - values.keys()) if data.replace else {}
            return self._apply(session, rows, {**others, **values}, data.reason, data.dry_run)

    def _apply(
        self,
        session: Session,
        rows: Mapping[str, AdminSetting],
        values: Mapping[str, Any],
        reason: str | None,
        dry_run: bool,
    ) -> SettingsChange:
        changes = [change for key, value in values.items() if (change := _change(key, value, rows.get(key)))]
        for change in changes:
            if change.key == CAP:
                _check_cap(session, change, reason)
        if not dry_run:
            for change in changes:
                self._write(session, rows.get(change.key), change, reason)
        return SettingsChange(applied=not dry_run, changes=changes)

    def _write(self, session: Session, row: AdminSetting | None, change: SettingChange, reason: str | None) -> None:
        now = self.clock()
        before = None if row is None else {"value": change.before}
        if change.is_default:
            session.delete(row)
            audit(session, self.principal, "setting.unset", _subject(change.key), before, None, reason, now=now)
            return
        row = row or AdminSetting(key=change.key, value="", version=0, updated_at=now)
        row.value, row.version, row.updated_at = json.dumps(change.after), row.version + 1, now
        session.add(row)
        audit(
            session,
            self.principal,
            "setting.set",
            _subject(change.key),
            before,
            {"value": change.after},
            reason,
            now=now,
        )


def _lock(session: Session) -> None:
    # A row that is not there yet cannot be locked, and two first settings of one key must not meet.
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("LOCK TABLE adminsetting IN SHARE ROW EXCLUSIVE MODE"))


def _rows(session: Session) -> dict[str, AdminSetting]:
    """What was set, by key. What a newer studio set and this one does not know is left alone."""
    rows = session.exec(select(AdminSetting).order_by(col(AdminSetting.key))).all()
    return {row.key: row for row in rows if definition_of(row.key)}


def _values(session: Session) -> dict[str, Any]:
    defaults = {key: each.default for key, each in DEFINITIONS.items()}
    return {**defaults, **{key: json.loads(row.value) for key, row in _rows(session).items()}}


def _all_definitions(rows: Mapping[str, AdminSetting]) -> Iterator[Definition]:
    """Every setting, section by section; multipliers only where there is one."""
    set_multipliers = [definition for key in rows if key not in DEFINITIONS and (definition := definition_of(key))]
    known = [*DEFINITIONS.values(), *set_multipliers]
    for section in SECTIONS:
        yield from (definition for definition in known if definition.section == section)


def _wanted(rows: Mapping[str, AdminSetting], key: str | None) -> list[Definition]:
    found = [each for each in _all_definitions(rows) if key in (None, each.key, each.section)]
    # A multiplier that nobody set is in no list and has its default all the same.
    alone = definition_of(key) if key is not None and not found else None
    if key is not None and not found and alone is None and key not in SECTIONS:
        raise NotFound(f"There is no setting {safe(key)}.", hint="studio admin settings show lists every setting.")
    return [alone] if alone else found


def _require_valid(values: Mapping[str, Any], message: str) -> None:
    faults = [f"{key} {fault}" for key, value in values.items() if (fault := _fault(key, value))]
    if faults:
        raise Invalid(message, faults=faults, hint="studio admin settings show lists every setting.")


def _fault(key: str, value: object) -> str | None:
    definition = definition_of(key)
    if definition is None:
        return "is a section: under it stand names with their values" if key in SECTIONS else "is not a setting"
    return None if value is None else definition.fault(value)


def _check_cap(session: Session, change: SettingChange, reason: str | None) -> None:
    """One administrator must not lift the limit that asks for a second one."""
    before, after, default = int(change.before), int(change.after), int(DEFINITIONS[CAP].default)
    if after <= before:
        return
    if after > default and not is_studio_of_one(session):
        raise NotAllowed(
            f"{CAP} is at most {default} in a studio with several administrators: one alone must not lift it.",
            hint="More at once is asked for and approved: studio admin credits grant --help.",
        )
    if not reason or not reason.strip():
        raise Invalid(f"Raising {CAP} needs a reason.", hint="Say why with --reason.")


def _check_version(session: Session, row: AdminSetting | None, key: str, expected: int) -> None:
    version = row.version if row else 0
    if version == expected:
        return
    if expected > version:
        raise Conflict(
            f"{key} is at version {version}: there is no version {expected} yet.",
            hint=f"studio admin settings show {key} tells what it is now.",
            details={"key": key, "version": version},
        )
    raise Conflict(
        f"{key} was changed{changed_by(session, _subject(key))}:"
        f" it is at version {version} and you changed version {expected}.",
        hint=f"studio admin settings show {key} tells what it is now; then set it with --version {version}.",
        details={"key": key, "version": version},
    )


def _change(key: str, value: Value | None, row: AdminSetting | None) -> SettingChange | None:
    """What happens to a setting; None when it stays as it is."""
    definition = definition_of(key)
    assert definition is not None
    before = json.loads(row.value) if row else definition.default
    if value is None:
        return SettingChange(key=key, before=before, after=definition.default, is_default=True) if row else None
    if row is not None and before == value:
        return None
    return SettingChange(key=key, before=before, after=value, is_default=False)


def _subject(key: str) -> Subject:
    return Subject("setting", key)


def _view(definition: Definition, row: AdminSetting | None) -> SettingView:
    return SettingView(
        key=definition.key,
        value=json.loads(row.value) if row else definition.default,
        default=definition.default,
        is_default=row is None,
        description=definition.description,
        version=row.version if row else 0,
        updated_at=moment(row.updated_at) if row else None,
    )
