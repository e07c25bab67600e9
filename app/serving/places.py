"""Places for requests' threads: who finds none is refused before a thread starts.

Whether synchronous code will turn to the database nobody can tell before it does; the ORM's calls
and the fork's `sync_to_async(…)` come as the same hop. So what is bounded is the requests that
have a thread, whatever for: 1,000 requests that waited for a pool of 10 were 1,000 threads.
"""

import threading


class Places:
    """How many requests may have a thread at once; shared by the loop and the threads."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> bool:
        """Whether there was one; never waits."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Free one that was taken; from any thread. Raises ValueError when none was."""
        self._free.release()
