from datetime import timedelta

from tests.sandbox_tests.google.app import Google


async def test_an_app_sees_only_what_it_made(ada: Google) -> None:
    foreign = await ada.door.hands.add_file("ada", "Diary.txt", "private")
    await ada.make(name="Ours")
    assert await ada.names() == ["Ours"]
    assert (await ada.ask("GET", f"/drive/v3/files/{foreign}")).reason == "notFound"


async def test_people_do_not_see_each_others_files(google: Google, ada: Google) -> None:
    file = await ada.make(name="Ada's")
    ben = await google.sign_in("ben")
    assert await ben.names() == []
    assert (await ben.ask("DELETE", f"/drive/v3/files/{file}")).status == 404


async def test_a_file_says_only_what_was_asked_for(ada: Google) -> None:
    file = await ada.make(name="One", appProperties={"k": "v"})
    path = f"/drive/v3/files/{file}"
    assert set((await ada.ask("GET", path)).json) == {"kind", "id", "name", "mimeType"}
    assert (await ada.ask("GET", f"{path}?fields=id,appProperties")).json == {"id": file, "appProperties": {"k": "v"}}
    assert (await ada.ask("GET", f"{path}?fields=owners/emailAddress")).json == {
        "owners": [{"emailAddress": "ada@example.org"}]
    }
    assert (await ada.ask("GET", f"{path}?fields=colour")).reason == "invalidParameter"
    assert (await ada.ask("GET", f"{path}?fields=owners(id")).status == 400


async def test_about_tells_whose_drive_it_is_and_how_full(ada: Google) -> None:
    answer = (await ada.ask("GET", "/drive/v3/about?fields=user(emailAddress),storageQuota")).json
    assert answer["user"] == {"emailAddress": "ada@example.org"}
    assert answer["storageQuota"]["usage"] == "0"
    assert (await ada.ask("GET", "/drive/v3/about")).status == 400


async def test_ids_are_googles_to_give_and_good_once(ada: Google) -> None:
    file = await ada.new_id()
    assert await ada.make(id=file, name="First") == file
    assert (await ada.ask("POST", "/drive/v3/files", json={"id": file, "name": "Second"})).status == 409
    assert (await ada.ask("POST", "/drive/v3/files", json={"id": "of-my-own"})).status == 400


async def test_searches_find_what_every_clause_is_true_of(ada: Google) -> None:
    folder = await ada.make(name="It's a folder", mimeType="application/vnd.google-apps.folder")
    await ada.make(name="inside", parents=[folder], appProperties={"mv": "1"})
    await ada.make(name="outside", appProperties={"mv": "2"})
    assert await ada.names("name = 'It\\'s a folder'") == ["It's a folder"]
    assert await ada.names("appProperties has { key='mv' and value='2' } and trashed = false") == ["outside"]
    assert await ada.names(f"'{folder}' in parents") == ["inside"]
    assert sorted(await ada.names("'root' in parents and trashed=false")) == ["It's a folder", "outside"]
    assert await ada.names("mimeType = 'application/vnd.google-apps.folder'") == ["It's a folder"]
    assert sorted(await ada.names("mimeType != 'application/vnd.google-apps.folder'")) == ["inside", "outside"]
    for wrong in ("name ~ 'x'", "name = 'x' or name = 'y'", "trashed = maybe"):
        assert (await ada.ask("GET", "/drive/v3/files", params={"q": wrong})).reason == "invalid"


async def test_lists_come_in_pages_newest_first(ada: Google) -> None:
    for number in range(5):
        await ada.make(name=f"{number}")
        ada.clock.advance(timedelta(minutes=1))
    first = (await ada.ask("GET", "/drive/v3/files?pageSize=3&orderBy=modifiedTime desc")).json
    assert [each["name"] for each in first["files"]] == ["4", "3", "2"]
    assert first["incompleteSearch"] is False
    assert await ada.names(pageSize="3", pageToken=first["nextPageToken"]) == ["1", "0"]
    assert (await ada.ask("GET", "/drive/v3/files?pageSize=0")).status == 400


async def test_the_trash_takes_a_folder_with_all_that_is_in_it(ada: Google) -> None:
    folder = await ada.make(name="MusiVault", mimeType="application/vnd.google-apps.folder")
    await ada.make(name="inside", parents=[folder])
    await ada.door.hands.trash_folder("ada")
    assert sorted(await ada.names()) == ["MusiVault", "inside"]
    assert await ada.names("trashed = false") == []
    assert (await ada.ask("PATCH", f"/drive/v3/files/{folder}", json={"trashed": False})).status == 200
    assert len(await ada.names("trashed = false")) == 2
    assert (await ada.ask("DELETE", f"/drive/v3/files/{folder}")).status == 204
    assert await ada.names() == []


async def test_properties_have_limits(ada: Google) -> None:
    assert (await ada.ask("POST", "/drive/v3/files", json={"appProperties": {"k": "ü" * 62}})).status == 400
    await ada.make(appProperties={"k": "v" * 123})
    many = {f"{number}": "" for number in range(31)}
    assert (await ada.ask("POST", "/drive/v3/files", json={"appProperties": many})).status == 403
