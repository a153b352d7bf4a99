"""Which headers of a request subgraphs get to see, by the rules of ``headers`` in router.yaml."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from router.configuration.model import HeaderRule, Headers, Insert, Propagate, Remove
from router.pipeline.messages import Client, HttpRequest

Rule: TypeAlias = Callable[[HttpRequest, Client, dict[str, str]], None]

_NEVER = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "content-type", "content-encoding", "host", "accept",
        "accept-encoding",
    }
)  # fmt: skip
"""RFC 9110 section 7.6.1, and what the request to the subgraph has of its own."""


class SubgraphHeaders:
    """The headers of one request, made for each subgraph when it is first asked."""

    __slots__ = ("_base", "_client", "_made", "_request", "_rules")

    def __init__(
        self,
        rules: HeaderRules,
        request: HttpRequest,
        client: Client,
        base: Mapping[str, str],
    ) -> None:
        self._rules = rules
        self._request = request
        self._client = client
        self._base = base
        self._made: dict[str, dict[str, str]] = {}

    def of(self, subgraph: str) -> Mapping[str, str]:
        """Lower-case names."""
        known = self._made.get(subgraph)
        if known is None:
            known = self._made[subgraph] = dict(self._base)
            for rule in self._rules.of(subgraph):
                rule(self._request, self._client, known)
            # Whatever the rules say, nobody but the router tells subgraphs who is asking.
            known.update(self._client.headers)
        return known


class HeaderRules:
    """Compiled rules. Raises ValueError for one that can't be used."""

    def __init__(self, configuration: Headers) -> None:
        self._all = tuple(map(_compile, configuration.all.request))
        self._own = {
            name: tuple(map(_compile, rules.request)) for name, rules in configuration.subgraphs.items()
        }

    def of(self, subgraph: str) -> Sequence[Rule]:
        """Those for all first."""
        own = self._own.get(subgraph)
        return self._all if own is None else (*self._all, *own)

    @property
    def are_absent(self) -> bool:
        return not (self._all or self._own)


def _compile(rule: HeaderRule) -> Rule:
    given = [each for each in (rule.propagate, rule.insert, rule.remove) if each is not None]
    if len(given) != 1:
        raise ValueError("headers: a rule is one of `propagate`, `insert` and `remove`")
    if isinstance(given[0], Propagate):
        return _propagation(given[0])
    return _insertion(given[0]) if isinstance(given[0], Insert) else _removal(given[0])


def _propagation(rule: Propagate) -> Rule:
    if (rule.named is None) == (rule.matching is None):
        raise ValueError("headers: `propagate` has either `named` or `matching`")
    if rule.matching is not None:
        pattern = _pattern(rule.matching)

        def propagate_matching(request: HttpRequest, _client: Client, headers: dict[str, str]) -> None:
            headers.update(
                (name, value)
                for name, value in request.headers.items()
                if name not in _NEVER and pattern.fullmatch(name)
            )

        return propagate_matching
    name = str(rule.named).lower()
    target = (rule.rename or name).lower()

    def propagate(request: HttpRequest, _client: Client, headers: dict[str, str]) -> None:
        value = request.headers.get(name, rule.default)
        if value is not None and target not in _NEVER:
            headers[target] = value

    return propagate


def _insertion(rule: Insert) -> Rule:
    if (rule.value is None) == (rule.from_claim is None):
        raise ValueError("headers: `insert` has either `value` or `from_claim`")
    name = rule.name.lower()

    def insert(_request: HttpRequest, client: Client, headers: dict[str, str]) -> None:
        value = rule.value if rule.value is not None else (client.claims or {}).get(str(rule.from_claim))
        if value is not None:
            # A claim is the issuer's text; line breaks in it would be headers of their own.
            headers[name] = str(value).replace("\r", " ").replace("\n", " ")

    return insert


def _removal(rule: Remove) -> Rule:
    if (rule.named is None) == (rule.matching is None):
        raise ValueError("headers: `remove` has either `named` or `matching`")
    pattern = _pattern(rule.matching if rule.matching is not None else re.escape(str(rule.named)))

    def remove(_request: HttpRequest, _client: Client, headers: dict[str, str]) -> None:
        for name in [name for name in headers if pattern.fullmatch(name)]:
            del headers[name]

    return remove


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"headers: {text!r} is no regular expression: {error}") from error
