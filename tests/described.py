"""Requests that are made up from the description of an API, and its answers held against it: what schemathesis is for.

Who asks is no matter of the description here: cookies and headers are those of a browser that is logged in, or of a stranger.
"""

import copy
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import httpx
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis import APIOperation, GenerationMode
from schemathesis import Case as AnyCase
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from examples import examples
from underseal.core.web.errors import NOT_JSON
from underseal.core.web.openapi import operations

Operation: TypeAlias = APIOperation[Any, Any, Any, Any]
Case: TypeAlias = AnyCase[Any]

CHECKS: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

TOO_LARGE: Final = 413
"""What is too large is refused before it is read, and so before it can be said to be wrong."""

USUAL: Final = 3
"""Requests of an operation in `make test`; each takes some 30 ms to make up, ask and check."""

FEW: Final = settings(
    max_examples=examples(USUAL),
    deadline=None,
    derandomize="SOAK" not in os.environ,  # what one change does not break, the next must not be blamed for
    database=None,
    suppress_health_check=list(HealthCheck),
)


def read(description: Mapping[str, Any], *, leaving_out: Sequence[str] = ()) -> list[Operation]:
    """Return the operations of a description.

    Args:
        description: of an API (OpenAPI). leaving_out: names of operations, "POST /api/logout".
    """
    bare = copy.deepcopy(dict(description))
    for path, method, operation in operations(bare):
        operation.pop("security", None)
        operation["parameters"] = [each for each in operation.get("parameters", []) if each["in"] != "header"]
        if f"{method} {path}" in leaving_out:
            bare["paths"][path] = {m: o for m, o in bare["paths"][path].items() if m.upper() != method}
    config = schemathesis.Config.from_dict({"generation": {"allow-extra-parameters": False}})
    schema = schemathesis.openapi.from_dict(bare, config=config)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def cases(operation: Operation, known: Mapping[str, str]) -> SearchStrategy[Case]:
    """Return requests that fit the description, such that do not, and such that name things that are there.

    Args:
        operation: which. known: values for parameters of its address.
    """
    named = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=named)
    return one_of(
        fitting,
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )


def ask(http: httpx.Client, case: Case, headers: Mapping[str, str]) -> httpx.Response:
    """Make a request.

    Args:
        http: whose. case: what is asked. headers: that it is asked with.
    """
    said = case.as_transport_kwargs(base_url=str(http.base_url))
    kind = {name: value for name, value in dict(said["headers"]).items() if name.lower() == "content-type"}
    body = {"json": said["json"]} if "json" in said else {"content": said.get("data")}
    return http.request(said["method"], said["url"], params=said["params"], headers=kind | dict(headers), **body)


def expect_described(case: Case, response: httpx.Response) -> None:
    """Hold an answer against the description."""
    assert response.status_code < 500, response.text
    refusal = [] if response.status_code == TOO_LARGE else [checks.negative_data_rejection]
    case.validate_response(response, checks=[*CHECKS, *refusal])


def expect_nothing(response: httpx.Response) -> None:
    """Check that an answer tells a stranger nothing: an address that is misspelt is no route, and a body has to be JSON."""
    unread = response.status_code == 400 and response.json()["error"]["message"] == NOT_JSON
    assert unread or response.status_code in (401, 404, 405), response.text
