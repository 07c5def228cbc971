"""Files of our own pages: stylesheets, modules, icons."""

from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles


class FreshFiles(StaticFiles):
    """Files that a browser asks about each time, so that a new version is never half loaded."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response
