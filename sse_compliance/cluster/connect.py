"""The connection with the scheduler: TLS with a certificate of one's own, or none at all."""

from __future__ import annotations

import ssl
from pathlib import Path

from distributed import Client
from distributed.security import Security

from sse_compliance.errors import InputError
from sse_compliance.files.text import one_line

#: What is to be given, and where it may stand instead.
_TLS = (
    ("tls_ca_file", "tls_ca_file", "--tls-ca-file", "distributed.comm.tls.ca-file"),
    ("tls_client_cert", "tls_cert", "--tls-cert", "distributed.comm.tls.client.cert"),
    ("tls_client_key", "tls_key", "--tls-key", "distributed.comm.tls.client.key"),
)


def connect(address: str, files: dict[str, Path | None], seconds: float) -> Client:
    """A client of the scheduler.

    Args:
        address: ``tls://HOST:PORT``.
        files: ``tls_ca_file``, ``tls_cert`` and ``tls_key``; what Dask's configuration says where None.
        seconds: how long it may take.

    Raises:
        InputError: the connection would not be protected, a file can't be used, or the scheduler does not answer.
    """
    if not address.startswith("tls://"):
        raise InputError(
            "expected tls://HOST:PORT. Who reaches a scheduler runs code where the "
            "passwords are, so nothing but TLS with client certificates is used: start scheduler and workers with "
            "--protocol tls, --tls-ca-file, --tls-cert and --tls-key",
            place=f"--cluster {one_line(address, 80)}",
        )
    security = _security(files)
    try:
        return Client(address, security=security, timeout=seconds, set_as_default=False, name="sse-compliance")
    except (OSError, ValueError) as error:
        why = error.__cause__ or error
        raise InputError(
            f"no scheduler lets this client in: {one_line(str(why), 200)}; is it "
            "there, and does its CA vouch for the certificate of --tls-cert?",
            place=f"--cluster {one_line(address, 80)}",
        ) from None


def _security(files: dict[str, Path | None]) -> Security:
    given = {name: str(path) for name, option, _, _ in _TLS if (path := files[option]) is not None}
    security = Security(require_encryption=True, **given)
    for name, _, option, setting in _TLS:
        path = getattr(security, name)
        if path is None:
            raise InputError(
                f"no client without a certificate is let in: give {option} FILE (or set {setting} in Dask's "
                "configuration)",
                place="--cluster",
            )
        if not Path(path).is_file():
            raise InputError("there is no such file", place=f"{option} {path}")
    try:
        security.get_connection_args("client")
    except (ssl.SSLError, OSError) as error:
        raise InputError(
            f"they can't be used together: {error}", place="--tls-ca-file, --tls-cert, --tls-key"
        ) from None
    return security
