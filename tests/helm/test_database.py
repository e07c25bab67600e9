"""The embedded database: there to try the service, and gone with a database of one's own."""

from tests.helm.manifests import FULLNAME, render

NAME = f"{FULLNAME}-database"


def test_it_is_there_without_a_value() -> None:
    manifests = render()
    spec = manifests.one("Deployment", NAME)["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    (container,) = spec["template"]["spec"]["containers"]
    assert container["image"] == "docker.io/library/postgres:18"
    labels = spec["template"]["metadata"]["labels"]
    assert manifests.one("Service", NAME)["spec"]["selector"].items() <= labels.items()


def test_its_password_is_read_from_the_file_that_is_mounted() -> None:
    spec = render().one("Deployment", NAME)["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    env = {each["name"]: each["value"] for each in container["env"]}
    mounts = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}
    (volume,) = [each for each in spec["volumes"] if each["name"] == "password"]
    (item,) = volume["secret"]["items"]
    assert env["POSTGRES_PASSWORD_FILE"] == f"{mounts['password']}/{item['path']}"
    assert env["PGDATA"].startswith(f"{mounts['data']}/")
    assert set(mounts) == {each["name"] for each in spec["volumes"]}


def test_with_a_database_of_your_own_nothing_of_it_is_left() -> None:
    manifests = render(
        {
            "database": {"embedded": False},
            "secret": {"existing": "mine"},
            "networkPolicy": {"egress": {"database": {"to": "any"}}},
        }
    )
    assert not [each for each in manifests if "database" in each["metadata"]["name"]]
    assert "postgres" not in str(manifests)
