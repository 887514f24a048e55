"""The rules of registering slash commands, and what a registered command looks like."""

import unicodedata

from tests.sandbox.discord.refusal import Faults, Json, Place

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
LIMITS = {1: 100, 2: 15, 3: 15}
LOCALES = (
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR"),
    *("ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko"),
)


def check_registration(commands: object) -> None:
    """Refuse a bulk registration that Discord would refuse."""
    faults = Faults()
    if not isinstance(commands, list):
        faults.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        faults.refuse()
        return
    for kind, limit in LIMITS.items():
        if sum(1 for command in commands if command.get("type", 1) == kind) > limit:
            faults.add((), "APPLICATION_COMMAND_LIMIT", f"Maximum number of application commands reached ({limit})")
    seen: set[tuple[object, object]] = set()
    for index, command in enumerate(commands):
        _command(faults, (index,), command)
        key = (command.get("type", 1), command.get("name"))
        if key in seen:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            faults.add((index, "name"), code, "Application command names must be unique")
        seen.add(key)
    faults.refuse()


def _command(faults: Faults, place: Place, command: Json) -> None:
    if not faults.one_of((*place, "type"), command.get("type", 1), (1, 2, 3)):
        return
    if command.get("type", 1) == 1:
        _name(faults, (*place, "name"), command.get("name"))
        faults.length((*place, "description"), command.get("description"), 1, 100)
        _options(faults, (*place, "options"), command.get("options") or [], depth=0)
    else:
        faults.length((*place, "name"), command.get("name"), 1, 32)
        if command.get("description") or command.get("options"):
            faults.add(place, "APPLICATION_COMMAND_CONTEXT_MENU", "Context menus cannot have a description or options")
    _localizations(faults, place, command)
    for name, allowed in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for index, value in enumerate(command.get(name) or []):
            faults.one_of((*place, name, index), value, allowed)
    if size(command) > 8000:
        faults.add(place, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _name(faults: Faults, place: Place, name: object) -> None:
    faults.length(place, name, 1, 32)
    if isinstance(name, str) and name and (name != name.lower() or not all(map(_in_names, name))):
        faults.add(place, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _in_names(char: str) -> bool:
    script = unicodedata.name(char, "").startswith(("DEVANAGARI", "THAI"))
    return char in "-_'" or unicodedata.category(char)[0] in "LN" or script


def _options(faults: Faults, place: Place, options: list[Json], depth: int) -> None:
    if not faults.count(place, options, 0, 25):
        return
    kinds = {option.get("type") in (SUBCOMMAND, GROUP) for option in options}
    if len(kinds) > 1:
        code = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
        faults.add(
            place, code, "Sub-command and sub-command group option types are mutually exclusive to all other types"
        )
    seen: set[object] = set()
    optional_before = False
    for index, option in enumerate(options):
        where = (*place, index)
        _option(faults, where, option, depth)
        if option.get("name") in seen:
            faults.add((*where, "name"), "APPLICATION_COMMAND_OPTION_NAME_DUPLICATE", "Option names must be unique")
        seen.add(option.get("name"))
        if option.get("required") and optional_before:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            faults.add(where, code, "Required options must be placed before non-required options")
        optional_before = optional_before or not option.get("required")


def _option(faults: Faults, place: Place, option: Json, depth: int) -> None:
    _name(faults, (*place, "name"), option.get("name"))
    faults.length((*place, "description"), option.get("description"), 1, 100)
    _localizations(faults, place, option)
    allowed = range(1, 12) if depth == 0 else (1, *range(3, 12)) if depth == 1 else range(3, 12)
    if not faults.one_of((*place, "type"), option.get("type"), allowed):
        return
    if option["type"] == GROUP:
        inner = option.get("options") or []
        for index, sub in enumerate(inner):
            faults.one_of((*place, "options", index, "type"), sub.get("type"), (SUBCOMMAND,))
        _options(faults, (*place, "options"), inner, 1)
    elif option["type"] == SUBCOMMAND:
        _options(faults, (*place, "options"), option.get("options") or [], 2)
    else:
        _choices(faults, place, option)


def _choices(faults: Faults, place: Place, option: Json) -> None:
    choices = option.get("choices") or []
    if option.get("autocomplete") and choices:
        code = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES"
        faults.add(place, code, "Autocomplete and choices are mutually exclusive")
    if not faults.count((*place, "choices"), choices, 0, 25):
        return
    seen: set[object] = set()
    for index, choice in enumerate(choices):
        faults.length((*place, "choices", index, "name"), choice.get("name"), 1, 100)
        if option["type"] == STRING:
            faults.length((*place, "choices", index, "value"), choice.get("value"), 0, 100)
        if choice.get("name") in seen:
            code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE"
            faults.add((*place, "choices", index, "name"), code, "Choice names must be unique")
        seen.add(choice.get("name"))


def _localizations(faults: Faults, place: Place, thing: Json) -> None:
    for name in ("name_localizations", "description_localizations"):
        for locale in thing.get(name) or {}:
            faults.one_of((*place, name, locale), locale, LOCALES)


def size(thing: Json) -> int:
    """Characters of names, descriptions and values; the longest locale counts."""
    total = 0
    for name in ("name", "description"):
        texts = [thing.get(name) or "", *(thing.get(f"{name}_localizations") or {}).values()]
        total += max(len(text) for text in texts)
    total += sum(size(option) for option in thing.get("options") or [])
    return total + sum(
        size(choice) + len(str(choice["value"])) for choice in thing.get("choices") or [] if "value" in choice
    )


def registered(command: Json, command_id: int, application_id: int, guild_id: int | None) -> Json:
    """The command as Discord answers it."""
    given = {name: value for name, value in command.items() if value is not None}
    permissions = given.get("default_member_permissions")
    return given | {
        "id": str(command_id),
        "application_id": str(application_id),
        "version": str(command_id),
        "type": given.get("type", 1),
        "description": given.get("description", ""),
        "options": given.get("options", []),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": given.get("nsfw", False),
        **({} if guild_id is None else {"guild_id": str(guild_id)}),
    }
