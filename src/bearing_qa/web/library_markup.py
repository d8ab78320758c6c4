"""The library as HTML: the serving version, the table of documents, what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from bearing_qa.build.run import BuildReport
from bearing_qa.document.limits import DEFAULT_LIMITS
from bearing_qa.output.notes import unread_words
from bearing_qa.output.texts import Words
from bearing_qa.server.bodies import MAX_FILES, MAX_UPLOAD_MB
from bearing_qa.store.history import Rollback
from bearing_qa.web import markup
from bearing_qa.web.bin import Binned
from bearing_qa.web.corpus_folder import UPLOAD_SUFFIXES, Item, Outcome

MAX_ROWS = 500
"""Documents in the table; a longer one is no help. All are named by ``bearing-qa status --json``."""
_HEADS = ("doc_title", "doc_issuer", "doc_date", "doc_pages", "doc_passages", "doc_state")


def render_version(
    manifest: Mapping[str, Any],
    *,
    before: Sequence[tuple[str, Mapping[str, Any]]] = (),
    words: Words,
) -> str:
    """The version that serves, in one line; those ``before`` it, newest first, folded below."""
    serving = f'<p class="version">{_version("serving", manifest, words)}</p>'
    if not before:
        return serving
    rows = "".join(f"<li>{_version('earlier_version', one, words)}</li>" for _, one in before)
    head = f"<summary>{words('earlier_versions')} <span>{len(before)}</span></summary>"
    return f'{serving}<details class="version">{head}<ul>{rows}</ul></details>'


def _version(key: str, manifest: Mapping[str, Any], words: Words) -> str:
    counts = manifest["counts"]
    facts = {"documents": counts["documents"], "passages": counts["passages"]}
    return words(key, built_at=moment(manifest["built_at"]), **facts)


def moment(iso: str) -> str:
    """A moment in UTC, which the page's script writes in the browser's own time."""
    shown = markup.text(iso[:16].replace("T", " "))
    return f'<time datetime="{escape(iso)}">{shown} UTC</time>'


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
    name += f"<small class='fault'>{markup.text(item.reason)}</small>" if item.reason else ""
    counts = ("" if item.pages < 2 else item.pages, item.passages if item.doc_id else "")
    figures = "".join(
        f"<td class='figure' data-head='{words(head)}'>{n}</td>"
        for head, n in zip(("doc_pages", "doc_passages"), counts, strict=True)
    )
    return (
        f"<tr><td>{title} {name}</td><td>{markup.text(item.issuer)}</td><td>{markup.text(item.date)}</td>"
        f"{figures}<td><span class='state {item.state}'>{words('state_' + item.state)}</span></td></tr>"
    )


def render_outcomes(
    outcomes: Sequence[Outcome], *, items: Sequence[Item] = (), words: Words
) -> str:
    """What became of each file, with its passages or why it is not read by the ``items`` of the index now; what went
    to the bin can be undone."""
    rows = "".join(f"<li>{_outcome(outcome, items, words)}</li>" for outcome in outcomes)
    return f"<ul class='outcomes' role='status'>{rows}</ul>"


def _outcome(outcome: Outcome, items: Sequence[Item], words: Words) -> str:
    own = [item for item in items if item.file == outcome.name]
    passages = sum(item.passages for item in own)
    faults = [item.reason for item in own if item.reason]
    is_new = outcome.done in ("put_added", "put_replaced", "put_restored")
    facts = [outcome.reason, words("put_passages", n=passages) if is_new and passages else ""]
    facts += [f"{words('state_unread')}：{fault}" for fault in faults if is_new]
    said = "：".join(part for part in (words(outcome.done), outcome.name, *facts) if part)
    undo = _restore(outcome.entry, outcome.name, "undo", words) if outcome.entry else ""
    return f"{markup.text(said)}{undo}"


def _restore(entry: str, name: str, key: str, words: Words) -> str:
    label = markup.attribute(f"{words(key)} {name}")
    return (
        f' <button type="button" data-restore="{escape(entry)}" aria-label="{label}">'
        f"{words(key)}</button>"
    )


def render_bin(entries: Sequence[Binned], *, words: Words) -> str:
    """What is in the bin, the newest first, each with a button that brings it back."""
    if not entries:
        return f"<p>{words('bin_empty')}</p>"
    rows = "".join(
        f"<li>{markup.text('、'.join(entry.files))} <span class='facts'>{words(f'bin_{entry.why}')} "
        f"{moment(entry.at)}</span>{_restore(entry.id, next(iter(entry.files), ''), 'restore', words)}</li>"
        for entry in entries[:MAX_ROWS]
    )
    return f"<ul class='outcomes'>{rows}</ul>"


def render_build(
    report: BuildReport, changed: Sequence[Item], *, told: Collection[str] = (), words: Words
) -> str:
    """What a build made, which files had changed, which were rejected and why; those ``told`` of already are left out."""
    made = words("unchanged") if report.is_unchanged else words("encoded", n=report.encoded)
    head = words("built", documents=report.documents, passages=report.passages)
    items = [
        f"{words('state_' + item.state)}：{item.source}" for item in changed if not item.reason
    ]
    items += [
        f"{words('rejected')}：{r.source}：{r.reason}"
        for r in report.rejections
        if r.source not in told
    ]
    items += [
        f"{words('partly_read')}：{source}：{unread_words(part, words)}（{part.place}）"
        for source, part in report.unread
    ]
    listed = "".join(f"<li>{markup.text(line)}</li>" for line in items)
    return f"<div role='status'><p>{head} {made}</p><ul class='outcomes'>{listed}</ul></div>"


def render_rollback(back: Rollback, outcomes: Sequence[Outcome], *, words: Words) -> str:
    """To which version the page went back, and what became of its files."""
    counts = {"documents": back.documents, "passages": back.passages}
    said = words("rolled_back", built_at=moment(back.built_at), **counts)
    return f"<div role='status'><p>{said}</p></div>{render_outcomes(outcomes, words=words)}"
