"""An S3 store on this machine: the account, container, object and proxy servers of Swift."""

import getpass
import hashlib
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.session import get_session
from servers import Server, free_ports

SWIFT = Path(__file__).parents[2] / ".servers/bin"  # .ci/servers makes it


class Swift(Server):
    """OpenStack's object store with its S3 interface: an account, a bucket, one copy of all."""

    name = "s3"
    missing = "" if SWIFT.exists() else "Swift is not installed; .ci/servers does that"
    refusal = "Forbidden"
    secret = "secret"
    filters = (
        "catch_errors gatekeeper healthcheck listing_formats bulk s3api tempauth copy slo dlo "
        "versioned_writes symlink"
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.disk / "sda1").mkdir()
        (folder / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_suffix = s\n"
            "[storage-policy:0]\nname = gold\ndefault = yes\n"
        )
        names = ["account", "container", "object", "proxy"]
        self.ports = dict(zip(names, free_ports(4), strict=True))
        for name in names:
            self.configure(name)
        where = [str(word) for name in names[:3] for word in (name, self.ports[name])]
        command = [SWIFT / "python", Path(__file__).with_name("rings.py"), *where]
        subprocess.run(command, cwd=folder, check=True)
        endpoint = f"http://127.0.0.1:{self.ports['proxy']}"
        self.url = "s3://bucket/path"
        self.settings = {
            "verify": "true",
            "endpointurl": endpoint,
            "region": "us-east-1",
            "access_key_id": "dvc:dvc",
            "secret_access_key": self.secret,
        }
        self.wrong = {"secret_access_key": "guessed"}
        self.client = get_session().create_client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="dvc:dvc",
            aws_secret_access_key=self.secret,
            config=Config(s3={"addressing_style": "path"}),
        )

    def configure(self, name: str) -> None:
        """Write a server's configuration."""
        port = self.ports[name]
        filters = self.filters.split() if name == "proxy" else []
        special = {
            "s3api": "location = us-east-1",
            "tempauth": f"user_dvc_dvc = {self.secret} .admin",
            "versioned_writes": "allow_object_versioning = true",
        }
        config = [
            "[DEFAULT]",
            "bind_ip = 127.0.0.1",
            f"bind_port = {port}",
            "workers = 0",
            f"user = {getpass.getuser()}",
            f"swift_dir = {self.folder}",
            f"devices = {self.disk}",
            "mount_check = false",
            # On a busy machine, what is late by the defaults would never be listed.
            "conn_timeout = 30",
            "node_timeout = 30",
            "container_update_timeout = 30",
            "[pipeline:main]",
            f"pipeline = {' '.join([*filters, f'{name}-server'])}",
            f"[app:{name}-server]",
            f"use = egg:swift#{name}",
            "account_autocreate = true" if name == "proxy" else "",
        ]
        for each in filters:
            config += [f"[filter:{each}]", f"use = egg:swift#{each}", special.get(each, "")]
        (self.folder / f"{name}.conf").write_text("\n".join(config))

    def start(self) -> None:
        commands = [
            [SWIFT / f"swift-{name}-server", self.folder / f"{name}.conf"] for name in self.ports
        ]
        self.run(commands, list(self.ports.values()))
        with suppress(self.client.exceptions.BucketAlreadyOwnedByYou):
            self.client.create_bucket(Bucket="bucket")

    def listed(self) -> list[dict[str, Any]]:
        return self.client.list_objects_v2(Bucket="bucket").get("Contents", [])

    def entity_tags(self) -> list[str]:
        """One for each object; that of one put together from N parts ends with -N."""
        return [each["ETag"].strip('"') for each in self.listed()]

    def objects(self) -> dict[str, str]:
        found = {}
        for each in self.listed():
            body = self.client.get_object(Bucket="bucket", Key=each["Key"])["Body"].read()
            found[each["Key"].removeprefix("path/")] = hashlib.md5(body).hexdigest()
        return found

    def remove(self, path: str) -> None:
        self.client.delete_object(Bucket="bucket", Key=f"path/{path}")
