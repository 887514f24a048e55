"""Files and folders as the Drive API writes them."""

from datetime import datetime
from typing import Any

from tests.sandbox.google.drives import Drive, DriveFile

USUAL = "kind,id,name,mimeType"
USUAL_LIST = "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)"
FIELD_NAMES = """
    * kind id name mimeType description parents trashed explicitlyTrashed appProperties createdTime modifiedTime size
    quotaBytesUsed md5Checksum sha1Checksum sha256Checksum headRevisionId owners ownedByMe webViewLink originalFilename
    spaces displayName emailAddress permissionId me user storageQuota limit usage usageInDrive usageInDriveTrash files
    incompleteSearch nextPageToken maxUploadSize
"""
KNOWN = frozenset(FIELD_NAMES.split())


def resource(drive: Drive, file: DriveFile) -> dict[str, Any]:
    """Every field of a file."""
    answer: dict[str, Any] = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime_type,
        "parents": list(file.parents),
        "trashed": drive.is_trashed(file),
        "explicitlyTrashed": file.trashed,
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "spaces": ["drive"],
        "ownedByMe": True,
        "owners": [owner(drive)],
        "quotaBytesUsed": str(file.size),
        "webViewLink": f"https://drive.google.com/open?id={file.id}",
    }
    if file.properties:
        answer["appProperties"] = dict(file.properties)
    if file.description:
        answer["description"] = file.description
    if file.content is not None:
        answer |= _of_content(file)
    return answer


def owner(drive: Drive) -> dict[str, Any]:
    """Whose it is."""
    return {
        "kind": "drive#user",
        "displayName": drive.seed.display_name,
        "emailAddress": drive.seed.email,
        "permissionId": f"{drive.seed.discord_id}",
        "me": True,
    }


def about(drive: Drive) -> dict[str, Any]:
    """about.get."""
    return {
        "kind": "drive#about",
        "user": owner(drive),
        "maxUploadSize": "5242880000000",
        "storageQuota": {
            "limit": str(drive.room),
            "usage": str(drive.used),
            "usageInDrive": str(drive.used),
            "usageInDriveTrash": str(drive.used_in_trash),
        },
    }


def _of_content(file: DriveFile) -> dict[str, Any]:
    return {
        "size": str(file.told_size),
        "md5Checksum": file.checksum("md5"),
        "sha1Checksum": file.checksum("sha1"),
        "sha256Checksum": file.checksum("sha256"),
        "headRevisionId": f"0B{file.id[:20]}",
        "originalFilename": file.name,
    }


def stamp(moment: datetime) -> str:
    """RFC 3339 with milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
