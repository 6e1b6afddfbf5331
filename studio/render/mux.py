"""Joining encoded segments and a soundtrack into one MP4, without encoding a single picture again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Literal, TypeAlias

import av
from av import Packet
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from studio.domain.errors import Invalid
from studio.render.encode import REORDER_FRAMES
from studio.render.whole_file import whole_film_file

SAMPLE_RATE = 48_000

MediaPacket: TypeAlias = "Packet[VideoStream] | Packet[AudioStream]"

_SOUND_BITS_PER_SECOND = 192_000
_SAMPLES_PER_PACKET = 1024
_LARGEST_DIFFERENCE = Fraction(1, 60)
"""Seconds by which sound and pictures may differ: half a frame of the slowest film."""


def join(segments: Sequence[Path], soundtrack: Path | None, output: Path, tags: Mapping[str, str]) -> None:
    """Write the segments one after the other, with the sound beside them, as a film ready for the web.

    The segments must come from the same encoder settings, the sound must be as long as they are together. `tags` are
    plain MP4 tags such as title and comment."""
    if soundtrack:
        _check_lengths(segments, soundtrack)
    with whole_film_file(output) as part, av.open(str(part), "w", format="mp4", options=_FASTSTART) as film:
        film.metadata.update(tags)
        streams = [_picture_packets(segments, _picture_stream(film, segments[0]))]
        if soundtrack:
            streams.append(_sound_packets(soundtrack, _sound_stream(film)))
        for packet in heapq.merge(*streams, key=_decoding_seconds):
            film.mux(packet)


_FASTSTART = {"movflags": "+faststart"}


def _decoding_seconds(packet: MediaPacket) -> Fraction:
    return Fraction(packet.dts or 0) * (packet.time_base or 0)


def _picture_stream(film: OutputContainer, segment: Path) -> VideoStream:
    with av.open(str(segment)) as source:
        return film.add_stream_from_template(source.streams.video[0])


def _picture_packets(segments: Sequence[Path], stream: VideoStream) -> Iterator[MediaPacket]:
    headers = stream.codec_context.extradata
    frames_before = 0
    for segment in segments:
        with av.open(str(segment)) as source:
            pictures = source.streams.video[0]
            if pictures.codec_context.extradata != headers:
                raise RuntimeError(f"{segment} was encoded with other settings than the segments before it")
            yield from _moved_packets(source.demux(pictures), stream, frames_before, _frame_ticks(pictures))
            frames_before += pictures.frames


def _frame_ticks(pictures: VideoStream) -> int:
    assert pictures.average_rate is not None
    assert pictures.time_base is not None
    return int(1 / pictures.average_rate / pictures.time_base)


def _moved_packets(
    packets: Iterator[MediaPacket], stream: VideoStream, frames_before: int, ticks: int
) -> Iterator[MediaPacket]:
    numbered = enumerate((packet for packet in packets if packet.size), frames_before)
    for number, packet in numbered:
        assert packet.pts is not None
        packet.pts += frames_before * ticks
        # A segment of one or two frames has decoding times of its own kind; counted through, they always rise.
        packet.dts = (number - REORDER_FRAMES) * ticks
        packet.stream = stream
        yield packet


def _sound_stream(film: OutputContainer) -> AudioStream:
    stream = film.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    stream.codec_context.bit_rate = _SOUND_BITS_PER_SECOND
    # The default coder searches twice over: 0.6 s of CPU for half a minute of sound, and one decibel less noise
    # (35.6 instead of 34.6 dB below the sound).
    stream.codec_context.options = {"aac_coder": "fast"}
    return stream


def _check_lengths(segments: Sequence[Path], soundtrack: Path) -> None:
    pictures = sum((_seconds(segment, "video") for segment in segments), Fraction(0))
    sound = _seconds(soundtrack, "audio")
    if abs(pictures - sound) > _LARGEST_DIFFERENCE:
        raise Invalid(f"There are {float(sound):.2f} s of sound for {float(pictures):.2f} s of pictures.")


def _seconds(path: Path, kind: Literal["video", "audio"]) -> Fraction:
    with _opened(path) as source:
        stream = source.streams.best(kind)
        if stream is None or stream.duration is None or stream.time_base is None:
            raise Invalid(f"{path.name} does not say how long its {kind} is.")
        return stream.duration * stream.time_base


def _sound_packets(soundtrack: Path, stream: AudioStream) -> Iterator[MediaPacket]:
    with _opened(soundtrack) as source:
        resampler = av.AudioResampler("fltp", "stereo", SAMPLE_RATE, frame_size=_SAMPLES_PER_PACKET)
        for frame in chain(source.decode(audio=0), [None]):
            for piece in resampler.resample(frame):
                yield from stream.encode(piece)
        yield from stream.encode(None)


def _opened(path: Path) -> InputContainer:
    try:
        return av.open(str(path))
    except (OSError, av.FFmpegError) as error:
        raise Invalid(f"{path} cannot be read: {error}.") from error
