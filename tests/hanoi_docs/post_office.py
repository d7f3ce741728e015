"""A mail server that speaks SMTP on a port of its own, keeps what it is given, and can be told to refuse."""

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class PostOffice:
    def __init__(self, port: int = 0):
        self.letters: list[EmailMessage] = []
        self.refuses = False
        self.answer_to: dict[
            bytes, str
        ] = {}  # a line other than 250 by command; to END when a letter is whole
        office = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("220 thu")
                while line := self.rfile.readline():
                    word = line.split(None, 1)[0].upper() if line.strip() else b""
                    if word == b"DATA":
                        self.say("354 đọc")
                        office.letters.append(self.read())
                        if office.answer_to.get(b"END") == "":
                            return None  # it has the letter, and the line breaks
                        self.say("250 ok")
                    elif word == b"QUIT":
                        return self.say("221 chào")
                    else:
                        full = "451 hộp thư đầy" if word == b"MAIL" and office.refuses else "250 ok"
                        self.say(office.answer_to.get(word, full))
                return None

            def read(self) -> EmailMessage:
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line.removeprefix(b"."))
                return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

            def say(self, text: str):
                self.wfile.write(text.encode() + b"\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Talk)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
