# SPDX-License-Identifier: Apache-2.0
# A client that has said all it will say, by close_notify, before it reads: half_close.py PORT < REQUEST > ANSWER.
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
come, gone = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = context.wrap_bio(come, gone)
wire = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)


def turn(step):
    """Does one step of TLS, with as much of the wire as it wants."""
    while True:
        try:
            done = step()
            wire.sendall(gone.read())
            return done
        except ssl.SSLWantReadError:
            wire.sendall(gone.read())
            bytes_come = wire.recv(65536)
            if not bytes_come:
                return b""
            come.write(bytes_come)


turn(tls.do_handshake)
request = sys.stdin.buffer.read()
turn(lambda: tls.write(request))
try:
    tls.unwrap()
except ssl.SSLError:
    pass  # the other half is still open
wire.sendall(gone.read())
wire.shutdown(socket.SHUT_WR)
while True:
    bytes_come = wire.recv(65536)
    if not bytes_come:
        break
    come.write(bytes_come)
try:
    while True:
        text = tls.read(65536)
        if not text:
            break
        sys.stdout.buffer.write(text)
except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
    pass
