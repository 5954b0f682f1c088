"""An aiosmtpd server for the tests: STARTTLS and sign-in, on a free port of 127.0.0.1.

Writes one JSON object per line to standard output: first the port, then every mail it
took. Recipients that begin with "reject" are refused. Ends when its input is closed.
"""

import argparse
import asyncio
import base64
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def say(**values):
    print(json.dumps(values), flush=True)


class Sink:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("reject"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=base64.b64encode(envelope.original_content).decode(),
            encrypted=session.ssl is not None,
            signed_in=session.authenticated,
        )
        return "250 2.0.0 queued by the sink"


async def main():
    options = argparse.ArgumentParser()
    for name in ("--cert", "--key", "--user", "--password"):
        options.add_argument(name, required=True)
    options = options.parse_args()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(options.cert, options.key)

    def sign_in(server, session, envelope, mechanism, data):
        good = (
            isinstance(data, LoginPassword)
            and data.login.decode() == options.user
            and data.password.decode() == options.password
        )
        return AuthResult(success=good, handled=False)

    def protocol():
        return SMTP(
            Sink(),
            hostname="sink.test",
            tls_context=tls,
            require_starttls=True,
            authenticator=sign_in,
            auth_required=True,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
