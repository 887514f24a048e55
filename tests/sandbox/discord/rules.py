"""What a message may be: content, embeds, attachments, and whether there is anything in it at all."""

from tests.sandbox.discord.components import check_components, walk
from tests.sandbox.discord.refusal import Faults, Json, Place, Refusal
from tests.sandbox.discord.state import COMPONENTS_V2, Upload

FILES = 10
LEGACY_FIELDS = ("content", "embeds", "poll", "sticker_ids")


def check_message(payload: Json, flags: int, filenames: set[str]) -> None:
    """Refuse what Discord refuses; `payload` is the whole message as it would become, `filenames` its attachments."""
    faults = Faults()
    if flags & COMPONENTS_V2:
        _no_legacy_fields(faults, payload)
    else:
        faults.length(("content",), payload.get("content"), 0, 2000, needed=False)
        _embeds(faults, payload.get("embeds") or [], filenames)
    check_components(faults, payload.get("components") or [], modern=bool(flags & COMPONENTS_V2), filenames=filenames)
    faults.refuse()
    if not any(payload.get(part) for part in ("content", "embeds", "components", "attachments")):
        raise Refusal(400, 50006, "Cannot send an empty message")


def check_uploads(payload: Json, uploads: dict[int, Upload], limit: int) -> None:
    """Number and size of files, and that each described attachment came along."""
    if len(uploads) > FILES:
        raise Refusal(400, 30015, f"Maximum number of attachments in a message reached ({FILES})")
    if sum(len(upload.content) for upload in uploads.values()) > limit:
        raise Refusal(413, 40005, "Request entity too large")
    faults = Faults()
    for index, attachment in enumerate(payload.get("attachments") or []):
        faults.length(("attachments", index, "description"), attachment.get("description"), 0, 1024, needed=False)
    faults.refuse()


def check_mentions(payload: Json) -> None:
    """`parse` and an explicit list of the same kind exclude each other."""
    allowed = payload.get("allowed_mentions") or {}
    faults = Faults()
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            place = ("allowed_mentions",)
            faults.add(
                place, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'parse:["{kind}"] and {kind} exclude each other'
            )
    faults.refuse()


def _no_legacy_fields(faults: Faults, payload: Json) -> None:
    for name in LEGACY_FIELDS:
        if payload.get(name):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            faults.add((name,), code, f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")


def _embeds(faults: Faults, embeds: list[Json], filenames: set[str]) -> None:
    if not faults.count(("embeds",), embeds, 0, 10):
        return
    total = 0
    for index, embed in enumerate(embeds):
        place: Place = ("embeds", index)
        total += _embed(faults, place, embed)
        _embed_pictures(faults, place, embed, filenames)
    if total > 6000:
        faults.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _embed(faults: Faults, place: Place, embed: Json) -> int:
    texts: list[tuple[Place, object, int]] = [
        ((*place, "title"), embed.get("title"), 256),
        ((*place, "description"), embed.get("description"), 4096),
        ((*place, "footer", "text"), (embed.get("footer") or {}).get("text"), 2048),
        ((*place, "author", "name"), (embed.get("author") or {}).get("name"), 256),
    ]
    for where, text, limit in texts:
        faults.length(where, text, 0, limit, needed=False)
    size = sum(len(text) for _, text, _ in texts if isinstance(text, str))
    fields = embed.get("fields") or []
    if faults.count((*place, "fields"), fields, 0, 25):
        for index, field in enumerate(fields):
            faults.length((*place, "fields", index, "name"), field.get("name"), 1, 256)
            faults.length((*place, "fields", index, "value"), field.get("value"), 1, 1024)
            size += len(str(field.get("name"))) + len(str(field.get("value")))
    color = embed.get("color")
    if color is not None and not 0 <= int(color) <= 0xFFFFFF:
        faults.add((*place, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
    return size


def _embed_pictures(faults: Faults, place: Place, embed: Json, filenames: set[str]) -> None:
    for name in ("image", "thumbnail"):
        url = (embed.get(name) or {}).get("url")
        if url is not None:
            check_address(faults, (*place, name, "url"), url, filenames)
    if embed.get("url"):
        check_address(faults, (*place, "url"), embed["url"], set())


def check_address(faults: Faults, place: Place, url: object, filenames: set[str]) -> None:
    """http(s), or attachment:// of a file that is there."""
    text = str(url)
    if text.startswith("attachment://"):
        if text.removeprefix("attachment://") not in filenames:
            faults.add(place, "COMPONENT_ATTACHMENT_NOT_FOUND", f"The attachment {text} was not found")
    elif not text.startswith(("http://", "https://")):
        faults.add(place, "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")


def resolve_addresses(message: Json) -> None:
    """Describe the attachment where attachment:// stood, as Discord does in its answer."""
    by_name = {f"attachment://{each['filename']}": each for each in message["attachments"]}
    for embed in message["embeds"]:
        for name in ("image", "thumbnail"):
            if embed.get(name):
                embed[name]["url"] = by_name.get(embed[name]["url"], embed[name])["url"]
    for component in walk(message["components"]):
        for item in component.get("items") or []:
            item["media"] = _resolved(item["media"], by_name)
            item.setdefault("description", None)
        if component.get("media"):
            component["media"] = _resolved(component["media"], by_name)
            component.setdefault("description", None)
        if component.get("file"):
            found = by_name.get(component["file"]["url"], {})
            component["file"] = _resolved(component["file"], by_name)
            component |= {name: found[told] for name, told in (("name", "filename"), ("size", "size")) if found}


def _resolved(media: Json, by_name: dict[str, Json]) -> Json:
    found = by_name.get(media["url"])
    if found is None:
        return {"id": "0", "proxy_url": media["url"]} | media
    told = {name: found[name] for name in ("id", "url", "proxy_url", "content_type")}
    return told | {"attachment_id": found["id"], "loading_state": 2}
