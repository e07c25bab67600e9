"""The Django endpoints of the benchmarks: the same ninja router on our road and on Django's own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from pydantic import TypeAdapter

from app.notes.models import Note
from benchmarks import work

JSON = "application/json"
router = Router()
rows = TypeAdapter(list[work.Row])


async def version(_request: HttpRequest) -> JsonResponse:
    """Which build this is."""
    return JsonResponse(work.version())


@router.post("/orders", response=work.Order)
async def create_order(request: HttpRequest, order: work.Order) -> HttpResponse:
    """Validate an order."""
    return HttpResponse(order.model_dump_json().encode(), content_type=JSON)


@router.get("/rows/{uuid:row_id}", response=work.Row)
async def read_row(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Read one row by its id."""
    row = work.Row.model_validate(await Note.objects.aget(id=row_id))
    return HttpResponse(row.model_dump_json().encode(), content_type=JSON)


@router.get("/rows", response=list[work.Row])
async def list_rows(request: HttpRequest) -> HttpResponse:
    """Read the first rows."""
    found = [note async for note in Note.objects.order_by("id")[: work.ROWS]]
    body = rows.dump_json(rows.validate_python(found, from_attributes=True))
    return HttpResponse(body, content_type=JSON)
