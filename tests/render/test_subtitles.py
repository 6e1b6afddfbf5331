"""Sidecar subtitles, read back by FFmpeg's own parsers."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from studio.domain.ports import WordTime
from studio.render.subtitles import Cue, cues, srt, vtt
from studio.render.words import columns, tokens

TEXT = (
    "An octopus has three hearts. Two of them pump blood to the gills, and the third keeps the rest of the body "
    "moving, but it stops when the animal swims. That is why it prefers to crawl!"
)


def spoken(text: str, language: str = "en") -> list[WordTime]:
    found = tokens(text, language)
    return [WordTime(token.start, token.end, 0.3 * i, 0.3 * i + 0.28) for i, token in enumerate(found)]


def read_back(path: Path) -> list[tuple[float, str]]:
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        return [(float(packet.pts * packet.time_base), bytes(packet).decode()) for packet in packets]


def test_cues_fit_two_lines_of_42_columns() -> None:
    found = cues(TEXT, spoken(TEXT))

    assert all(1 <= len(cue.lines) <= 2 for cue in found)
    assert max(columns(line) for cue in found for line in cue.lines) <= 42


def test_cues_hold_every_word_in_order() -> None:
    found = cues(TEXT, spoken(TEXT))

    assert " ".join(line for cue in found for line in cue.lines) == TEXT


def test_no_cue_crosses_a_sentence() -> None:
    assert cues(TEXT, spoken(TEXT))[0].lines == ("An octopus has three hearts.",)


def test_cues_follow_each_other_and_can_be_read() -> None:
    found = cues(TEXT, spoken(TEXT))

    times = [time for cue in found for time in (cue.start_seconds, cue.end_seconds)]
    assert times == sorted(times)
    assert all(1.0 <= cue.end_seconds - cue.start_seconds <= 7.5 for cue in found)


def test_cues_begin_where_the_speech_does() -> None:
    assert cues("Hello you", spoken("Hello you"), 12.5) == [Cue(12.5, 13.5, ("Hello you",))]


def test_scripts_without_spaces_stay_without() -> None:
    text = "タコには三つの心臓があります。"

    assert cues(text, spoken(text, "ja"), language="ja")[0].lines == (text,)


@pytest.mark.parametrize(("written", "suffix"), [(srt, ".srt"), (vtt, ".vtt")])
def test_a_player_reads_back_what_was_written(written: object, suffix: str, tmp_path: Path) -> None:
    assert callable(written)
    found = cues(TEXT, spoken(TEXT), 3661.5)
    path = tmp_path / f"film{suffix}"
    path.write_text(written(found), encoding="utf-8")

    read = read_back(path)

    assert [time for time, _ in read] == pytest.approx([cue.start_seconds for cue in found], abs=0.001)
    assert [text.split("\n") for _, text in read] == [list(cue.lines) for cue in found]


def test_markup_and_arrows_in_the_text_cannot_break_the_file() -> None:
    found = [Cue(0.0, 1.0, ("a --> b <i> & c",))]

    assert srt(found) == "1\n00:00:00,000 --> 00:00:01,000\na → b <i> & c\n"
    assert vtt(found) == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\na --&gt; b &lt;i&gt; &amp; c\n"


def test_no_words_no_cues() -> None:
    assert cues("", []) == []
    assert vtt([]) == "WEBVTT\n"
