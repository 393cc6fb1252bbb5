# SPDX-License-Identifier: Apache-2.0
# Many declarations at the same moment, whole but for a byte that all of them send last: at_once.py PORT TURNS < BODY > ANSWERS. A line
# for each answer: its status, and where they are there the id of its Location, Retry-After and the kind of problem. A turn is twelve
# of them; there are at most so many, and none is begun once one was stored and one refused for want of room.
import re
import socket
import sys

CLIENTS = 12
body = sys.stdin.buffer.read()
request = (
    b"POST /v1/declarations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
) + body
seen = set()
for turn in range(int(sys.argv[2])):
    crowd = [socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60) for one in range(CLIENTS)]
    for one in crowd:
        one.sendall(request[:-1])
    for one in crowd:
        one.sendall(request[-1:])
    for one in crowd:
        answer = b""
        while piece := one.recv(65536):
            answer += piece
        one.close()
        head, _, rest = answer.partition(b"\r\n\r\n")
        fields = head.decode().lower().split("\r\n")
        status = fields[0].split()[1]
        location = [field.rsplit("/", 1)[1] for field in fields if field.startswith("location:")]
        retry = [field for field in fields if field.startswith("retry-after:")]
        problem = re.findall(r'"type":"(/problems/[a-z-]+)"', rest.decode())
        print(status, *location, *retry, *problem)
        seen.add(status)
    if seen >= {"201", "503"}:
        break
