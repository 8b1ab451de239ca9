"""For machines that watch: is the process there, and can it serve?"""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tenor.db.queries.readiness import missing_migrations


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nobody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and has every migration; else status 503 and what is missing."""
    missing = missing_migrations()
    if missing is None:
        return JsonResponse({"status": "no database"}, status=503)
    if missing:
        return JsonResponse({"status": "migrations missing", "missing": missing}, status=503)
    return JsonResponse({"status": "ok"})
