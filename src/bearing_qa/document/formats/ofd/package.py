"""The parts of an OFD file (GB/T 33190-2016, a zip of XML): its documents, pages, templates and resources."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element
Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres."""
A4: Box = (0.0, 0.0, 210.0, 297.0)
"""The page where a file names none."""
MAX_NUMBER = 1e7
"""Millimetres: no page is ten kilometres wide."""
_LOCKS = frozenset({"encryptions.xml", "decryptseed.dat"})
"""Parts that only encrypted files have (GM/T 0099)."""


@dataclass(slots=True)
class Resources:
    """What pages refer to: the content of drawn units, by their ids."""

    units: dict[str, Element] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its box, and the contents that are drawn on it, those of its templates included."""

    box: Box
    contents: tuple[Element, ...]
    resources: Resources


class Package:
    """An OFD file by the paths in it. Raises ValueError for what is none, or is encrypted."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except zipfile.BadZipFile as error:
            raise ValueError("it is no sound OFD file") from error
        self._names = {_plain(name): name for name in self._archive.namelist()}
        if any(posixpath.basename(name) in _LOCKS for name in self._names):
            raise ValueError("it is encrypted")
        if "ofd.xml" not in self._names:
            raise ValueError("it is no sound OFD file (it has no OFD.xml)")

    def documents(self) -> Iterator[tuple[str, Element]]:
        """Path and root of each document in the file."""
        for body in self.root("OFD.xml").iterfind("{*}DocBody"):
            path = _join("", _text(body, "DocRoot") or "Doc_0/Document.xml")
            yield path, self.root(path)

    def root(self, path: str) -> Element:
        """The XML of a part. Raises ValueError if it is not there or not sound."""
        name = self._names.get(_plain(path))
        if name is None:
            raise ValueError(f"{path} is not in it")
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            return etree.fromstring(self._archive.read(name), parser)
        except (etree.XMLSyntaxError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} in it is not sound ({error})") from error

    def pages(self, path: str, document: Element) -> Iterator[Page]:
        """Pages of a document, each read when it is asked for."""
        common = document.find("{*}CommonData")
        area = _box(common) or A4
        resources = self._resources(path, common)
        templates = self._templates(path, common)
        for reference in document.iterfind("{*}Pages/{*}Page"):
            at = _join(path, reference.get("BaseLoc", ""))
            page = self.root(at)
            under: list[Element] = []
            over: list[Element] = []
            for use in page.iterfind("{*}Template"):
                place = templates.get(use.get("TemplateID", ""))
                if place:
                    (over if use.get("ZOrder") == "Foreground" else under).append(self.root(place))
            own = _with_units(resources, self._resources(at, page))
            contents = [root.find("{*}Content") for root in (*under, page, *over)]
            drawn = tuple(content for content in contents if content is not None)
            yield Page(_box(page) or area, drawn, own)

    def attachments(self, path: str, document: Element) -> list[str]:
        """Names of the files that a document carries along."""
        place = _text(document, "Attachments")
        if not place or _plain(_join(path, place)) not in self._names:
            return []
        items = self.root(_join(path, place)).iterfind("{*}Attachment")
        return [item.get("Name") or item.get("ID") or "?" for item in items]

    def _templates(self, path: str, common: Element | None) -> dict[str, str]:
        """Paths of the templates by their ids."""
        found = common.iterfind("{*}TemplatePage") if common is not None else ()
        return {item.get("ID", ""): _join(path, item.get("BaseLoc", "")) for item in found}

    def _resources(self, path: str, owner: Element | None) -> Resources:
        """Drawn units of the resource files that a document or page names."""
        resources = Resources()
        for kind in ("PublicRes", "DocumentRes", "PageRes"):
            for named in owner.iterfind(f"{{*}}{kind}") if owner is not None else ():
                place = _join(path, (named.text or "").strip())
                if _plain(place) in self._names:
                    for unit in self.root(place).iter("{*}CompositeGraphicUnit"):
                        resources.units[unit.get("ID", "")] = unit
        return resources


def _with_units(shared: Resources, own: Resources) -> Resources:
    return Resources(shared.units | own.units) if own.units else shared


def _plain(path: str) -> str:
    """A path as names in the archive are compared: some writers differ in case and in slashes."""
    return path.replace("\\", "/").lstrip("/").lower()


def _join(owner: str, place: str) -> str:
    """A place that a part names, as a path in the archive: from its root, or beside the part."""
    place = place.strip().replace("\\", "/")
    if place.startswith("/"):
        return posixpath.normpath(place.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(owner), place))


def _text(element: Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def _box(owner: Element | None) -> Box | None:
    """The physical box that a page or document states."""
    if owner is None:
        return None
    for area in ("PageArea", "Area"):
        found = owner.find(f"{{*}}{area}/{{*}}PhysicalBox")
        if found is not None:
            left, top, width, height = numbers(found.text, 4)
            return (left, top, width, height)
    return None


def numbers(text: str | None, count: int) -> list[float]:
    """So many finite numbers that an attribute holds. Raises ValueError if it does not."""
    values = [float(word) for word in (text or "").split()]
    if len(values) != count or not all(abs(value) <= MAX_NUMBER for value in values):
        raise ValueError(f"{(text or '')[:40]!r} in it are not {count} numbers")
    return values
