"""What composition tells the people who own the subgraphs: problems stop it, hints do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kit.errors import ClipgraphError


@dataclass(frozen=True, slots=True)
class CompositionProblem:
    """One reason why the subgraphs make no supergraph. ``code`` is Apollo's, for programs."""

    code: str
    message: str
    subgraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that composes but is worth a look. ``code`` is Apollo's."""

    code: str
    message: str
    subgraphs: tuple[str, ...] = ()


class CompositionError(ClipgraphError):
    """The subgraphs do not compose; every problem found is in ``problems``, in a stable order."""

    def __init__(self, problems: Sequence[CompositionProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{problem.code}: {problem.message}" for problem in problems))


class Report:
    """Collects problems and hints while composition goes on, so that one run names them all."""

    def __init__(self) -> None:
        self.problems: list[CompositionProblem] = []
        self.hints: list[Hint] = []

    def problem(self, code: str, message: str, subgraphs: Sequence[str] = ()) -> None:
        self.problems.append(CompositionProblem(code, message, tuple(subgraphs)))

    def hint(self, code: str, message: str, subgraphs: Sequence[str] = ()) -> None:
        self.hints.append(Hint(code, message, tuple(subgraphs)))

    def stop_on_problems(self) -> None:
        """Called between stages: a later stage may rely on what an earlier one has checked."""
        if self.problems:
            raise CompositionError(self.problems)


def listed(names: Sequence[str]) -> str:
    """``"a"``, ``"a" and "b"``, ``"a", "b" and "c"``."""
    quoted = [f'"{name}"' for name in names]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else ""


def in_subgraphs(names: Sequence[str]) -> str:
    return f"subgraph{'s' if len(names) != 1 else ''} {listed(names)}"
