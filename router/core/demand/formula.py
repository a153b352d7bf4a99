"""A cost as a short list of steps over variables, each of them calculated once.

What depends on no variable is calculated when the formula is built. Sizes that nothing tells are ``UNKNOWN``; a step
that can't be calculated is not a number, and so is all that needs it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol, TypeAlias

from router.core.selection import Conditions


@dataclass(frozen=True, slots=True)
class Slot:
    """The number of a step, whose value counts. No number itself, so that it never equals one."""

    number: int


Value: TypeAlias = float | Slot
UNKNOWN: Final = -1.0


class Step(Protocol):
    """Hashable, so that equal steps are one. A step without operands may refuse variables by ``refuse(variables)``."""

    @property
    def operands(self) -> tuple[int, ...]: ...

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float: ...

    def show(self, names: Sequence[str]) -> str: ...


@dataclass(frozen=True, slots=True)
class Constant:
    value: float

    @property
    def operands(self) -> tuple[int, ...]:
        return ()

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        return self.value

    def show(self, names: Sequence[str]) -> str:  # noqa: ARG002
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Sum:
    constant: float
    operands: tuple[int, ...]

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        total = self.constant
        for slot in self.operands:
            total += values[slot]
        return total

    def show(self, names: Sequence[str]) -> str:
        parts = [f"{self.constant:g}"] if self.constant else []
        return " + ".join([*parts, *(names[slot] for slot in self.operands)])


@dataclass(frozen=True, slots=True)
class Largest:
    constant: float
    operands: tuple[int, ...]

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        largest = self.constant
        for slot in self.operands:
            value = values[slot]
            if value != value:  # noqa: PLR0124
                return value
            largest = max(largest, value)
        return largest

    def show(self, names: Sequence[str]) -> str:
        return f"max({', '.join([f'{self.constant:g}', *(names[slot] for slot in self.operands)])})"


@dataclass(frozen=True, slots=True)
class Items:
    """``known`` once for each item of a list; ``unknown`` for all of them where nothing tells how many there are."""

    size: int
    known: int
    unknown: int

    @property
    def operands(self) -> tuple[int, ...]:
        return self.size, self.known, self.unknown

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        size = values[self.size]
        return values[self.unknown] if size == UNKNOWN else _times(size, values[self.known])

    def show(self, names: Sequence[str]) -> str:
        product = f"{names[self.size]} × {names[self.known]}"
        return product if names[self.unknown] == "0" else f"{product}, else {names[self.unknown]}"


@dataclass(frozen=True, slots=True)
class When:
    conditions: Conditions
    value: int

    @property
    def operands(self) -> tuple[int, ...]:
        return (self.value,)

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:
        for condition in self.conditions:
            if not condition.holds(variables):
                return 0.0
        return values[self.value]

    def show(self, names: Sequence[str]) -> str:
        return f"{names[self.value]} {' '.join(map(str, self.conditions))}"


class Formula:
    """``cost`` may be asked any number of times."""

    def __init__(self, steps: Iterable[Step], result: Value) -> None:
        self._steps = tuple(steps)
        self._evaluate = tuple(step.evaluate for step in self._steps)
        self._result = result

    def cost(self, variables: Mapping[str, Any]) -> float:
        """Finite, and at least 0. ``variables`` are coerced. Raises SlicingArgumentsError."""
        if not isinstance(self._result, Slot):
            return min(self._result, sys.float_info.max)
        values: list[float] = []
        for evaluate in self._evaluate:
            values.append(evaluate(values, variables))
        cost = values[self._result.number]
        if math.isnan(cost):
            self._refuse(self._result.number, values, variables)
        return min(cost, sys.float_info.max)

    def _refuse(self, slot: int, values: Sequence[float], variables: Mapping[str, Any]) -> NoReturn:
        """Follows what is not a number to where that began."""
        while True:
            step: Any = self._steps[slot]
            if not step.operands:
                step.refuse(variables)
            slot = next(each for each in step.operands if math.isnan(values[each]))

    def __str__(self) -> str:
        names: list[str] = []
        lines: list[str] = []
        for step in self._steps:
            shown = step.show(names)
            if isinstance(step, Constant):
                names.append(shown)
            else:
                names.append(f"#{len(lines)}")
                lines.append(f"{names[-1]} = {shown}")
        result = names[self._result.number] if isinstance(self._result, Slot) else f"{self._result:g}"
        return "\n".join([*lines, f"cost = {result}"])


class Builder:
    """Gathers steps; what is constant is calculated at once."""

    def __init__(self) -> None:
        self._numbers: dict[Step, int] = {}

    def finish(self, result: Value) -> Formula:
        return Formula(self._numbers, result)

    def step(self, step: Step) -> Slot:
        return Slot(self._numbers.setdefault(step, len(self._numbers)))

    def add(self, values: Iterable[Value]) -> Value:
        constant, slots = 0.0, list[Slot]()
        for value in values:
            if isinstance(value, Slot):
                slots.append(value)
            else:
                constant += value
        if not slots:
            return constant
        if len(slots) == 1 and not constant:
            return slots[0]
        return self.step(Sum(constant, tuple([slot.number for slot in slots])))

    def largest(self, values: Iterable[Value]) -> Value:
        """Of costs, which are at least 0."""
        constant, slots = 0.0, dict[Slot, None]()
        for value in values:
            if isinstance(value, Slot):
                slots[value] = None
            else:
                constant = max(constant, value)
        if len(slots) == 1 and not constant:
            return next(iter(slots))
        return self.step(Largest(constant, tuple([slot.number for slot in slots]))) if slots else constant

    def at_least_zero(self, value: Value) -> Value:
        return self.step(Largest(0.0, (value.number,))) if isinstance(value, Slot) else max(0.0, value)

    def items(self, size: Value, known: Value, unknown: Value) -> Value:
        if not isinstance(size, Slot):
            if size == UNKNOWN:
                return unknown
            if not isinstance(known, Slot):
                return _times(size, known)
        return self.step(Items(self._number(size), self._number(known), self._number(unknown)))

    def when(self, conditions: Conditions, value: Value) -> Value:
        """Nothing where a condition doesn't hold."""
        if not conditions or value == 0.0:
            return value
        return self.step(When(conditions, self._number(value)))

    def _number(self, value: Value) -> int:
        return (value if isinstance(value, Slot) else self.step(Constant(value))).number


def _times(size: float, value: float) -> float:
    """No item of endless cost costs nothing."""
    product = size * value
    return 0.0 if product != product and size == size and value == value else product  # noqa: PLR0124
