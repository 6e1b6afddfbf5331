"""System prompts: those in force, and administrators changing them."""

from __future__ import annotations

from sqlmodel import Session, col, select

from studio.contracts.prompts import AdminPrompts, EditPrompt, PromptList, PromptView, ResetPrompt
from studio.db.models.system_prompt import SystemPrompt
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import moment
from studio.domain.errors import Conflict, Invalid, NotFound
from studio.domain.text import one_line, safe
from studio.services.audit import Subject, audit, changed_by
from studio.services.base import Service
from studio.services.writing.prompts import BUILT_IN, Prompt, Prompts


def prompts_in_force(session: Session) -> Prompts:
    """The texts to ask with now. What cannot be used with this version any more gives way to the built-in text."""
    rows = session.exec(select(SystemPrompt).where(col(SystemPrompt.text).is_not(None))).all()
    own = {row.name: str(row.text) for row in rows if row.name in BUILT_IN}
    return Prompts({name: text for name, text in own.items() if BUILT_IN[name].fault(text) is None})


class AdminPromptsService(Service, AdminPrompts):
    def list(self) -> PromptList:
        with self.database.read() as session:
            rows = {row.name: row for row in session.exec(select(SystemPrompt)).all()}
            return PromptList(data=[_view(session, prompt, rows.get(name)) for name, prompt in BUILT_IN.items()])

    def show(self, name: str) -> PromptView:
        prompt = _built_in(name)
        with self.database.read() as session:
            return _view(session, prompt, _row(session, prompt))

    def edit(self, name: str, data: EditPrompt) -> PromptView:
        prompt = _built_in(name)
        text = safe(data.text).strip()
        fault = prompt.fault(text)
        if fault is not None:
            raise Invalid(
                f"{prompt.name} cannot be changed to this. {fault}", hint=f"studio admin prompts show {prompt.name}"
            )
        return self._change(prompt, None if text == prompt.text else text, "prompt.edited", data.version, data.reason)

    def reset(self, name: str, data: ResetPrompt) -> PromptView:
        return self._change(_built_in(name), None, "prompt.reset", data.version, data.reason)

    def _change(
        self, prompt: Prompt, text: str | None, action: str, version: int | None, reason: str | None
    ) -> PromptView:
        with self.database.write() as session:
            row = self._locked(session, prompt)
            _check_version(session, row, version)
            if row.text != text:
                before, after = ({"text": each or prompt.text} for each in (row.text, text))
                row.text, row.version = text, row.version + 1
                row.updated_by, row.updated_at = self.principal.user_id, self.clock()
                session.add(row)
                session.flush()
                audit(session, self.principal, action, _subject(row), before, after, reason, now=self.clock())
            return _view(session, prompt, row)

    def _locked(self, session: Session, prompt: Prompt) -> SystemPrompt:
        """The row of this prompt, made where there is none, so that two first changes of one prompt meet."""
        fresh = SystemPrompt(name=prompt.name, updated_by=self.principal.user_id, updated_at=self.clock())
        insert_if_new(session, fresh, "name")
        return session.exec(select(SystemPrompt).where(SystemPrompt.name == prompt.name).with_for_update()).one()


def _built_in(name: str) -> Prompt:
    name = one_line(name)
    if name not in BUILT_IN:
        raise NotFound(f"There is no prompt {name}.", hint="studio admin prompts list shows what there is.")
    return BUILT_IN[name]


def _row(session: Session, prompt: Prompt) -> SystemPrompt | None:
    return session.exec(select(SystemPrompt).where(SystemPrompt.name == prompt.name)).first()


def _check_version(session: Session, row: SystemPrompt, expected: int | None) -> None:
    if expected in (None, row.version):
        return
    raise Conflict(
        f"The prompt {row.name} was changed{changed_by(session, _subject(row))}:"
        f" it is at version {row.version} and you changed version {expected}.",
        hint=f"studio admin prompts show {row.name} tells what it is now; then edit it with --version {row.version}.",
        details={"name": row.name, "version": row.version},
    )


def _subject(row: SystemPrompt) -> Subject:
    return Subject("prompt", row.name)


def _view(session: Session, prompt: Prompt, row: SystemPrompt | None) -> PromptView:
    is_changed = row is not None and row.version > 0
    author = session.get(User, row.updated_by) if row and is_changed else None
    return PromptView(
        name=prompt.name,
        description=prompt.description,
        text=(row.text if row else None) or prompt.text,
        default=prompt.text,
        is_default=row is None or row.text is None,
        placeholders=list(prompt.placeholders),
        version=row.version if row else 0,
        updated_by=author.email if author else None,
        updated_at=moment(row.updated_at) if row and is_changed else None,
    )
