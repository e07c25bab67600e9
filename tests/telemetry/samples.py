"""Reading prometheus_client's values in tests."""

from prometheus_client import REGISTRY, CollectorRegistry

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(registry: CollectorRegistry = REGISTRY) -> Samples:
    """Every sample of a registry by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def value(name: str, **labels: str) -> float | None:
    """One sample of the default registry, None when it is absent."""
    return REGISTRY.get_sample_value(name, labels)


def steps(before: Samples, after: Samples, prefix: str | tuple[str, ...]) -> Samples:
    """What has changed, for names that begin with `prefix`."""
    return {
        key: number - before.get(key, 0)
        for key, number in after.items()
        if key[0].startswith(prefix) and number != before.get(key, 0)
    }
