"""What can happen to the socket of a page."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute

MOST_MESSAGES = 2


def cut_sockets(page: Page, times: int) -> list[str]:
    """Each socket is cut after some messages, both ways, until that has happened so often: the addresses of those."""
    cuts: list[str] = []

    def cut_soon(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        seen: list[str | bytes] = []

        def pass_on(message: str | bytes) -> None:
            seen.append(message)
            if len(seen) > MOST_MESSAGES and len(cuts) < times:
                cuts.append(route.url)
                route.close()
                server.close()
            else:
                route.send(message)

        server.on_message(pass_on)

    page.route_web_socket("**/socket.io/**", cut_soon)
    return cuts


def lose_sockets(page: Page) -> Callable[[], None]:
    """There is none any more, by no transport, until what comes back is called."""
    lost = [True]

    def close(route: WebSocketRoute) -> None:
        if lost:
            route.close()
        else:
            route.connect_to_server()

    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", close)

    def mend() -> None:
        lost.clear()
        page.unroute("**/socket.io/**")

    return mend
