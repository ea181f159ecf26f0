import socketio

from backend.web.rooms import AT_ONCE, Rooms


def test_between_portions_of_a_room_others_have_a_turn_and_everybody_in_it_is_told() -> None:
    rooms = Rooms()
    server = socketio.Server(async_mode="threading", client_manager=rooms)
    told: list[str] = []
    server._send_eio_packet = lambda socket, _: told.append(socket)
    server.sleep = lambda _: told.append("others")
    sockets = [f"socket {number}" for number in range(2 * AT_ONCE + 1)]
    for socket in sockets:
        rooms.enter_room(rooms.connect(socket, "/"), "/", "job:1")
    rooms.connect("beside", "/")
    rooms.emit("events", {}, "/", room="job:1")
    assert told == [*sockets[:AT_ONCE], "others", *sockets[AT_ONCE:-1], "others", sockets[-1]]
