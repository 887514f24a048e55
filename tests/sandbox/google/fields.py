"""Partial answers: the `fields` parameter, read and applied."""

import re
from typing import Any

from tests.sandbox.google.refusals import ApiError

Tree = dict[str, "Tree"]
TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),/]")
EVERYTHING = "*"


def chosen(value: dict[str, Any], fields: str | None, usual: str, known: frozenset[str]) -> dict[str, Any]:
    """The part of an answer that was asked for; `usual` where nothing was, a refusal for what does not exist."""
    tree = _parse(fields or usual)
    for name in _names(tree):
        if name not in known:
            raise _invalid(name)
    picked: dict[str, Any] = _pick(value, tree)
    return picked


def _parse(text: str) -> Tree:
    tokens = TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise _invalid(text)
    tree, rest = _list(tokens)
    if rest:
        raise _invalid(text)
    return tree


def _list(tokens: list[str]) -> tuple[Tree, list[str]]:
    tree: Tree = {}
    while tokens:
        name, tokens = tokens[0], tokens[1:]
        branch, tokens = _branch(tokens)
        tree[name] = branch
        if not tokens or tokens[0] != ",":
            break
        tokens = tokens[1:]
    return tree, tokens


def _branch(tokens: list[str]) -> tuple[Tree, list[str]]:
    if tokens and tokens[0] == "/":
        branch, rest = _branch(tokens[2:])
        return {tokens[1]: branch}, rest
    if tokens and tokens[0] == "(":
        branch, rest = _list(tokens[1:])
        if not rest or rest[0] != ")":
            raise _invalid("(")
        return branch, rest[1:]
    return {}, tokens


def _names(tree: Tree) -> list[str]:
    return [each for name, branch in tree.items() for each in [name, *([] if name in _FREE else _names(branch))]]


_FREE = ("appProperties", "properties")


def _pick(value: Any, tree: Tree) -> Any:  # noqa: ANN401 - JSON of any shape
    if not tree or EVERYTHING in tree:
        return value
    if isinstance(value, list):
        return [_pick(each, tree) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _pick(value[name], branch) for name, branch in tree.items() if name in value}


def _invalid(name: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {name}", location="fields")
