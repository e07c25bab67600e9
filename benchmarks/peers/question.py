"""The stack of the question: twelve middleware, its own API logger synchronous."""

from benchmarks.peers.django_project import project
from tests.serving.stacks import APPS, QUESTION

application = project(middleware=QUESTION, apps=APPS)
