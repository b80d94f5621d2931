"""What the tests of the server share."""
import pytest

from raw_client import TestServer


@pytest.fixture
def serve():
    """Starts test servers, and ends them with the test."""
    servers = []

    def start(*settings, before=None):
        servers.append(TestServer(*settings, before=before))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            assert server.end() == 0


@pytest.fixture
def server(serve):
    """A server with the usual limits."""
    return serve()
