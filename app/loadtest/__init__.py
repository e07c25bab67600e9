"""A load test with a verdict: `python -m app.loadtest`. Imports nothing of the other rooms."""
