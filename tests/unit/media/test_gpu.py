"""Which card is used for what, and what ffmpeg is told then: argument graphs, no card."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from media.core.commands import first_command, rest_command
from media.core.facts import Transfer
from media.core.figures import FIGURES
from media.core.gpu import Capabilities, Route, choose_route, decode_probe, encode_probe
from media.core.ladder import plan_renditions
from tests.support.media_facts import media_facts

SOURCE = Path("/job/source")
CARD = Capabilities(frozenset({"h264_nvenc", "hevc_nvenc"}), is_decoding=True)
LARGE = media_facts(width=1920, height=1080)


def route(capabilities: Capabilities = CARD, *, is_looked_at: bool = False, **changes: Any) -> Route:
    return choose_route(media_facts(**changes), capabilities, is_looked_at=is_looked_at)


def graph(command: Sequence[str]) -> str:
    return command[command.index("-filter_complex") + 1]


def values(command: Sequence[str], option: str) -> list[str]:
    return [value for name, value in pairwise(command) if name == option]


def test_a_job_without_a_card_is_the_processors() -> None:
    assert route(Capabilities()) is Route.PROCESSOR
    assert route(Capabilities(frozenset({"av1_nvenc"}), is_decoding=True)) is Route.PROCESSOR


def test_pictures_stay_on_a_card_that_decodes() -> None:
    assert route() is Route.CARD
    assert route(Capabilities(CARD.encoders)) is Route.CODED_ON_CARD
    assert route(is_looked_at=True) is Route.CODED_ON_CARD


@pytest.mark.parametrize(
    "changes",
    [
        {"transfer": Transfer.HLG},
        {"is_interlaced": True},
        {"is_full_range": True},
        {"rotation": 90},
        {"watermark": "@mira"},
        {"video_codec": "prores"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_the_card_cannot_filter_the_processor_prepares(changes: dict[str, Any]) -> None:
    assert route(**changes) is Route.CODED_ON_CARD


def test_on_the_card_pictures_are_decoded_scaled_and_coded() -> None:
    rungs = plan_renditions(LARGE, FIGURES)[1:]
    command = rest_command(SOURCE, LARGE, rungs, FIGURES, Route.CARD)
    assert values(command, "-hwaccel") == values(command, "-hwaccel_output_format") == ["cuda"]
    assert graph(command).split(";")[3:] == [
        "[s2]scale_cuda=1920:1080:format=nv12[s3]",
        "[s3]setsar=1[s4]",
        "[s4]sidedata=mode=delete[s5]",
        "[s5]split=2[s6][s7]",
        "[s7]scale_cuda=1280:720[s8]",
    ]
    assert values(command, "-c:v") == ["h264_nvenc"] * 2
    assert values(command, "-g") == ["60"] * 2
    assert values(command, "-forced-idr") == values(command, "-no-scenecut") == ["1"] * 2
    assert values(command, "-maxrate") == ["2500000", "5000000"]
    assert not {"-crf", "-keyint_min", "-sc_threshold"} & set(command)


def test_pictures_that_the_processor_decoded_are_sent_to_the_card_once() -> None:
    rungs = plan_renditions(LARGE, FIGURES)[1:]
    command = rest_command(SOURCE, LARGE, rungs, FIGURES, Route.CODED_ON_CARD)
    assert "-hwaccel" not in command
    steps = graph(command)
    assert "scale=1920:1080" in steps
    assert steps.count("format=nv12") == steps.count("hwupload_cuda") == 1
    assert steps.count("scale_cuda=1280:720") == 1


def test_stills_are_made_by_the_processor_beside_a_rung_on_the_card() -> None:
    rungs = plan_renditions(LARGE, FIGURES)[:1]
    command = first_command(SOURCE, LARGE, rungs, 0.0, FIGURES, route=Route.CODED_ON_CARD)
    assert values(command, "-c:v") == ["h264_nvenc", "libwebp_anim"]
    assert graph(command).count("hwupload_cuda") == 1
    assert "blurdetect" in graph(command)


def test_a_card_is_asked_to_do_what_it_shall_do() -> None:
    assert encode_probe("av1_nvenc")[-5:] == ["-c:v", "av1_nvenc", "-f", "null", "-"]
    assert "scale_cuda=128:128:format=nv12,hwdownload,format=nv12" in decode_probe("probe.mp4")
