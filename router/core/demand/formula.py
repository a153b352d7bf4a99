"""A cost as a short list of steps over variables, each of them calculated once.

What depends on no variable is calculated when the formula is built. Sizes that nothing tells are ``UNKNOWN``; a step
that can't be calculated is not a number, and so is all that needs it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NewType, NoReturn, Protocol, TypeAlias

from router.core.selection import Conditions

Slot = NewType("Slot", int)
"""Of a step, whose value counts."""
Value: TypeAlias = float | Slot
UNKNOWN: Final = -1.0


class Step(Protocol):
    """Hashable, so that equal steps are one."""

    @property
    def operands(self) -> tuple[Slot, ...]: ...

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float: ...


class Unanswerable(Protocol):
    """A step that may refuse variables: it is not a number then."""

    def refuse(self, variables: Mapping[str, Any]) -> NoReturn: ...


@dataclass(frozen=True, slots=True)
class Sum:
    constant: float
    operands: tuple[Slot, ...]

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        total = self.constant
        for slot in self.operands:
            total += values[slot]
        return total

    def __str__(self) -> str:
        parts = [f"{self.constant:g}"] if self.constant else []
        return " + ".join([*parts, *(f"#{slot}" for slot in self.operands)])


@dataclass(frozen=True, slots=True)
class Largest:
    constant: float
    operands: tuple[Slot, ...]

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        largest = self.constant
        for slot in self.operands:
            value = values[slot]
            if value != value:  # noqa: PLR0124
                return value
            largest = max(largest, value)
        return largest

    def __str__(self) -> str:
        return f"max({', '.join([f'{self.constant:g}', *(f'#{slot}' for slot in self.operands)])})"


@dataclass(frozen=True, slots=True)
class Items:
    """``known`` once for each item of a list; ``unknown`` for all of them where nothing tells how many there are."""

    size: Value
    known: Value
    unknown: Value

    @property
    def operands(self) -> tuple[Slot, ...]:
        return tuple(each for each in (self.size, self.known, self.unknown) if not isinstance(each, float))

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:  # noqa: ARG002
        size, known, unknown = (
            each if isinstance(each, float) else values[each]
            for each in (self.size, self.known, self.unknown)
        )
        if size == UNKNOWN:
            return unknown
        return _times(size, known)

    def __str__(self) -> str:
        return f"{_show(self.size)} × {_show(self.known)}" + (
            "" if isinstance(self.size, float) else f", else {_show(self.unknown)}"
        )


@dataclass(frozen=True, slots=True)
class When:
    conditions: Conditions
    value: Value

    @property
    def operands(self) -> tuple[Slot, ...]:
        return () if isinstance(self.value, float) else (self.value,)

    def evaluate(self, values: Sequence[float], variables: Mapping[str, Any]) -> float:
        for condition in self.conditions:
            if not condition.holds(variables):
                return 0.0
        return self.value if isinstance(self.value, float) else values[self.value]

    def __str__(self) -> str:
        return f"{_show(self.value)} {' '.join(map(str, self.conditions))}"


class Formula:
    """``cost`` may be asked any number of times."""

    def __init__(self, steps: Iterable[Step], result: Value) -> None:
        self._steps = tuple(steps)
        self._evaluate = tuple(step.evaluate for step in self._steps)
        self._result = result

    def cost(self, variables: Mapping[str, Any]) -> float:
        """Finite, and at least 0. ``variables`` are coerced. Raises SlicingArgumentsError."""
        if isinstance(self._result, float):
            return min(self._result, sys.float_info.max)
        values: list[float] = []
        for evaluate in self._evaluate:
            values.append(evaluate(values, variables))
        cost = values[self._result]
        if math.isnan(cost):
            self._refuse(self._result, values, variables)
        return min(cost, sys.float_info.max)

    def _refuse(self, slot: Slot, values: Sequence[float], variables: Mapping[str, Any]) -> NoReturn:
        """Follows what is not a number to where that began."""
        while True:
            step: Any = self._steps[slot]
            if not step.operands:
                step.refuse(variables)
            slot = next(each for each in step.operands if math.isnan(values[each]))

    def __str__(self) -> str:
        lines = [f"#{slot} = {step}" for slot, step in enumerate(self._steps)]
        return "\n".join([*lines, f"cost = {_show(self._result)}"])


class Builder:
    """Gathers steps; what is constant is calculated at once."""

    def __init__(self) -> None:
        self._slots: dict[Step, Slot] = {}

    def finish(self, result: Value) -> Formula:
        return Formula(self._slots, result)

    def step(self, step: Step) -> Slot:
        return self._slots.setdefault(step, Slot(len(self._slots)))

    def add(self, values: Iterable[Value]) -> Value:
        constant, slots = 0.0, list[Slot]()
        for value in values:
            if isinstance(value, float):
                constant += value
            else:
                slots.append(value)
        if not slots:
            return constant
        return slots[0] if len(slots) == 1 and not constant else self.step(Sum(constant, tuple(slots)))

    def largest(self, values: Iterable[Value]) -> Value:
        """Of costs, which are at least 0."""
        constant, slots = 0.0, dict[Slot, None]()
        for value in values:
            if isinstance(value, float):
                constant = max(constant, value)
            else:
                slots[value] = None
        if len(slots) == 1 and not constant:
            return next(iter(slots))
        return self.step(Largest(constant, tuple(slots))) if slots else constant

    def at_least_zero(self, value: Value) -> Value:
        return max(0.0, value) if isinstance(value, float) else self.step(Largest(0.0, (value,)))

    def items(self, size: Value, known: Value, unknown: Value) -> Value:
        if isinstance(size, float):
            if size == UNKNOWN:
                return unknown
            if isinstance(known, float):
                return _times(size, known)
        return self.step(Items(size, known, unknown))

    def when(self, conditions: Conditions, value: Value) -> Value:
        return self.step(When(conditions, value)) if conditions and value != 0.0 else value


def _times(size: float, value: float) -> float:
    """No item of endless cost costs nothing."""
    product = size * value
    return 0.0 if product != product and size == size and value == value else product  # noqa: PLR0124


def _show(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else f"#{value}"
