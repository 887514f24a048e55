"""What each REST route does."""

from tests.sandbox.discord import shapes
from tests.sandbox.discord.commands import check_registration, registered
from tests.sandbox.discord.gateway import Gateway
from tests.sandbox.discord.interactions import REPLY, UPDATE, Interactions
from tests.sandbox.discord.messages import Messages, by_bot
from tests.sandbox.discord.refusal import Json, Refusal, unknown
from tests.sandbox.discord.rest import Answer, Call, Route
from tests.sandbox.discord.state import APPLICATION_ID, EPHEMERAL, LOADING, SERVER_CHANNEL_ID, Message, State
from tests.sandbox.people import GUILD_ID


class Routes:
    """All routes, over the same state the hands use."""

    def __init__(self, state: State, gateway: Gateway, messages: Messages, interactions: Interactions) -> None:
        self._state = state
        self._gateway = gateway
        self._messages = messages
        self._interactions = interactions
        self.dms_too_fast = 0  # how many more DM channels are refused with 40003

    def table(self) -> list[Route]:
        """Method, path and answer."""
        commands, of_guild = (
            "/applications/{application_id}/commands",
            "/applications/{application_id}/guilds/{guild_id}/commands",
        )
        channel, webhook = "/channels/{channel_id}/messages", "/webhooks/{webhook_id}/{webhook_token}"
        return [
            Route("GET", "/users/@me", lambda _: Answer(shapes.bot_user() | {"mfa_enabled": True, "locale": "en-US"})),
            Route("GET", "/oauth2/applications/@me", lambda _: Answer(shapes.application())),
            Route("GET", "/applications/@me", lambda _: Answer(shapes.application())),
            Route("GET", "/gateway", lambda _: Answer({"url": self._gateway.url}), private=False),
            Route("GET", "/gateway/bot", self._gateway_bot),
            Route("GET", commands, self._list_commands),
            Route("PUT", commands, self._register),
            Route("GET", of_guild, self._list_commands),
            Route("PUT", of_guild, self._register),
            Route("GET", "/guilds/{guild_id}", self._guild),
            Route("GET", "/guilds/{guild_id}/members/{user_id}", self._member),
            Route("GET", "/users/{user_id}", self._user),
            Route("POST", "/users/@me/channels", self._open_dm),
            Route(
                "GET", "/channels/{channel_id}", lambda call: Answer(shapes.channel(self._state, self._channel(call)))
            ),
            Route("GET", channel, self._history),
            Route("POST", channel, self._send),
            Route("POST", "/channels/{channel_id}/typing", self._typing),
            Route("GET", channel + "/{message_id}", self._get),
            Route("PATCH", channel + "/{message_id}", self._edit),
            Route("DELETE", channel + "/{message_id}", self._delete),
            Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", self._callback, private=False),
            Route("POST", webhook, self._follow_up, private=False),
            Route("GET", webhook + "/messages/{message_id}", self._get_answer, private=False),
            Route("PATCH", webhook + "/messages/{message_id}", self._edit_answer, private=False),
            Route("DELETE", webhook + "/messages/{message_id}", self._delete_answer, private=False),
        ]

    def _gateway_bot(self, _: Call) -> Answer:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return Answer({"url": self._gateway.url, "shards": 1, "session_start_limit": limit})

    def _scope(self, call: Call) -> int | None:
        if call.id("application_id") != APPLICATION_ID:
            raise unknown("Application")
        if "guild_id" not in call.match:
            return None
        if call.id("guild_id") != GUILD_ID:
            raise Refusal(403, 50001, "Missing Access")
        return GUILD_ID

    def _list_commands(self, call: Call) -> Answer:
        return Answer(self._state.commands.get(self._scope(call), []))

    def _register(self, call: Call) -> Answer:
        scope = self._scope(call)
        check_registration(call.payload)
        before = {(each["type"], each["name"]): int(each["id"]) for each in self._state.commands.get(scope, [])}
        answered = []
        for command in call.payload:
            known = before.get((command.get("type", 1), command["name"]))
            answered.append(registered(command, known or self._state.snowflake(), APPLICATION_ID, scope))
        self._state.commands[scope] = answered
        self._state.registrations += 1
        return Answer(answered)

    def _guild(self, call: Call) -> Answer:
        if call.id("guild_id") != GUILD_ID:
            raise unknown("Guild")
        return Answer(shapes.guild(self._state))

    def _member(self, call: Call) -> Answer:
        if call.id("guild_id") != GUILD_ID:
            raise unknown("Guild")
        if call.id("user_id") not in self._state.members:
            raise unknown("Member")
        return Answer(shapes.member(self._state, call.id("user_id")))

    def _user(self, call: Call) -> Answer:
        if call.id("user_id") not in self._state.by_id:
            raise unknown("User")
        return Answer(shapes.user(self._state, call.id("user_id")))

    def _open_dm(self, call: Call) -> Answer:
        recipient = int(call.body.get("recipient_id") or 0)
        if recipient not in self._state.by_id:
            raise unknown("User")
        if self.dms_too_fast > 0:
            self.dms_too_fast -= 1
            raise Refusal(403, 40003, "You are opening direct messages too fast")
        return Answer(shapes.dm_channel(self._state, self._state.dm_channel(recipient)))

    def _channel(self, call: Call) -> int:
        channel_id = call.id("channel_id")
        if channel_id != SERVER_CHANNEL_ID and channel_id not in self._state.dm_channels:
            raise unknown("Channel")
        return channel_id

    def _history(self, call: Call) -> Answer:
        channel_id = self._channel(call)
        found = [each for each in self._state.messages.values() if by_bot(each, channel_id) and not each.deleted]
        newest = found[::-1][: int(call.query.get("limit", 50))]
        return Answer([shapes.message(self._state, each) for each in newest])

    def _typing(self, call: Call) -> Answer:
        self._channel(call)
        return Answer()

    def _send(self, call: Call) -> Answer:
        message = self._messages.deliver(self._channel(call), call.body, call.uploads)
        return Answer(shapes.message(self._state, message))

    def _own(self, call: Call) -> Message:
        channel_id, message = self._channel(call), self._state.message(call.id("message_id"))
        if not by_bot(message, channel_id):
            raise unknown("Message")
        return message

    def _get(self, call: Call) -> Answer:
        return Answer(shapes.message(self._state, self._own(call)))

    def _edit(self, call: Call) -> Answer:
        message = self._messages.edit(self._own(call), call.body, call.uploads)
        return Answer(shapes.message(self._state, message))

    def _delete(self, call: Call) -> Answer:
        self._messages.remove(self._own(call))
        return Answer(status=204)

    def _callback(self, call: Call) -> Answer:
        token = call.match["interaction_token"]
        answered = self._interactions.answer(call.id("interaction_id"), token, call.body, call.uploads)
        if call.query.get("with_response") not in ("1", "true"):
            return Answer(status=204)
        interaction, message = answered.interaction, answered.message
        told: Json = {"id": str(interaction.id), "type": interaction.kind}
        if message is not None:
            told["response_message_id"] = str(message.id)
            told["response_message_loading"] = bool(message.flags & LOADING)
            told["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
        body: Json = {"interaction": told}
        if message is not None and interaction.answer in (REPLY, UPDATE):
            body["resource"] = {"type": interaction.answer, "message": shapes.message(self._state, message)}
        return Answer(body)

    def _follow_up(self, call: Call) -> Answer:
        interaction = self._interactions.by_token(call.match["webhook_token"])
        message = self._interactions.follow_up(interaction, call.body, call.uploads)
        return Answer(shapes.message(self._state, message))

    def _get_answer(self, call: Call) -> Answer:
        return Answer(shapes.message(self._state, self._answered(call)))

    def _edit_answer(self, call: Call) -> Answer:
        interaction = self._interactions.by_token(call.match["webhook_token"])
        message = self._interactions.edit(interaction, call.match["message_id"], call.body, call.uploads)
        return Answer(shapes.message(self._state, message))

    def _delete_answer(self, call: Call) -> Answer:
        self._messages.remove(self._answered(call))
        return Answer(status=204)

    def _answered(self, call: Call) -> Message:
        interaction = self._interactions.by_token(call.match["webhook_token"])
        return self._interactions.message_of(interaction, call.match["message_id"])
