"""/openapi.json, made from the schemas that validate and from what each view says of itself."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final, TypeVar

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.api.schemas import ErrorReply
from service.errors import Refusal

View = TypeVar("View", bound=Callable[..., object])
Json = dict[str, object]
Line = tuple[int, str]
JSON: Final = "application/json"
_ATTRIBUTE: Final = "comity_operation"
# A part of an address that varies; how Flask converts it is nobody else's business.
_IN_RULE: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_REF: Final = "#/components/schemas/{model}"
_SCHEMES: Final[Json] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "query": {"type": "apiKey", "name": "key", "in": "query"},
}


def native_lines(kind: type[Refusal]) -> list[Line]:
    """The status of a refusal of this kind, with its code and what it means."""
    return [(kind.status, f"`{kind.code}`: {(kind.__doc__ or '').strip()}")]


@dataclass(frozen=True, slots=True)
class Described:
    """What a view says of itself: its schemas and the refusals it may answer with.

    ``error`` is the shape of a refusal, which a door has of its own, and ``lines`` says with which
    statuses and in which words it answers one; ``statuses`` are those of an answer other than 200,
    each with what it means. ``query`` is what the address may ask for, ``media`` what the body and
    the reply are written in.
    """

    summary: str
    tag: str
    body: type[BaseModel] | None = None
    reply: type[BaseModel] | None = None
    refusals: Sequence[type[Refusal]] = ()
    needs_key: bool = True
    error: type[BaseModel] = ErrorReply
    lines: Callable[[type[Refusal]], Sequence[Line]] = native_lines
    statuses: Mapping[int, str] = field(default_factory=dict)
    query: type[BaseModel] | None = None
    media: str = JSON

    def __call__(self, view: View) -> View:
        """Mark ``view`` with this description, and return it unchanged otherwise."""
        setattr(view, _ATTRIBUTE, self)
        return view


def document(app: Flask) -> Json:
    """The OpenAPI 3.1 document of all described views of ``app``."""
    paths: dict[str, Json] = {}
    schemas: set[type[BaseModel]] = {ErrorReply}
    for rule in app.url_map.iter_rules():
        said = getattr(app.view_functions[rule.endpoint], _ATTRIBUTE, None)
        if isinstance(said, Described):
            schemas |= {shape for shape in (said.body, said.reply, said.error) if shape}
            path = _IN_RULE.sub(r"{\1}", rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                operation = {"operationId": rule.endpoint, **_operation(said, rule.arguments)}
                paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comity",
            "version": _version(),
            "description": "Scores reader comments for insults and incivility.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": _schemas(schemas), "securitySchemes": _SCHEMES},
    }


def _operation(said: Described, in_path: set[str]) -> Json:
    operation: Json = {"summary": said.summary, "tags": [said.tag], "responses": _responses(said)}
    parameters = [*map(_in_path, sorted(in_path)), *_in_query(said.query)]
    if parameters:
        operation["parameters"] = parameters
    if said.body:
        operation["requestBody"] = {"content": _content(said.body, said.media), "required": True}
    if said.needs_key:
        operation["security"] = [{name: []} for name in _SCHEMES]
    return operation


def _in_path(name: str) -> Json:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(shape: type[BaseModel] | None) -> list[Json]:
    """A parameter a field; in an address, a field that may be null is one that may be absent or blank."""
    if shape is None:
        return []
    parameters = []
    for name, schema in shape.model_json_schema()["properties"].items():
        said = {key: value for key, value in schema.items() if key not in ("title", "description")}
        if "anyOf" in said:
            (said,) = [one for one in said["anyOf"] if one != {"type": "null"}]
        told = {"description": schema.get("description", "")}
        blank = {"allowEmptyValue": True}  # as if it were not sent: see ``read_query``
        parameters.append({"name": name, "in": "query", "schema": said, **blank, **told})
    return parameters


def _responses(said: Described) -> Json:
    done: Json = {"description": "Done."}
    if said.reply:
        done["content"] = _content(said.reply, said.media)
    texts: dict[int, list[str]] = {}
    for status, line in sorted({line for kind in said.refusals for line in said.lines(kind)}):
        texts.setdefault(status, []).append(line)
    refused = {
        str(status): {"description": "\n\n".join(lines), "content": _content(said.error)}
        for status, lines in texts.items()
    }
    other = {str(status): {"description": text} for status, text in said.statuses.items()}
    return {"200": done, **other, **refused}


def _content(shape: type[BaseModel], media: str = JSON) -> Json:
    return {media: {"schema": {"$ref": _REF.format(model=shape.__name__)}}}


def _schemas(shapes: set[type[BaseModel]]) -> object:
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    pairs = [(shape, "validation") for shape in ordered]
    _, written = models_json_schema(pairs, ref_template=_REF)  # type: ignore[arg-type]
    return written["$defs"]


def _version() -> str:
    try:
        return version("comity")
    except PackageNotFoundError:
        return "0"
