"""What scanners find in the chart and nobody can mend, by the set of values, each with its reason.

The bare defaults are there to try the service; helm/ci/production.yaml is what is found clean.
"""

from pathlib import Path

import yaml

CHART = Path(__file__).resolve().parent.parent / "helm"
THROTTLING = "throttling delays the event loop for everyone on it; production.yaml sets a limit"
LOADED = "an image that was loaded into the cluster must work without a registry"
UNSIGNED = "the digest is known when a release is made, not before"
TRYING = "the embedded database is one pod of the official image, whose user is 999"
NAME = yaml.safe_load((CHART / "Chart.yaml").read_text())["name"]
OWN = (f"Deployment/demo-{NAME}", f"Job/demo-{NAME}-test")
DATABASE = f"Deployment/demo-{NAME}-database"
IMAGES = [*OWN, DATABASE]
IMAGES += [f"CronJob/demo-{NAME}-loadtest"]
KNOWN: dict[str, dict[str, str]] = {
    "defaults": {
        f"{rule} {name}": reason
        for names, reasons in (
            (
                IMAGES,
                {
                    "checkov CKV_K8S_15": LOADED,
                    "checkov CKV_K8S_43": UNSIGNED,
                    "kube-score container-image-pull-policy": LOADED,
                },
            ),
            (
                (*OWN, DATABASE),
                {
                    "checkov CKV_K8S_11": THROTTLING,
                    "kube-score container-resources": THROTTLING,
                },
            ),
            (
                (DATABASE,),
                {
                    "checkov CKV_K8S_40": TRYING,
                    "kube-score container-security-context-user-group-id": TRYING,
                    "kube-score deployment-replicas": TRYING,
                    "kube-score deployment-strategy": TRYING,
                },
            ),
        )
        for name in names
        for rule, reason in reasons.items()
    },
}
