"""Recorded traffic judged from outside: Discord's own OpenAPI description, requests and answers alike."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError

from tests.sandbox.discord.refusal import Json

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "discord-openapi.json"


class Contract:
    """Discord's description; `faults()` names every call that differs from it, and where."""

    def __init__(self, description: Path = DESCRIPTION) -> None:
        self._path = description
        self._judges: dict[int, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _spec(self) -> Json:
        spec: Json = json.loads(self._path.read_text())
        # discord.py sends attachment and recipient ids as numbers, which Discord takes
        spec["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        return spec

    def faults(self, traffic: list[Json]) -> list[str]:
        """One line for each difference; calls the description does not know are named too."""
        return [f"{call['method']} {call['route']} {fault}" for call in traffic for fault in self._judge(call)]

    def _judge(self, call: Json) -> Iterator[str]:
        original = call["match"].get("message_id") == "@original"
        route = call["route"].replace("{message_id}", "@original") if original else call["route"]
        operation = self._spec["paths"].get(route, {}).get(call["method"].lower())
        if operation is None:
            yield "is not described"
            return
        if call["payload"] is not None and call["status"] < 400:
            yield from self._differences("sent", operation.get("requestBody", {}), call["payload"])
        answer = operation["responses"].get(str(call["status"])) or operation["responses"].get("4XX", {})
        if call["response"] is not None and call["status"] != 429:
            yield from self._differences("was answered", answer, call["response"])

    def _differences(self, verb: str, described: Json, value: object) -> Iterator[str]:
        schema = described.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return
        if self._quick_judge(schema).is_valid(value):
            return
        errors = Draft202012Validator(self._whole(schema)).iter_errors(value)
        leaves = [leaf for error in errors for leaf in _leaves(error)]
        assert leaves, "one judge says it differs, the other does not say where"
        for leaf in leaves:
            yield f"{verb} {leaf.json_path}: {leaf.message[:200]}"

    def _quick_judge(self, schema: Json) -> jsonschema_rs.Draft202012Validator:
        """Far faster than the one that says where."""
        if id(schema) not in self._judges:
            self._judges[id(schema)] = jsonschema_rs.Draft202012Validator(self._whole(schema))
        return self._judges[id(schema)]

    def _whole(self, schema: Json) -> Json:
        return {**schema, "components": self._spec["components"]}


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Of a union only the branches whose own type fits, so that the fault can be read."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or []:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    if not branches:
        yield error
        return
    fitting = [branch for branch in branches.values() if not any(map(_wrong_type, branch))]
    for inner in (fitting or [min(branches.values(), key=len)])[0]:
        yield from _leaves(inner)


def _wrong_type(error: ValidationError) -> bool:
    return list(error.relative_path) == ["type"] and error.validator in ("enum", "const")
