from storage.database import Database
from storage.installation import Installation


async def test_the_last_value_put_is_the_one_got(database: Database) -> None:
    installation = Installation(database)
    assert await installation.get("commands") is None
    await installation.put("commands", "one")
    await installation.put("commands", "two")
    assert await installation.get("commands") == "two"
