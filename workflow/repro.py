"""`dvc --wait-for-lock repro --single-item STAGE`, fast and careful."""

import sys

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc_data.hashfile.state import StateNoop

from workflow.cache import check_content
from workflow.lockfile import hurry

if __name__ == "__main__":
    hurry()
    check_content()
    try:
        repo = Repo(_wait_for_lock=True)
        repo.cache.local.state = StateNoop()  # hash what it restores, however old
        repo.reproduce(sys.argv[1], single_item=True)
    except DvcException as error:
        reasons: list[BaseException] = [error]  # the last one says if the disk is full
        while cause := reasons[-1].__cause__:
            reasons.append(cause)
        sys.exit(f"error: {': '.join(map(str, reasons))}")
