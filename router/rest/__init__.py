"""REST in front of the graph: ``rest.yaml`` says which method and path is which operation.

``load_rest_map`` reads the file and holds it to the supergraph, ``RestApi`` turns requests into calls and responses
into answers, ``handle`` does both around an ``execute`` that is handed in. Nothing here does I/O once it is loaded.
"""

from router.rest.api import RestApi
from router.rest.errors import FileProblem, Place, RestFileError
from router.rest.handle import handle
from router.rest.load import RestMap, load_rest_map, read_rest_map
from router.rest.messages import Call, Execute, RestRequest, RestResponse
from router.rest.problems import ProblemError

__all__ = [
    "Call",
    "Execute",
    "FileProblem",
    "Place",
    "ProblemError",
    "RestApi",
    "RestFileError",
    "RestMap",
    "RestRequest",
    "RestResponse",
    "handle",
    "load_rest_map",
    "read_rest_map",
]
