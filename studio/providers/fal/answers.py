"""What a model at fal delivered: its files, and the words and times that come with them.

Sizes, lengths and types in a result are often null or wrong: they are measured on the file, never taken from here."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from studio.domain.errors import Rejected
from studio.domain.remote import Answer, Medium, RemoteFile
from studio.providers.catalogue import ModelSpec

Words = list[list[Any]]
"""`[text, start, end]` of each word, in seconds."""

_STARTS = ("start", "start_time", "start_seconds")
_ENDS = ("end", "end_time", "end_seconds")


def answer_of(spec: ModelSpec, content: Any, request_id: str, cost_microusd: int | None) -> Answer:
    """The answer inside a result. Raises Rejected, with the cost in its details, when there is nothing in it."""
    found = content if isinstance(content, dict) else {}
    files = tuple(_files(spec.medium, found))
    if not files and spec.medium is not Medium.TRANSCRIPTION:
        raise _nothing(f"{spec.title} delivered no {_NOUNS[spec.medium]}", cost_microusd)
    if _is_blacked_out(found):
        raise _nothing(f"fal's content check blacked out the {_NOUNS[spec.medium]}", cost_microusd)
    return Answer(
        text=_text(found) if spec.medium is Medium.TRANSCRIPTION else "",
        files=files,
        data=_data(spec, found),
        model=spec.id,
        request_id=request_id,
        cost_microusd=cost_microusd,
    )


def words_of(timestamps: Any) -> Words:
    """The word times in any of the shapes in use: words with start and end, triples, or times of characters.

    Empty when they are not all there or not in order: times that are half right are worse than none."""
    try:
        words = list(_words(timestamps))
    except (TypeError, ValueError, KeyError, IndexError):
        return []
    times = [time for _, start, end in words for time in (start, end)]
    in_order = all(earlier <= later for earlier, later in itertools.pairwise(times))
    return words if in_order and all(math.isfinite(time) and time >= 0 for time in times) else []


_NOUNS = {
    Medium.IMAGE: "picture",
    Medium.VIDEO: "clip",
    Medium.SPEECH: "speech",
    Medium.MUSIC: "music",
    Medium.TRANSCRIPTION: "words",
}


def _files(medium: Medium, content: Mapping[str, Any]) -> Iterator[RemoteFile]:
    match medium:
        case Medium.IMAGE:
            found = content.get("images") or [content.get("image")]
        case Medium.VIDEO:
            found = [content.get("video")]
        case _:
            found = [content.get("audio")]
    for file in found if isinstance(found, list) else []:
        url = file.get("url") if isinstance(file, dict) else None
        if isinstance(url, str) and url:
            media_type = file.get("content_type")
            yield RemoteFile(url, media_type=media_type if isinstance(media_type, str) else "")


def _is_blacked_out(content: Mapping[str, Any]) -> bool:
    flags = content.get("has_nsfw_concepts")
    return isinstance(flags, list) and any(flag is True for flag in flags)


def _data(spec: ModelSpec, content: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if isinstance(content.get("seed"), int):
        data["seed"] = content["seed"]
    seconds = _seconds(content)
    if seconds is not None:
        data["seconds"] = seconds
    if spec.has_word_times:
        data["words"] = words_of(content.get("words" if spec.medium is Medium.TRANSCRIPTION else "timestamps"))
    if isinstance(content.get("language_code"), str):
        data["language"] = content["language_code"]
    return data


def _seconds(content: Mapping[str, Any]) -> float | None:
    for name, unit in (("duration_ms", 1000), ("duration", 1)):
        value = content.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0:
            return value / unit
    return None


def _text(content: Mapping[str, Any]) -> str:
    text = content.get("text")
    return text if isinstance(text, str) else ""


def _words(found: Any) -> Iterator[list[Any]]:
    if isinstance(found, dict) and "characters" in found:
        yield from _words_of_characters(found)
    elif isinstance(found, dict):
        yield from _words(found.get("words") or found.get("alignment"))
    elif isinstance(found, list):
        for entry in found:
            yield from _words_of_entry(entry)


def _words_of_entry(entry: Any) -> Iterator[list[Any]]:
    if isinstance(entry, dict) and "characters" in entry:
        yield from _words_of_characters(entry)
    elif isinstance(entry, dict) and entry.get("type", "word") == "word":
        text = str(entry.get("text") or entry.get("word") or "").strip()
        if text:
            yield [text, _time(entry, _STARTS), _time(entry, _ENDS)]
    elif isinstance(entry, list):
        text, start, end = entry
        yield [str(text).strip(), float(start), float(end)]


def _time(entry: Mapping[str, Any], names: tuple[str, ...]) -> float:
    found = next((entry[name] for name in names if entry.get(name) is not None), None)
    if found is None:
        raise ValueError("a word without a time")
    return float(found)


def _words_of_characters(alignment: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Words out of the times of single characters, as ElevenLabs gives them."""
    timed = zip(
        alignment["characters"],
        alignment["character_start_times_seconds"],
        alignment["character_end_times_seconds"],
        strict=True,
    )
    for is_space, group in itertools.groupby(timed, key=lambda entry: str(entry[0]).isspace()):
        characters = list(group)
        if not is_space:
            text = "".join(str(character) for character, _, _ in characters)
            yield [text, float(characters[0][1]), float(characters[-1][2])]


def _nothing(sentence: str, cost_microusd: int | None) -> Rejected:
    hint = "Word it differently, then run the same command again."
    return Rejected(f"{sentence}.", hint=hint, details={"cost_microusd": cost_microusd})
