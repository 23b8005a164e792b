"""Signatures of publications: ``ssh-keygen -Y``, with a namespace for each role, and a file of those who may sign.

``allowed_signers`` is OpenSSH's own format. The namespace of a line is the role of its person: whose key is listed for
the namespace of the lawyers signs as one. The list changes by a merge into ``main``, as everything else.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from record.cases.failures import CaseError

SIGNERS = Path(__file__).with_name("allowed_signers")
NAMESPACES = {"juridique": "regle-juridique@retablissement", "métier": "regle-metier@retablissement"}
"""The roles; who has both signs as the first of them."""
_SECONDS = 60
_UNKNOWN = "« {by} » ne peut pas signer avec {key} : l'inscrire d'abord (make rules-signer)"
_NAME = re.compile(r"[\w.@-]+")


class NotSigned(CaseError):
    """Raised when somebody can't sign; says in French what is missing."""


def require_signer(by: str, key: Path, signers: Path = SIGNERS) -> None:
    """Make sure that there is a key, and that somebody of this name may sign: before anything is asked of them.

    Raises
    ------
    NotSigned
    """
    if not key.is_file():
        raise NotSigned(f"la clé {key} n'existe pas : la nommer (KEY=…), ou ssh-keygen -t ed25519 et make rules-signer")
    lines = signers.read_text(encoding="utf-8").splitlines() if signers.is_file() else []
    if all(by not in line.partition(" ")[0].split(",") for line in lines):
        raise NotSigned(_UNKNOWN.format(by=by, key=key.name))


def sign(text: str, by: str, key: Path, signers: Path = SIGNERS) -> tuple[str, str]:
    """Sign a text; returns the role of who signs and the signature.

    Raises
    ------
    NotSigned
        ``ssh-keygen`` or the key is missing, or nobody of this name may sign with it.
    """
    require_signer(by, key, signers)
    for role, namespace in NAMESPACES.items():
        answer = _keygen(["-Y", "sign", "-q", "-f", str(key), "-n", namespace], text)
        if answer.returncode:
            raise NotSigned(f"{key} ne signe pas : {answer.stderr.strip()}")
        if verify(text, answer.stdout, by, role, signers):
            return role, answer.stdout
    raise NotSigned(_UNKNOWN.format(by=by, key=key.name))


def verify(text: str, signature: str, by: str, role: str, signers: Path = SIGNERS) -> bool:
    """Whether a signature is of a text, by somebody who may sign in that role.

    Raises
    ------
    NotSigned
        ``ssh-keygen`` is missing.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".sig", encoding="utf-8") as file:
        file.write(signature)
        file.flush()
        arguments = ["-Y", "verify", "-f", str(signers), "-I", by, "-n", NAMESPACES[role], "-s", file.name]
        return _keygen(arguments, text).returncode == 0


def add_signer(name: str, role: str, key: Path, signers: Path = SIGNERS) -> None:
    """Let somebody sign in a role.

    Raises
    ------
    NotSigned
        The name, the role or the public key is none, the person is listed in the role, or the key is another's.
    """
    if not _NAME.fullmatch(name):
        raise NotSigned(f"« {name} » : un nom de signataire n'a ni espace ni virgule, par exemple anne.martin")
    plain = {role.replace("é", "e"): role for role in NAMESPACES}
    if role not in {*plain, *NAMESPACES}:
        raise NotSigned(f"« {role} » n'est pas un rôle ; il y a {', '.join(sorted(plain))}")
    words = key.read_text(encoding="utf-8", errors="replace").split() if key.is_file() else []
    if len(words) < 2 or not words[0].startswith(("ssh-", "ecdsa-", "sk-")):  # noqa: PLR2004 - kind and key
        raise NotSigned(f"{key} n'est pas une clé publique (un fichier .pub)")
    namespace = NAMESPACES[plain.get(role, role)]
    line = f'{name} namespaces="{namespace}" {words[0]} {words[1]}'
    lines = signers.read_text(encoding="utf-8").splitlines() if signers.is_file() else []
    if any(it.startswith(f'{name} namespaces="{namespace}"') for it in lines):
        raise NotSigned(f"« {name} » est déjà inscrit ({role}) dans {signers.name} ; en retirer d'abord la ligne")
    if other := next((it.split()[0] for it in lines if words[1] in it.split() and it.split()[0] != name), ""):
        raise NotSigned(f"{key.name} est déjà la clé de « {other} » : chacun signe avec la sienne")
    signers.write_text("\n".join([*lines, line]) + "\n", encoding="utf-8")


def _keygen(arguments: Sequence[str], text: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise NotSigned(
            "ssh-keygen manque, qui signe et vérifie : installer OpenSSH 8.2 ou plus récent (Debian, Ubuntu : "
            "apt-get install openssh-client ; Windows : la fonctionnalité « Client OpenSSH »)"
        )
    return subprocess.run(  # noqa: S603 - arguments of ours
        [program, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
