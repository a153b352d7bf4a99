"""What an operation costs, before it runs and after: the IBM cost specification as Apollo Router reads it.

A mutation costs 10, a query nothing. A field costs the weight of its ``@cost``, else that of its type: 1 for objects,
interfaces and unions, 0 for scalars and enums; once for each item of a list, with all that is selected below it.
Arguments cost the weight of theirs, input objects 1. How many items a list has is what its slicing arguments say, else
what ``@listSize`` assumes, else a configured size; afterwards it is what came.
"""

from router.core.demand_control.actual import actual_cost
from router.core.demand_control.estimate import CostError, Estimate

__all__ = ["CostError", "Estimate", "actual_cost"]
