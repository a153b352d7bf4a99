"""router.yaml: what is read, what is refused, and that its page is whole."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from router.configuration import ConfigurationError, RouterConfiguration, load_configuration, model
from router.configuration.values import ByteSize, Duration

PAGE = Path("docs/operations/router-yaml.md")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("100ms", 0.1),
        ("1m 30s", 90),
        ("1min", 60),
        ("2hours", 7200),
        ("1day", 86400),
        (1.5, 1.5),
    ],
)
def test_a_span_of_time_is_read(text: Any, seconds: float) -> None:
    assert Duration.parse(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "5 parsecs", "-1s", "1m x"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="span of time"):
        Duration.parse(text)


def test_a_size_is_read() -> None:
    assert [float(ByteSize.parse(text)) for text in ("2MiB", "64kb", 10)] == [2 * 1024**2, 64_000, 10]
    with pytest.raises(ValueError, match="no size"):
        ByteSize.parse("large")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense: 1", "unknown key `nonsense`"),
        ("supergraph: {listn: x}", "unknown key `supergraph.listn`"),
        (
            "headers: {all: {request: [{propagate: {nmed: x}}]}}",
            "unknown key `headers.all.request.0.propagate.nmed`",
        ),
        ("coprocessor: {url: x}", "`coprocessor` is not supported: put what it does into a subgraph"),
        ("rhai: {}", "`rhai` is not supported"),
        ("limits: {max_depth: many}", "`limits.max_depth`: Input should be a valid integer"),
        ("traffic_shaping: {all: {timeout: soon}}", "'soon' is no span of time"),
        ("- a list", "a mapping of keys is expected"),
        ("{", "no valid YAML"),
        ("supergraph: {listen: '${env.NOWHERE}'}", "the environment has no NOWHERE"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "router.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(file)
    assert str(file) in str(refused.value)
    assert said in str(refused.value)


def test_the_environment_and_files_stand_in(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    file = tmp_path / "router.yaml"
    file.write_text(
        "limits: {max_depth: '${env.DEPTH:-7}', max_aliases: '${env.ALIASES}'}\n"
        "supergraph: {listen: '127.0.0.1:${env.PORT}'}\n"
        f"headers: {{all: {{request: [{{insert: {{name: x-key, value: '${{file.{tmp_path}/secret}}'}}}}]}}}}\n"
    )
    configuration = load_configuration(file, {"ALIASES": "3", "PORT": "81"})
    assert (configuration.limits.max_depth, configuration.limits.max_aliases) == (7, 3)
    assert configuration.supergraph.listen == "127.0.0.1:81"
    [rule] = configuration.headers.all.request
    assert rule.insert is not None
    assert rule.insert.value == "s3cret"


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    (tmp_path / "router.yaml").write_text("")
    assert load_configuration(tmp_path / "router.yaml") == RouterConfiguration()


def test_the_page_has_an_example_of_every_key(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    seen: set[str] = set()
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.yaml"
        file.write_text(example)
        load_configuration(file, {"REDIS_URL": "redis://localhost"})
        seen |= set(_keys(yaml.safe_load(example)))
    assert sorted(set(_fields(RouterConfiguration)) - seen) == []


def _keys(value: Any, path: str = "") -> Iterator[str]:
    """Paths of all keys; entries of lists and of maps by name are one."""
    if isinstance(value, list):
        for each in value:
            yield from _keys(each, path)
    elif isinstance(value, dict):
        for key, each in value.items():
            inner = f"{path}.{key}" if path else key
            yield inner
            yield from _keys(each, f"{path}.*" if path.endswith("subgraphs") else inner)


def _fields(section: Any, path: str = "") -> Iterator[str]:
    hints = typing.get_type_hints(section, vars(model))
    for field in dataclasses.fields(section):
        inner = f"{path}.{field.name}" if path else field.name
        yield inner
        for part in _sections(hints[field.name]):
            if path.count(".") < 8:
                yield from _fields(part, f"{inner}.*" if field.name == "subgraphs" else inner)


def _sections(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
    for part in typing.get_args(hint):
        yield from _sections(part)
