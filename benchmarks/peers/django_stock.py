"""Django without any middleware: the least that its stock handler can cost."""

from benchmarks.peers.django_project import project

application = project(middleware=[], apps=[])
