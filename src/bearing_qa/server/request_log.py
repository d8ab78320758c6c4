"""What the server writes down: one line of JSON an event, on stderr; questions only if asked for."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from bearing_qa.server.request import HEALTH, Request

Level = Literal["debug", "info", "warning", "error"]
_REQUESTS = logging.getLogger("bearing_qa.requests")
_QUESTIONS = logging.getLogger("bearing_qa.questions")
_MAX_PATH = 200
"""Characters of a path that are written down."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON; a fault's traceback stands inside it."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level and event, then what the record was given as ``fields``."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_log(level: Level | None, *, questions: bool) -> None:
    """Sends all that is logged to stderr in JSON. Without a level, a terminal sees warnings only."""
    chosen = level or ("warning" if sys.stderr.isatty() else "info")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bearing_qa").setLevel(chosen.upper())
    _QUESTIONS.setLevel(logging.INFO if questions else logging.CRITICAL)


def log_request(request: Request, status: int, *, elapsed_ms: float, user: str = "") -> None:
    """One line a request: what is refused or fails is a warning; parts of the page and questions for
    health are written down at level debug only."""
    is_dull = request.is_still or request.is_stream or request.path == HEALTH
    level = logging.DEBUG if is_dull else logging.INFO
    if status >= 400:
        level = logging.WARNING
    fields = {
        "method": request.method,
        "path": request.path[:_MAX_PATH],
        "status": status,
        "ms": round(elapsed_ms, 1),
        "client": request.client,
    }
    _REQUESTS.log(
        level, "request", extra={"fields": {**fields, **({"user": user} if user else {})}}
    )


def log_question(question: str) -> None:
    """A line a question, where questions are written down at all."""
    _QUESTIONS.info("question", extra={"fields": {"question": question}})
