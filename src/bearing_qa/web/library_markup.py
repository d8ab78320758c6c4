"""The library as HTML: the serving version, the table of documents, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bearing_qa.build.run import BuildReport
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.output.notes import unread_words
from bearing_qa.output.texts import Words
from bearing_qa.server.bodies import MAX_FILES, MAX_UPLOAD_MB
from bearing_qa.store.history import Rollback
from bearing_qa.web import markup
from bearing_qa.web.corpus_folder import UPLOAD_SUFFIXES, Item, Outcome

MAX_ROWS = 500
"""Documents in the table; a longer one is no help. All are named by ``bearing-qa status --json``."""
_HEADS = ("doc_title", "doc_issuer", "doc_date", "doc_pages", "doc_passages", "doc_state")


def render_version(
    manifest: Mapping[str, Any],
    version: str,
    *,
    before: Sequence[tuple[str, Mapping[str, Any]]] = (),
    words: Words,
) -> str:
    """The version that serves, in one line; those ``before`` it, newest first, folded below."""
    serving = f'<p class="version">{_version("serving", version, manifest, words)}</p>'
    if not before:
        return serving
    rows = "".join(f"<li>{_version('earlier_version', *one, words)}</li>" for one in before)
    head = f"<summary>{words('earlier_versions')} <span>{len(before)}</span></summary>"
    return f'{serving}<details class="version">{head}<ul>{rows}</ul></details>'


def _version(key: str, version: str, manifest: Mapping[str, Any], words: Words) -> str:
    counts = manifest["counts"]
    return markup.text(
        words(
            key,
            version=version,
            built_at=manifest["built_at"][:16].replace("T", " ") + " UTC",
            documents=counts["documents"],
            passages=counts["passages"],
            encoder=manifest["encoder"]["name"],
        )
    )


def render_limits(*, words: Words) -> str:
    """Which files may be put in, how large and how many."""
    types = ", ".join(UPLOAD_SUFFIXES)
    most = {"megabytes": DEFAULT_LIMITS.megabytes, "files": MAX_FILES, "together": MAX_UPLOAD_MB}
    limits = words("limits", types=types, **most)
    return f'<p class="limits">{markup.text(limits)}</p>'


def render_items(items: Sequence[Item], *, words: Words) -> str:
    """The table of documents, with a line for those that it leaves out."""
    heads = "".join(f"<th scope='col'>{words(key)}</th>" for key in _HEADS)
    rows = "".join(_row(item, words) for item in items[:MAX_ROWS])
    left = len(items) - MAX_ROWS
    more = f"<p>{words('more_documents', n=left)}</p>" if left > 0 else ""
    label = words("library")
    return (
        f"<div class='wide' tabindex='0' role='region' aria-label='{label}'>"
        f"<table class='library'><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def _row(item: Item, words: Words) -> str:
    title = markup.text(item.title)
    if item.doc_id:
        link = escape("?doc=" + markup.quoted(item.doc_id))
        title = f'<a href="{link}">{title}</a>'
    name = f"<small>{markup.text(item.source)}</small>" if item.title != item.source else ""
    counts = ("" if item.pages < 2 else item.pages, item.passages if item.doc_id else "")
    figures = "".join(
        f"<td class='figure' data-head='{words(head)}'>{n}</td>"
        for head, n in zip(("doc_pages", "doc_passages"), counts, strict=True)
    )
    return (
        f"<tr><td>{title} {name}</td><td>{markup.text(item.issuer)}</td><td>{markup.text(item.date)}</td>"
        f"{figures}<td><span class='state {item.state}'>{words('state_' + item.state)}</span></td></tr>"
    )


def render_outcomes(outcomes: Sequence[Outcome], *, words: Words) -> str:
    """What became of each file, and that the index has to be built again."""
    items = "".join(
        f"<li>{words(outcome.done)}：{markup.text(outcome.name)}"
        f"{'：' + markup.text(outcome.reason) if outcome.reason else ''}</li>"
        for outcome in outcomes
    )
    changed = any(o.done in ("put_added", "put_replaced", "put_removed") for o in outcomes)
    hint = f"<p>{words('rebuild_hint')}</p>" if changed else ""
    return f"<ul class='outcomes' role='status'>{items}</ul>{hint}"


def render_build(report: BuildReport, changed: Sequence[Item], *, words: Words) -> str:
    """What a build made, which files had changed, which were rejected and why."""
    made = words("unchanged") if report.is_unchanged else words("encoded", n=report.encoded)
    head = words(
        "built", version=report.version, documents=report.documents, passages=report.passages
    )
    items = [f"{words('state_' + item.state)}：{item.source}" for item in changed]
    items += [f"{words('rejected')}：{r.source}：{r.reason}" for r in report.rejections]
    items += [
        f"{words('partly_read')}：{source}：{unread_words(part, words)}（{part.place}）"
        for source, part in report.unread
    ]
    listed = "".join(f"<li>{markup.text(line)}</li>" for line in items)
    return f"<div role='status'><p>{head} {made}</p><ul class='outcomes'>{listed}</ul></div>"


def render_rollback(back: Rollback, *, words: Words) -> str:
    """From which version to which the page went back."""
    counts = {"documents": back.documents, "passages": back.passages}
    said = words("rolled_back", left=back.left, version=back.version, **counts)
    return f"<div role='status'><p>{markup.text(said)}</p></div>"
