"""Which components a message may carry, how many, how long, and that none is ambiguous."""

from collections.abc import Callable, Iterator

from tests.sandbox.discord.refusal import Faults, Json, Place

ROW, BUTTON, SELECT, INPUT, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 1, 2, 3, 4, 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD = 17, 18, 19
SELECTS = (3, 5, 6, 7, 8)
INSIDE_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
TOP_LEVEL = (*INSIDE_CONTAINER, CONTAINER)
LINK, PREMIUM = 5, 6


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component in reading order, nested ones after their parent."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for name in ("accessory", "component"):
            if isinstance(component.get(name), dict):
                yield from walk([component[name]])


def number(components: list[Json]) -> None:
    """Give an id to each component that has none, as the server does."""
    taken = {component["id"] for component in walk(components) if component.get("id")}
    fresh = (candidate for candidate in range(1, 10_000) if candidate not in taken)
    for component in walk(components):
        if not component.get("id"):
            component["id"] = next(fresh)


def check_components(faults: Faults, components: list[Json], *, modern: bool, filenames: set[str]) -> None:
    """The rules of a message's components, with the Components V2 flag or without."""
    place: Place = ("components",)
    if not faults.count(place, components, 0, 40 if modern else 5):
        return
    for index, component in enumerate(components):
        if not modern and component.get("type") != ROW:
            faults.add((*place, index, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({ROW},).')
        elif faults.one_of((*place, index, "type"), component.get("type"), TOP_LEVEL):
            _component(faults, (*place, index), component, filenames)
    check_unique(faults, place, components)
    if modern:
        _totals(faults, place, components)


def check_unique(faults: Faults, place: Place, components: list[Json]) -> None:
    """No custom_id and no id twice."""
    for name, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        seen: set[object] = set()
        for component in walk(components):
            value = component.get(name)
            if value and value in seen:
                faults.add(place, code, f"Component {name} cannot be duplicated: {value}")
            seen.add(value)


def _totals(faults: Faults, place: Place, components: list[Json]) -> None:
    everything = list(walk(components))
    if len(everything) > 40:
        faults.add(place, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed 40")
    if sum(len(str(component.get("content") or "")) for component in everything) > 4000:
        code = "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"
        faults.add(place, code, "Total number of displayable text characters must not exceed 4000")


def _component(faults: Faults, place: Place, component: Json, filenames: set[str]) -> None:
    rules: dict[int, Callable[[Faults, Place, Json, set[str]], None]] = {
        ROW: _row,
        SECTION: _section,
        TEXT: _text,
        THUMBNAIL: _thumbnail,
        GALLERY: _gallery,
        FILE: _file,
        SEPARATOR: _separator,
        CONTAINER: _container,
    }
    rules[component["type"]](faults, place, component, filenames)


def _row(faults: Faults, place: Place, row: Json, _: set[str]) -> None:
    children = row.get("components")
    if not faults.count((*place, "components"), children, 1, 5):
        return
    for index, child in enumerate(children or []):
        where = (*place, "components", index)
        if not faults.one_of((*where, "type"), child.get("type"), (BUTTON, *SELECTS)):
            continue
        if child["type"] == BUTTON:
            check_button(faults, where, child)
        else:
            check_select(faults, where, child)
            if len(children or []) > 1:
                faults.add(
                    place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
                )


def check_button(faults: Faults, place: Place, button: Json) -> None:
    """A custom_id or, for a link, an address; and something to read on it."""
    if not faults.one_of((*place, "style"), button.get("style"), range(1, 7)):
        return
    style = button["style"]
    if style == LINK:
        if not button.get("url"):
            faults.add(place, "BUTTON_COMPONENT_INVALID_URL", "A url is required")
        elif not str(button["url"]).startswith(("http://", "https://", "discord://")):
            faults.add(
                (*place, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('discord', 'http', 'https')."
            )
        faults.length((*place, "url"), button.get("url"), 0, 512, needed=False)
    elif style != PREMIUM and not button.get("custom_id"):
        faults.add((*place, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    if style == LINK and button.get("custom_id"):
        faults.add(
            place, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified"
        )
    faults.length((*place, "custom_id"), button.get("custom_id"), 1, 100, needed=False)
    faults.length((*place, "label"), button.get("label"), 0, 80, needed=False)
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        faults.add(place, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or emoji")


def check_select(faults: Faults, place: Place, select: Json) -> None:
    """Options, and how many may be chosen."""
    faults.length((*place, "custom_id"), select.get("custom_id"), 1, 100)
    faults.length((*place, "placeholder"), select.get("placeholder"), 0, 150, needed=False)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= int(low) <= 25 or not 1 <= int(high) <= 25 or low > high:
        faults.add(
            (*place, "max_values"), "BASE_TYPE_BAD_RANGE", "min_values and max_values must be in order within 0-25"
        )
    if select["type"] != SELECT:
        return
    options = select.get("options")
    if not faults.count((*place, "options"), options, 1, 25):
        return
    check_choices(faults, (*place, "options"), options or [])
    if high > len(options or []):
        faults.add((*place, "max_values"), "COMPONENT_SELECT_MAX_VALUES", "max_values exceeds the number of options")


def check_choices(faults: Faults, place: Place, options: list[Json]) -> None:
    """Labels, values and descriptions of options; no value twice."""
    seen: set[object] = set()
    for index, option in enumerate(options):
        faults.length((*place, index, "label"), option.get("label"), 1, 100)
        faults.length((*place, index, "value"), option.get("value"), 1, 100)
        faults.length((*place, index, "description"), option.get("description"), 0, 100, needed=False)
        if option.get("value") in seen:
            faults.add(
                (*place, index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Option value is already used"
            )
        seen.add(option.get("value"))


def _section(faults: Faults, place: Place, section: Json, filenames: set[str]) -> None:
    if faults.count((*place, "components"), section.get("components"), 1, 3):
        for index, child in enumerate(section["components"]):
            if faults.one_of((*place, "components", index, "type"), child.get("type"), (TEXT,)):
                _text(faults, (*place, "components", index), child, filenames)
    accessory = section.get("accessory")
    if not accessory:
        faults.required((*place, "accessory"))
    elif faults.one_of((*place, "accessory", "type"), accessory.get("type"), (BUTTON, THUMBNAIL)):
        if accessory["type"] == BUTTON:
            check_button(faults, (*place, "accessory"), accessory)
        else:
            _thumbnail(faults, (*place, "accessory"), accessory, filenames)


def _text(faults: Faults, place: Place, text: Json, _: set[str]) -> None:
    faults.length((*place, "content"), text.get("content"), 1, 4000)


def _thumbnail(faults: Faults, place: Place, thumbnail: Json, filenames: set[str]) -> None:
    _media(faults, (*place, "media"), thumbnail.get("media"), filenames)
    faults.length((*place, "description"), thumbnail.get("description"), 0, 1024, needed=False)


def _gallery(faults: Faults, place: Place, gallery: Json, filenames: set[str]) -> None:
    if faults.count((*place, "items"), gallery.get("items"), 1, 10):
        for index, item in enumerate(gallery["items"]):
            _media(faults, (*place, "items", index, "media"), item.get("media"), filenames)
            faults.length((*place, "items", index, "description"), item.get("description"), 0, 1024, needed=False)


def _file(faults: Faults, place: Place, component: Json, filenames: set[str]) -> None:
    _media(faults, (*place, "file"), component.get("file"), filenames, remote=False)


def _media(faults: Faults, place: Place, media: Json | None, filenames: set[str], *, remote: bool = True) -> None:
    url = str((media or {}).get("url") or "")
    if not url:
        faults.required((*place, "url"))
    elif url.startswith("attachment://"):
        if url.removeprefix("attachment://") not in filenames:
            faults.add((*place, "url"), "COMPONENT_ATTACHMENT_NOT_FOUND", f"The attachment {url} was not found")
    elif not url.startswith(("http://", "https://")) or (not remote and "/attachments/" not in url):
        faults.add((*place, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment', 'http', 'https').")


def _separator(faults: Faults, place: Place, separator: Json, _: set[str]) -> None:
    faults.one_of((*place, "spacing"), separator.get("spacing", 1), (1, 2))


def _container(faults: Faults, place: Place, container: Json, filenames: set[str]) -> None:
    if faults.count((*place, "components"), container.get("components"), 1, 40):
        for index, child in enumerate(container["components"]):
            if faults.one_of((*place, "components", index, "type"), child.get("type"), INSIDE_CONTAINER):
                _component(faults, (*place, "components", index), child, filenames)
