"""The product's reader, in which some texts are made to hang or to die; a program for test_parser_process."""

import os
import time
from typing import Any

from bearing_qa.document import parse, parser_process
from bearing_qa.document.raw_text import RawText
from bearing_qa.types import Parsed

_parse = parse.parse


def _hostile(raw: RawText, **named: Any) -> Parsed:
    if raw.text == "DIE":
        os._exit(3)
    while raw.text == "SLOW":
        time.sleep(1)
    return _parse(raw, **named)


if __name__ == "__main__":
    parse.parse = _hostile
    parser_process.main()
