"""What is stock elsewhere: a story that loses no request with it proves nothing."""

import re
import shutil
from pathlib import Path

from tests.e2e import images
from tests.e2e.cluster import CHART
from tests.e2e.release import Release

# As `helm create` has it: no replicas with an autoscaler, so Helm 4 takes away those that live.
REPLICAS = """\
{{- define "service.replicas" -}}
{{- if not (include "service.autoscaled" .) -}}
replicas: {{ .Values.replicaCount }}
{{- end -}}
{{- end -}}
"""


def make_stock(release: Release, image: str, folder: Path) -> None:
    """The stock worker, no preStop, podinfo's maxUnavailable, and the replicas of `helm create`.

    `folder` is for a chart that has these.
    """
    release.chart = Path(shutil.copytree(CHART, folder / CHART.name))
    scaling = release.chart / "templates" / "_scaling.tpl"
    changed, times = re.subn(
        r'\{\{- define "service.replicas".*', REPLICAS, scaling.read_text(), flags=re.DOTALL
    )
    assert times == 1, "the chart has another way to its replicas"
    scaling.write_text(changed)
    release.values |= images.values(image, "stock")
    release.values |= {
        "preStopSeconds": 0,
        "strategy": {"rollingUpdate": {"maxUnavailable": 1}},
    }
