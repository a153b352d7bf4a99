"""Demand control: what an operation may cost before it runs, and what it did cost after. Data in, data out.

The rules are those of the IBM cost specification (https://ibm.github.io/graphql-specs/cost-spec.html) as Apollo Router
reads it (docs/source/routing/security/demand-control.mdx and apollo-router/src/plugins/demand_control, since its PR 9852
that tells calls from values):

- an **operation** costs 10 if it is a mutation, else 0, plus its fields. ``__typename`` and introspection are free;
- a **field** costs its call once, the weight of its ``@cost`` (else 0) and its arguments but never less than 0, and then for
  **each value** the weight of its type with all that is selected below: 1 for an object, 0 for a scalar or enum, or the
  type's ``@cost``;
- a value of an **abstract type** costs what the dearest of its possible types does, with what is selected of that type.
  Apollo adds up the fragments of all types: it never estimates less;
- an **argument** that isn't null costs its weight, else its type's, else 0; an input object 1 instead, plus its fields; a
  list its weight plus its items;
- a **list** has as many items as the largest of its slicing arguments says, else as ``assumedSize`` says, else the
  configured default; lists in lists have the default each. Slicing arguments are numbers, or lists, whose length counts,
  or lie at the end of a path such as ``input.page.first``; they are given literally, by a variable or by default. Null says
  nothing, a negative number 0, and no number more than 2^31-1. With ``sizedFields`` the size holds for these fields of the
  value too, ahead of what they say themselves. Where ``requireOneSlicingArgument`` holds, as it does unless it is false,
  and not exactly one slicing argument says a size: SlicingArgumentsError;
- ``@skip`` and ``@include`` count, by variables too, which they don't for Apollo. ``@defer`` changes nothing;
- **afterwards** lists have the items that came, nulls cost their call alone, and fields of one response key are one, which
  the estimate adds up. So the estimate is the larger unless lists are longer than it assumed.

It is the client's operation that is weighed, not the fetches of its plan: Apollo's ``by_response_shape``.

A caller compiles an operation once, keeps the formula with it, and asks that for each request's variables. A formula prints
itself. Its size is in proportion to the document's, however much fragments expand to.
"""

from router.core.demand.actual import ActualCost
from router.core.demand.estimate import compile_estimate, estimate_cost
from router.core.demand.formula import Formula
from router.core.demand.report import (
    COST_OK,
    STATIC_ESTIMATED,
    ActualTooExpensiveError,
    CostError,
    CostReport,
    EstimatedTooExpensiveError,
    SlicingArgumentsError,
)
from router.core.supergraph.costs import Costs, CostsError, ListSize, SizedFields, read_costs, size_fields

__all__ = [
    "COST_OK",
    "STATIC_ESTIMATED",
    "ActualCost",
    "ActualTooExpensiveError",
    "CostError",
    "CostReport",
    "Costs",
    "CostsError",
    "EstimatedTooExpensiveError",
    "Formula",
    "ListSize",
    "SizedFields",
    "SlicingArgumentsError",
    "compile_estimate",
    "estimate_cost",
    "read_costs",
    "size_fields",
]
