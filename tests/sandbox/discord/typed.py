"""What a person types, checked against what the bot registered, as the data of an interaction."""

import base64
from dataclasses import dataclass, field

from tests.sandbox.discord import shapes
from tests.sandbox.discord.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    USER,
)
from tests.sandbox.discord.messages import attachment
from tests.sandbox.discord.refusal import Json
from tests.sandbox.discord.state import ADMINISTRATOR, SERVER_CHANNEL_ID, State, Upload
from tests.sandbox.people import GUILD_ID


class CannotType(LookupError):
    """Discord's client would not let the person send this."""


@dataclass
class Typing:
    """One command being typed by somebody, somewhere."""

    state: State
    discord_id: int
    channel_id: int
    resolved: Json = field(default_factory=dict)

    def command(self, words: str, given: Json) -> Json:
        """The data of a finished command."""
        root, path, leaf = self._find(words)
        options = [
            self._option(option, given) for option in leaf.get("options", []) if _named(option, given) is not None
        ]
        _nothing_unknown(words, leaf, given)
        for option in leaf.get("options", []):
            if option.get("required") and _named(option, given) is None:
                raise CannotType(f"{words} needs the option {option['name']!r}")
        return self._data(root, path, options)

    def unfinished(self, words: str, given: Json, focused: str, text: str) -> Json:
        """The data of a command being typed, the cursor in `focused`."""
        root, path, leaf = self._find(words)
        _nothing_unknown(words, leaf, given | {focused: text})
        options: list[Json] = []
        for option in leaf.get("options", []):
            if _named(option, {focused: text}) is not None:
                if not option.get("autocomplete"):
                    raise CannotType(f"the option {focused!r} of {words} does not complete")
                options.append({"name": option["name"], "type": option["type"], "value": text, "focused": True})
            elif _named(option, given) is not None:
                options.append(self._option(option, given))
        return self._data(root, path, options)

    def _data(self, root: Json, path: list[Json], options: list[Json]) -> Json:
        for step in reversed(path):
            options = [{"type": step["type"], "name": step["name"], "options": options}]
        data: Json = {"id": root["id"], "name": root["name"], "type": 1, "options": options}
        return data | ({"resolved": self.resolved} if self.resolved else {})

    def _find(self, words: str) -> tuple[Json, list[Json], Json]:
        names = words.strip().removeprefix("/").split()
        root = self._root(names[0] if names else "")
        path: list[Json] = []
        leaf = root
        for name in names[1:]:
            inner = [each for each in leaf.get("options", []) if each["type"] in (SUBCOMMAND, GROUP)]
            step = next((each for each in inner if each["name"] == name), None)
            if step is None:
                raise CannotType(
                    f"there is no {words!r}; after {leaf['name']!r} come {[each['name'] for each in inner]}"
                )
            path.append(step)
            leaf = step
        if any(each["type"] in (SUBCOMMAND, GROUP) for each in leaf.get("options", [])):
            raise CannotType(f"{words!r} is not finished; it goes on with {[each['name'] for each in leaf['options']]}")
        return root, path, leaf

    def _root(self, name: str) -> Json:
        in_server = self.channel_id == SERVER_CHANNEL_ID
        offered = {each["name"]: each for each in self.state.commands[None] if each["type"] == 1}
        if in_server:
            offered |= {each["name"]: each for each in self.state.commands.get(GUILD_ID, []) if each["type"] == 1}
        if name not in offered:
            raise CannotType(f"there is no command /{name}; the bot registered {sorted(offered)}")
        found = offered[name]
        if not _offered_here(found, in_server=in_server):
            raise CannotType(f"/{name} is not offered {'in a server' if in_server else 'in direct messages'}")
        needed = found.get("default_member_permissions")
        held = self.state.permissions(self.discord_id)
        if (
            in_server
            and needed is not None
            and not held & ADMINISTRATOR
            and (held & int(needed) != int(needed) or needed == "0")
        ):
            raise CannotType(f"/{name} is only offered to members with the permissions {needed}")
        return found

    def _option(self, option: Json, given: Json) -> Json:
        value = _named(option, given)
        return {"name": option["name"], "type": option["type"], "value": self._value(option, value)}

    def _value(self, option: Json, value: object) -> object:
        if option["type"] in (STRING, INTEGER, NUMBER):
            return _checked(option, value)
        if option["type"] == BOOLEAN:
            if not isinstance(value, bool):
                raise CannotType(f"{option['name']!r} is True or False, not {value!r}")
            return value
        if option["type"] in (USER, MENTIONABLE):
            return self._mentioned(str(value))
        if option["type"] == ATTACHMENT and isinstance(value, dict):
            upload = Upload(value["filename"], base64.b64decode(value["base64"]))
            return keep(self.state, self.channel_id, upload, self.resolved)
        if option["type"] == CHANNEL:
            self.resolved.setdefault("channels", {})[str(SERVER_CHANNEL_ID)] = shapes.server_channel() | {
                "permissions": "0"
            }
            return str(SERVER_CHANNEL_ID)
        if option["type"] == ROLE:
            self.resolved.setdefault("roles", {})[str(GUILD_ID)] = shapes.guild(self.state)["roles"][0]
            return str(GUILD_ID)
        raise CannotType(f"{value!r} does not fit the option {option['name']!r}")

    def _mentioned(self, key: str) -> str:
        who = self.state.person(key).discord_id
        self.resolved.setdefault("users", {})[str(who)] = shapes.user(self.state, who)
        if self.channel_id == SERVER_CHANNEL_ID and who in self.state.members:
            member = shapes.member(self.state, who, permissions=True)
            self.resolved.setdefault("members", {})[str(who)] = {k: v for k, v in member.items() if k != "user"}
        return str(who)


def keep(state: State, channel_id: int, upload: Upload, resolved: Json) -> str:
    """Serve a file a person hands in, and describe it among what is resolved."""
    described = attachment(state, channel_id, upload, {}) | {"ephemeral": True}
    state.files[int(described["id"])] = upload
    resolved.setdefault("attachments", {})[described["id"]] = described
    return str(described["id"])


def _named(option: Json, given: Json) -> object:
    name = option["name"]
    return next((given[each] for each in given if name in (each, each.rstrip("_"), each.replace("_", "-"))), None)


def _nothing_unknown(words: str, leaf: Json, given: Json) -> None:
    known = leaf.get("options", [])
    for name in given:
        if all(_named(option, {name: True}) is None for option in known):
            raise CannotType(f"{words} has no option {name!r}; it has {[option['name'] for option in known]}")


def _offered_here(command: Json, *, in_server: bool) -> bool:
    contexts = command.get("contexts")
    if contexts is None:
        return in_server or bool(command.get("dm_permission", True))
    return (0 if in_server else 1) in contexts


def _checked(option: Json, value: object) -> object:
    name, kind = option["name"], option["type"]
    for choice in option.get("choices", []):
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    if option.get("choices"):
        raise CannotType(f"{name!r} is one of {[choice['name'] for choice in option['choices']]}, not {value!r}")
    fits = {STRING: (str,), INTEGER: (int,), NUMBER: (int, float)}[kind]
    if not isinstance(value, fits) or isinstance(value, bool):
        raise CannotType(f"{name!r} does not take {value!r}")
    measure = len(value) if isinstance(value, str) else value
    what = "length" if isinstance(value, str) else "value"
    low, high = option.get(f"min_{what}"), option.get(f"max_{what}", 6000 if what == "length" else None)
    assert isinstance(measure, int | float)
    if (low is not None and measure < low) or (high is not None and measure > high):
        raise CannotType(f"the {what} of {name!r} is from {low} to {high}, not {measure}")
    return value
