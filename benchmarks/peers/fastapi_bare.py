"""FastAPI as its tutorial begins, and nothing else."""

from fastapi import FastAPI

from benchmarks import work

app = FastAPI()


@app.get("/version")
async def version() -> dict[str, str]:
    """Which build this is."""
    return work.version()
