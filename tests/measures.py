"""Measuring what came out, with FFmpeg's own instruments instead of studio's."""

from __future__ import annotations

import math
from pathlib import Path

import av


def loudness(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a file's sound, by the ebur128 filter."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        graph = av.filter.Graph()
        source = graph.add_abuffer(template=stream)
        meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        lufs, peak = -math.inf, 0.0
        for frame in container.decode(stream):
            graph.push(frame)
            lufs, peak = _drained(graph, lufs, peak)
    return lufs, 20 * math.log10(peak) if peak > 0 else -math.inf


def _drained(graph: av.filter.Graph, lufs: float, peak: float) -> tuple[float, float]:
    while True:
        try:
            measured = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return lufs, peak
        values = measured.metadata
        lufs = float(values["lavfi.r128.I"])
        peak = max(peak, *(float(values[f"lavfi.r128.true_peaks_ch{channel}"]) for channel in (0, 1)))
