"""Operations compiled into Python: a function a selection, run over whole columns of objects.

A document is planned once (``plan``: what graphql-core would decide anew for each object), written as Python
(``source``) and run (``run``). Generated code only knows values that are plainly right. What is not, goes to
``completion``, which does with resolved values what graphql-core does, and leaves a Fault where there is an error;
``settling`` makes nulls, paths and locations of Faults, if there are any.
"""

from kit.graphql.compiled.schema import CompiledSchema

__all__ = ["CompiledSchema"]
