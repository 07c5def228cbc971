"""Pages: one environment per package, whose templates stand beside the shared shell in `core/pages`."""

from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape
from starlette.responses import HTMLResponse

from baton.core.guards import Caller

BRAND_CSS = "/assets/brand.css"
"""Where the server says the owner's hue."""


class Templates:
    """Renders a package's templates inside the shared shell. `package` is such as `baton.knowledge`."""

    def __init__(self, package: str | None = None, folder: str = "templates") -> None:
        loaders = [PackageLoader(package, folder)] if package else []
        self._environment = Environment(
            loader=ChoiceLoader([*loaders, PackageLoader("baton.core", "pages")]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, caller: Caller | None = None, status: int = 200, **context: Any) -> HTMLResponse:
        """An HTML answer. Who is signed in, and their CSRF token, are given to every template."""
        shared: dict[str, Any] = {"status": status, "brand_css": BRAND_CSS, "staff": None, "csrf_token": None}
        if caller is not None:
            shared |= {"staff": caller.member, "csrf_token": caller.csrf}
        html = self._environment.get_template(name).render(**shared | context)
        return HTMLResponse(html, status, {"cache-control": "no-store"})
