"""Packs the extension into a .vsix, a zip as Visual Studio Code installs it, with the client of the language server."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

HERE: Final = Path(__file__).parent
OWN: Final = ("package.json", "extension.js", "README.md", "syntaxes/formula.tmLanguage.json")
CLIENT: Final = "vscode-languageclient"
# What a package is made of that runs, and what its licence asks to go with it.
_TAKEN: Final = (".js", ".cjs", ".json")
_LICENCES: Final = ("license", "licence", "thirdpartynotices")
_TYPES: Final = {"cjs": "application/javascript", "js": "application/javascript", "json": "application/json",
                 "md": "text/markdown", "txt": "text/plain", "vsixmanifest": "text/xml"}  # fmt: skip


def pack(modules: Path, target: Path) -> None:
    """Write the extension, with what its client needs of a folder node_modules; the same bytes each time."""
    files = {f"extension/{name}": (HERE / name).read_bytes() for name in OWN}
    files["extension/LICENSE.txt"] = (HERE.parents[1] / "LICENSE").read_bytes()
    for package in packages(modules):
        for path in sorted(package.rglob("*")):
            inside = path.relative_to(package)
            if path.is_file() and "node_modules" not in inside.parts and _is_taken(path):
                name = path.relative_to(modules).as_posix()
                files[f"extension/node_modules/{name}{'' if path.suffix else '.txt'}"] = path.read_bytes()
    files["extension.vsixmanifest"] = manifest(json.loads(files["extension/package.json"])).encode()
    files["[Content_Types].xml"] = content_types().encode()
    with ZipFile(target, "w", ZIP_DEFLATED) as book:
        for name in sorted(files):
            book.writestr(ZipInfo(name), files[name], ZIP_DEFLATED)


def packages(modules: Path) -> Iterator[Path]:
    """Yield the folders of the client and of all that it needs, each found as Node finds it."""
    waiting, seen = [modules / CLIENT], set[Path]()
    while waiting:
        package = waiting.pop()
        if package in seen:
            continue
        seen.add(package)
        yield package
        needed = json.loads((package / "package.json").read_text("utf-8")).get("dependencies", {})
        for name in needed:
            above = [folder / "node_modules" / name for folder in (package, *package.parents)]
            waiting.append(next(folder for folder in above if (folder / "package.json").exists()))


def _is_taken(path: Path) -> bool:
    return path.suffix in _TAKEN or path.stem.lower().startswith(_LICENCES)


def manifest(package: dict[str, Any]) -> str:
    """Return what a marketplace and an editor read of an extension."""
    identity = f'Language="en-US" Id={quoteattr(package["name"])} Version={quoteattr(package["version"])}'
    assets = {
        "Microsoft.VisualStudio.Code.Manifest": "extension/package.json",
        "Microsoft.VisualStudio.Services.Content.Details": "extension/README.md",
        "Microsoft.VisualStudio.Services.Content.License": "extension/LICENSE.txt",
    }
    engine = str(package["engines"]["vscode"])
    listed = "".join([f'<Asset Type="{kind}" Path="{path}" Addressable="true"/>' for kind, path in assets.items()])
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">'
        f"<Metadata><Identity {identity} Publisher={quoteattr(package['publisher'])}/>"
        f"<DisplayName>{escape(package['displayName'])}</DisplayName>"
        f'<Description xml:space="preserve">{escape(package["description"])}</Description>'
        "<Categories>Programming Languages</Categories>"
        f'<Properties><Property Id="Microsoft.VisualStudio.Code.Engine" Value={quoteattr(engine)}/></Properties>'
        "<License>extension/LICENSE.txt</License></Metadata>"
        '<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>'
        f"<Assets>{listed}</Assets></PackageManifest>"
    )


def content_types() -> str:
    """Return which kind of content each ending of a file is."""
    kinds = "".join([f'<Default Extension=".{ending}" ContentType="{kind}"/>' for ending, kind in _TYPES.items()])
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{kinds}</Types>'
    )


if __name__ == "__main__":
    pack(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
