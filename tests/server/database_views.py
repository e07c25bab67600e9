"""The shipped addresses, and reads from the database in each way that there is."""

from asgiref.sync import sync_to_async
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as shipped

__all__ = ["handler400", "handler403", "handler404", "handler500"]


class Role(models.Model):
    """A table that every PostgreSQL has."""

    objects: models.Manager["Role"] = models.Manager()
    rolname = models.TextField(primary_key=True)

    class Meta:
        app_label = "tests"
        managed = False
        db_table = "pg_roles"


async def read(_request: HttpRequest) -> HttpResponse:
    role = await Role.objects.aget(rolname="postgres")
    return HttpResponse(role.rolname)


@sync_to_async
def _block() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'block'")
        return str(cursor.fetchone()[0])


async def block(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(await _block())


urlpatterns = [*shipped, path("read", read), path("block", block)]
