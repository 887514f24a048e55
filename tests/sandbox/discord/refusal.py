"""How Discord says no: status, code, message and a tree of the fields at fault."""

from collections.abc import Iterable
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]


class Refusal(Exception):
    """An answer in Discord's error shape."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def unauthorized() -> Refusal:
    return Refusal(401, 0, "401: Unauthorized")


def not_found() -> Refusal:
    return Refusal(404, 0, "404: Not Found")


def unknown(what: str) -> Refusal:
    """The 404 that names the thing."""
    codes = {"Application": 10002, "Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008}
    codes |= {"User": 10013, "Webhook": 10015, "Interaction": 10062}
    return Refusal(404, codes[what], f"Unknown {what}")


class Faults:
    """Collects every fault of a request body, then refuses it once."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, place: Place, code: str, message: str) -> None:
        """Note one fault at a place such as ("components", 0, "label")."""
        node = self.tree
        for step in place:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, place: Place) -> None:
        self.add(place, "BASE_TYPE_REQUIRED", "This field is required")

    def length(self, place: Place, value: object, low: int, high: int, *, needed: bool = True) -> None:
        """A text between `low` and `high` characters; absent is a fault only when `needed`."""
        if value is None:
            if needed:
                self.required(place)
        elif not isinstance(value, str):
            self.add(place, "STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
        elif len(value) > high:
            self.add(place, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        elif len(value) < low:
            self.add(place, "BASE_TYPE_MIN_LENGTH", f"Must be at least {low} in length.")

    def count(self, place: Place, things: object, low: int, high: int) -> bool:
        """A list of `low` to `high` things; True when it is a list at all."""
        if not isinstance(things, list):
            self.add(place, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return False
        if not low <= len(things) <= high:
            self.add(place, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        return True

    def one_of(self, place: Place, value: object, allowed: Iterable[object]) -> bool:
        """A value out of a fixed set."""
        wanted = list(allowed)
        if value in wanted and not isinstance(value, bool):
            return True
        self.add(place, "BASE_TYPE_CHOICES", f"Value must be one of {wanted}.")
        return False

    def refuse(self) -> None:
        """Raise when anything was found."""
        if self.tree:
            raise Refusal(400, 50035, "Invalid Form Body", self.tree)
