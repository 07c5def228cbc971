"""EPUB books: the chapters in the order of the spine."""

import posixpath
import zipfile
from urllib.parse import unquote

from lxml import etree

from baton.knowledge.reading.blocks import Block, CannotRead, Reading
from baton.knowledge.reading.html import read_html, titled
from baton.knowledge.reading.office import BROKEN, open_archive
from baton.knowledge.reading.text import fold

_CONTAINER = "META-INF/container.xml"
_CHAPTERS = ("application/xhtml+xml", "text/html")


def read_epub(content: bytes, title: str) -> Reading:
    """A book; chapter titles are its outermost headings."""
    archive = open_archive(content)
    if "META-INF/rights.xml" in archive.namelist():
        raise CannotRead("locked", "That book is protected against copying. Add a version without protection.")
    package_path = _package_path(archive)
    package = _xml(archive, package_path)
    name = fold(package.findtext(".//{http://purl.org/dc/elements/1.1/}title") or "") or title
    blocks = [block for chapter in _chapters(package, package_path) for block in _read_chapter(archive, chapter)]
    return titled(name, blocks)


def _package_path(archive: zipfile.ZipFile) -> str:
    rootfile = _xml(archive, _CONTAINER).find(".//{*}rootfile")
    if rootfile is None:
        raise CannotRead("broken", BROKEN)
    return str(rootfile.get("full-path"))


def _xml(archive: zipfile.ZipFile, path: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(_entry(archive, path), parser)


def _entry(archive: zipfile.ZipFile, path: str) -> bytes:
    try:
        return archive.read(path)
    except (KeyError, zipfile.BadZipFile, RuntimeError) as error:
        raise CannotRead("broken", BROKEN) from error


def _chapters(package: etree._Element, package_path: str) -> list[str]:
    folder = posixpath.dirname(package_path)
    items = {item.get("id"): item for item in package.findall(".//{*}manifest/{*}item")}
    spine = [items.get(reference.get("idref")) for reference in package.findall(".//{*}spine/{*}itemref")]
    return [
        posixpath.normpath(posixpath.join(folder, unquote(str(item.get("href")))))
        for item in spine
        if item is not None
        and item.get("media-type") in _CHAPTERS
        and "nav" not in (item.get("properties") or "").split()
    ]


def _read_chapter(archive: zipfile.ZipFile, path: str) -> list[Block]:
    chapter = read_html(_entry(archive, path), "")
    prefix = (chapter.title,) if chapter.title else ()
    return [Block(prefix + block.headings, block.body) for block in chapter.blocks]
