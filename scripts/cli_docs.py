"""Writes docs/cli.md from the command line's own help.

python -m scripts.cli_docs
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.main import get_command

from bearing_qa.cli.main import app

PATH = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Command line

Written by `python -m scripts.cli_docs` from `bearing-qa COMMAND --help`; a test compares the two.

Exit status: 0 done; 1 failed, with one line on stderr (what was found, what was expected, how to fix it); 2 wrong usage;
3 a gate of `evaluate` was missed, or `check --strict` found the draft wrong.

- **Scope** (`search`, `ask`, a batch too): nothing outside it is ranked, shown or cited. `--document` takes an id, a part of one, a pattern with `*`,
  a file or words of a title; `--from` and `--to` a year, a month or a day (documents without a date are outside); `--section` words of a heading or a
  marker such as 第三章, with all below it. `--document` and `--section` may be repeated.
- **Quotation marks** (“…”, 「…」, "…") and document numbers (国发〔2015〕28号): passages that hold them exactly come first.
- **A batch** (`ask --batch IN.jsonl --output OUT.jsonl` or `.xlsx`): a line is `{"id": "1", "question": "…"}`; other keys are carried along. Run again after a
  stop, it goes on where it was. A line that cannot be used gets a line that says why.
- **`--store milvus://HOST:PORT/COLLECTION`** (or `BEARING_QA_STORE`): an index in Milvus, see [deploy/milvus](../deploy/milvus/README.md).
- **`--reranker NAME`**: any sentence-transformers CrossEncoder, a hub name or a folder; it re-scores the first 20 passages. None comes with the program.
- **`bearing-qa.toml`** in the working folder (or where `BEARING_QA_CONFIG` says) gives options that are the same every day, a table a command:
  `[serve]`, then `rate = 600`, `proxy = ["127.0.0.1"]`. The command line and an option's own environment variable go before it.
- **`BEARING_QA_DEVICE=cuda`**: encode on a GPU. **`BEARING_QA_CACHE`**: where the encoder is unpacked and recognised pages are kept. **`BEARING_QA_OCR=0`**: scanned pages are left unread ([formats.md](formats.md)).
"""


def text() -> str:
    """The whole document."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    return HEAD + "".join(_command(name, command) for name, command in commands.items())


def _command(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    usage = " ".join(
        ["bearing-qa", name, *(_named(a) for a in arguments), "[OPTIONS]" * bool(options)]
    )
    lines = [f"\n## {name}\n", f"{command.help}\n", f"```text\n{usage.strip()}\n```\n"]
    shown, further = ([o for o in options if o.hidden == hidden] for hidden in (False, True))
    if options:
        lines += ["| option | | default |", "|---|---|---|", *map(_option, shown)]
    if further:
        lines += ["| *further, not in --help* | | |", *map(_option, further)]
    return "\n".join(lines) + "\n" * bool(options)


def _named(argument: Any) -> str:
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _option(option: Any) -> str:
    names = " ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    value = f" {option.metavar}" if option.metavar else ""
    default = (
        "" if option.default in (None, False, ()) or callable(option.default) else option.default
    )
    told = str(option.help or "").replace("|", "\\|").replace("\\[", "[")
    variable = f" (`{option.envvar}`)" if option.envvar else ""
    return f"| {names}{value} | {told}{variable} | {default} |".replace("  |", " |")


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
