"""The stack of the accepted answer: the question's, its API logger on MiddlewareMixin."""

from benchmarks.peers.django_project import project
from tests.serving.stacks import ANSWER, APPS

application = project(middleware=ANSWER, apps=APPS)
