"""Whether the packages that Plainsheet consists of are its own: a folder of the user's may have the same name."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("engine", "exports")


def refuse_shadows() -> None:
    """Raise ImportError, naming the folder, where `engine` or `exports` would be imported from elsewhere."""
    home = Path(__file__).resolve().parent.parent
    for name in _PACKAGES:
        found = _place(name)
        if found is None:
            message = f"plainsheet is not installed whole: its package '{name}' is missing beside {home / 'plainsheet'}"
            raise ImportError(message, name=name)
        if found.resolve().parent != home:
            message = (
                f"'{found}' hides the package '{name}' that plainsheet needs, {home / name}: "
                f"rename '{found.name}', or start Python in another folder"
            )
            raise ImportError(message, name=name, path=str(found))
        # Held from now on, whichever folder Python works in later; so far each is one docstring.
        import_module(name)


def _place(name: str) -> Path | None:
    """Return the folder, or the file, that a package would be imported from, without importing it."""
    try:
        spec = find_spec(name)
    except ValueError:
        # What was put into sys.modules by hand has no spec.
        origin = getattr(sys.modules[name], "__file__", None)
    else:
        if spec is None:
            return None
        origin = spec.origin
        if not spec.has_location:
            # A folder without an __init__.py.
            return next((Path(place) for place in spec.submodule_search_locations or ()), None)
    if origin is None:
        return None
    file = Path(origin)
    return file.parent if file.name.startswith("__init__.") else file
