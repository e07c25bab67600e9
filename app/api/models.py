"""The answers that an Idempotency-Key brings back."""

from django.db import models


class IdempotencyKey(models.Model):
    """A key that one tenant sent for one operation: what was asked, and what was answered."""

    tenant = models.CharField(max_length=255)
    operation = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    # Pairs: PostgreSQL orders the names of an object anew.
    headers = models.JSONField(default=list)
    body = models.TextField(default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["created"], name="idempotency_created"),)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "operation", "key"], name="idempotency_key_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
