"""The pages around a link and the health report: FastAPI on uvicorn, in the bot's own loop."""

from bot.web.app import Health, LinkDoor, create_web
from bot.web.server import WebServer

__all__ = ["Health", "LinkDoor", "WebServer", "create_web"]
