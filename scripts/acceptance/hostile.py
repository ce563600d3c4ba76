"""Sends broken, huge, deep and slow requests. The server must refuse each, stay up, and go on answering others meanwhile."""

import json
import socket
import threading
import time
import urllib.parse

from common import Checks, arguments, ask

args = arguments(__doc__.strip(), (["--slow"], {"type": int, "default": 300, "help": "slow connections held open"}))
checks = Checks()
place = urllib.parse.urlsplit(args.url)
match = f"/match/{args.dataset}"


def alive():
    began = time.monotonic()
    try:
        status, _ = ask(f"{args.url}/healthz")
    except OSError as error:
        return False, repr(error)
    return status == 200, f"{(time.monotonic() - began) * 1000:.0f} ms"


def raw(data, chunks=None, wait=40.0):
    """Sends bytes as they are; the first line of the reply, or how the connection ended."""
    stream = socket.create_connection((place.hostname, place.port), timeout=wait)
    try:
        stream.sendall(data)
        for chunk in chunks or []:
            stream.sendall(chunk)
    except OSError:
        pass
    try:
        reply = stream.recv(4096)
    except OSError as error:
        return type(error).__name__
    finally:
        stream.close()
    return reply.split(b"\r\n")[0].decode("latin-1") or "closed"


def post(body, kind="application/json"):
    status, reply = ask(args.url + match, body, kind)
    return status, reply


def head(length, extra=""):
    return f"POST {match} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{extra}\r\n".encode()


def expect(what, got, *allowed):
    up, how = alive()
    checks.check(what, up and got in allowed, f"{got}, then alive in {how}")


query = {"schema": "Person", "properties": {"name": ["Jane Example"]}}
million = b"x" * 1_000_000
expect("a body of 100 MB, told beforehand", raw(head(100_000_000), (million for _ in range(100))), "HTTP/1.1 413 Payload Too Large", "ConnectionResetError", "closed")
chunked = f"POST {match} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
pieces = (b"f4240\r\n" + million + b"\r\n" for _ in range(100))
expect("a body of 100 MB in chunks", raw(chunked, pieces), "HTTP/1.1 413 Payload Too Large", "ConnectionResetError", "closed")
expect("JSON nested 500,000 deep", post(b'{"queries":' + b"[" * 500_000)[0], 422)
expect("objects nested 100,000 deep", post(b'{"a":' * 100_000)[0], 422)
expect("bytes that are no UTF-8", post(b'{"queries":{"q":{"schema":"Person","properties":{"name":"\xff\xfe"}}}}')[0], 422)
expect("NUL in a name", post(json.dumps({"queries": {"q": {"schema": "Person", "properties": {"name": ["a\0b", "\0"]}}}}).encode())[0], 200)
expect("a batch of 5,000 queries", post(json.dumps({"queries": {str(i): query for i in range(5_000)}}).encode())[0], 400)
expect("a name of 1 MB", post(json.dumps({"queries": {"q": {"schema": "Person", "properties": {"name": "a " * 500_000}}}}).encode())[0], 400)
expect("10,000 names", post(json.dumps({"queries": {"q": {"schema": "Person", "properties": {"name": [f"a{i} b" for i in range(10_000)]}}}}).encode())[0], 400)
many = {"queries": {str(i): {"schema": "LegalEntity", "properties": {"name": ["a b c d e f g h i j k l m n o p q r s t u v w x y z " * 15] * 20}} for i in range(100)}}
began = time.monotonic()
expect("100 queries with long names of common tokens", post(json.dumps(many).encode())[0], 200, 400, 503, 504)
print(f"        (took {time.monotonic() - began:.1f} s)")
expect("a path of 1 MB", raw(b"GET /search/" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP/1.1 414 URI Too Long", "HTTP/1.1 431 Request Header Fields Too Large", "ConnectionResetError", "closed")
expect("1,000 headers", raw(b"GET /healthz HTTP/1.1\r\n" + b"".join(b"x-%d: y\r\n" % i for i in range(1_000)) + b"\r\n"), "HTTP/1.1 431 Request Header Fields Too Large", "closed")
expect("bytes that are no HTTP", raw(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"), "HTTP/1.1 400 Bad Request", "closed")
expect("two lengths", raw(b"POST /updatez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "HTTP/1.1 400 Bad Request", "closed")
expect("a negative length", raw(b"POST /updatez HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"), "HTTP/1.1 400 Bad Request", "closed")
expect("a path that climbs", raw(b"GET /entities/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "HTTP/1.1 404 Not Found")


def search(**query):
    return ask(f"{args.url}/search/{args.dataset}?{urllib.parse.urlencode(query)}")[0]


expect("a search of 1,900 words", search(q="a " * 1_900), 200, 400)
expect("a search of wild cards", search(q="* OR " * 300 + "a*", fuzzy="true"), 200, 400)
expect("a broken search", search(q='(((("' * 100), 200, 400)
expect("a body that stops", raw(head(100) + b'{"queries"'), "HTTP/1.1 408 Request Timeout", "closed")

held = []
for number in range(args.slow):
    try:
        stream = socket.create_connection((place.hostname, place.port), timeout=5)
        stream.sendall(b"POST /match/x HTTP/1.1\r\nHost: x\r\n" if number % 2 else head(1_000) + b"{")
        held.append(stream)
    except OSError:
        break
stop = threading.Event()


def drip():
    while not stop.wait(1.0):
        for stream in held:
            try:
                stream.send(b"x")
            except OSError:
                pass


threading.Thread(target=drip, daemon=True).start()
slowest = 0.0
well = True
for _ in range(30):
    began = time.monotonic()
    status, _ = post(json.dumps({"queries": {"q": query}}).encode())
    well &= status == 200
    slowest = max(slowest, time.monotonic() - began)
    time.sleep(0.1)
checks.check(f"{len(held)} slow clients dripping bytes, 30 questions meanwhile", well, f"slowest {slowest * 1000:.0f} ms")
stop.set()
for stream in held:
    stream.close()
expect("after the slow clients", ask(f"{args.url}/healthz")[0], 200)
checks.end()
