"""Whether the process lives, and whether everything it needs answers."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from baton.core.web import JsonResponse

CHECK_SECONDS = 3

Check = Callable[[], Awaitable[object]]


def routes(checks: dict[str, Check]) -> list[BaseRoute]:
    """`/healthz` and `/readyz`; a check that raises, or takes longer than three seconds, is named."""

    async def healthz(_request: Request) -> Response:
        return JsonResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        faults = dict(zip(checks, await asyncio.gather(*(_fault(check) for check in checks.values())), strict=True))
        missing = {name: fault for name, fault in faults.items() if fault}
        status = "ok" if not missing else "unavailable"
        return JsonResponse({"status": status, "faults": missing}, 503 if missing else 200)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


async def _fault(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"No answer within {CHECK_SECONDS} seconds."
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the answer
        return f"{type(error).__name__}: {error}"
    return None
