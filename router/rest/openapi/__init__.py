"""The OpenAPI 3.1 document of the façade, out of its routes and the graph's own words."""

from router.rest.openapi.document import openapi_document

__all__ = ["openapi_document"]
